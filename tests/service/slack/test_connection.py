"""Slack's connection: started, renewed, mended, and closed without rest."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.adapter import SlackAdapter, SlackRefused, Timing
from tests.slack_faults import Broken, RateLimited, Slow
from tests.slack_running import PROMPT, Clock, Dispatcher, eventually, running
from tests.slack_server import BOT_TOKEN, SlackServer

ROOT = Path(__file__).parents[3]
PROMPTLY = 5.0


class TestStarting:
    @pytest.mark.parametrize(
        ("setting", "said"),
        [({"bot_token": "xoxb-bad"}, "SLACK_BOT_TOKEN"), ({"app_token": "xapp-bad"}, "SLACK_APP_TOKEN")],
    )
    async def test_with_a_bad_token_ends_with_one_clear_error_that_leaks_no_token(
        self, slack: SlackServer, dispatcher: Dispatcher, setting: dict[str, str], said: str
    ):
        with pytest.raises(SlackRefused, match=f"{said} .*invalid_auth") as raised:
            async with running(slack, dispatcher, **setting):
                pass
        assert not any(token in str(raised.value) for token in ("xoxb-bad", "xapp-bad", BOT_TOKEN))
        assert slack.connections == 0

    async def test_asks_for_one_address_and_connects_once(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher) as adapter:
            assert await adapter.is_connected()
            assert slack.calls == ["auth.test", "apps.connections.open"]
            assert slack.connections == 1

    async def test_while_slack_is_away_goes_on_without_it(self, slack: SlackServer, dispatcher: Dispatcher):
        slack.fail("auth.test", Broken(503))
        async with running(slack, dispatcher, timing=Timing(watch=0.02)) as adapter:
            assert not await adapter.is_connected()
            await slack.until(lambda: slack.open_sockets == 1)
            await slack.command("status")
            await slack.answer()

    @pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
    async def test_at_a_rate_limit_goes_on_without_slack_and_tries_again_when_it_is_over(
        self, slack: SlackServer, dispatcher: Dispatcher, method: str
    ):
        clock = Clock()
        slack.fail(method, RateLimited(120))
        async with asyncio.timeout(PROMPTLY), running(slack, dispatcher, monotonic=clock) as adapter:
            asked = len(slack.calls)
            await adapter._connection.look_after()
            assert len(slack.calls) == asked
            clock.seconds = 121
            await adapter._connection.look_after()
            assert await adapter.is_connected()

    @pytest.mark.parametrize(
        ("method", "fault"),
        [("auth.test", Slow(0.5)), ("apps.connections.open", Slow(0.5)), ("socket", Broken(404))],
    )
    async def test_while_slack_hangs_goes_on_without_it_and_connects_later(
        self, slack: SlackServer, dispatcher: Dispatcher, method: str, fault: Slow | Broken
    ):
        slack.fail(method, fault)
        timing = replace(PROMPT, start=0.1, watch=0.02)
        async with running(slack, dispatcher, timing=timing) as adapter:
            assert not await adapter.is_connected()
            await slack.until(lambda: slack.open_sockets == 1)
            await slack.command("status")
            await slack.answer()

    async def test_with_oauth_settings_in_the_environment_still_uses_the_bot_token(
        self, slack: SlackServer, dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
        monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
        async with running(slack, dispatcher):
            await slack.command("status")
            assert "590 of 600" in (await slack.answer()).body["text"]


class TestTheConnection:
    async def test_is_made_anew_when_slack_asks_for_it(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher):
            await slack.refresh()
            await slack.until(lambda: slack.connections == 2 and slack.open_sockets == 1)
            await slack.command("status")
            await slack.answer()

    async def test_is_made_anew_when_it_broke(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher):
            await slack.drop()
            await slack.until(lambda: slack.connections == 2 and slack.open_sockets == 1)
            await slack.command("status")
            await slack.answer()

    async def test_that_the_library_does_not_mend_is_replaced_after_two_minutes(
        self, slack: SlackServer, dispatcher: Dispatcher
    ):
        clock = Clock()
        async with running(slack, dispatcher, timing=Timing(ping=60), monotonic=clock) as adapter:
            await slack.drop()
            await slack.until(lambda: slack.open_sockets == 0)
            await eventually(lambda: _is_closed(adapter))
            await adapter._connection.look_after()
            assert slack.connections == 1
            clock.seconds = 121
            await adapter._connection.look_after()
            assert slack.connections == 2
            await slack.command("status")
            await slack.answer()


class TestStopping:
    async def test_leaves_no_task_and_no_socket(self, slack: SlackServer, dispatcher: Dispatcher):
        before = asyncio.all_tasks()
        async with running(slack, dispatcher):
            await slack.command("status")
            await slack.answer()
        await slack.until(lambda: slack.open_sockets == 0)
        assert {task for task in asyncio.all_tasks() - before if "slack" in repr(task)} == set()

    async def test_leaves_nothing_open_though_slack_has_fallen_silent(self, slack: SlackServer, dispatcher: Dispatcher):
        async with running(slack, dispatcher, timing=Timing(close=0.05)) as adapter:
            slack.fall_silent()
            await slack.command("status")
            await slack.answer()
            client = adapter._connection._handler.client
        assert client.aiohttp_client_session.closed
        assert all(
            task.done() for task in (client.message_processor, client.current_session_monitor, client.message_receiver)
        )

    async def test_lets_an_answer_under_way_finish(self, slack: SlackServer, dispatcher: Dispatcher):
        dispatcher.gate.clear()
        async with running(slack, dispatcher):
            await slack.command("check example.com")
            await eventually(lambda: _has_asked(dispatcher))
            asyncio.get_running_loop().call_later(0.05, dispatcher.gate.set)
        assert len(slack.answers) == 1

    async def test_ends_what_does_not_finish(self, slack: SlackServer, dispatcher: Dispatcher):
        dispatcher.gate.clear()
        async with running(slack, dispatcher, timing=Timing(drain=0.05)):
            await slack.command("check example.com")
            await eventually(lambda: _has_asked(dispatcher))
        assert slack.answers == []

    def test_is_clean_in_development_mode_with_warnings_as_errors(self):
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error", "-m", "tests.slack_visit_and_stop"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout.strip().splitlines()[-1:], done.stderr) == (0, ["answered"], "")


async def _is_closed(adapter: SlackAdapter) -> bool:
    return not await adapter.is_connected()


async def _has_asked(dispatcher: Dispatcher) -> bool:
    return bool(dispatcher.asked)
