"""The connection under supervision: refused, broken before it began, cut, resumed, silent, stopped."""

import asyncio
import re
import threading
import time

import pytest

from bot.discord.connection import Pace
from bot.transport import CannotStart
from commands.reply import Attachment
from tests.discord_faults import Broken, RateLimited, Refused, Slow
from tests.discord_gateway import BAD_TOKEN
from tests.discord_limits import shown
from tests.discord_objects import CHANNEL, GUILD, OTHER_GUILD
from tests.discord_running import HASTY, limited, running
from tests.discord_server import DiscordServer
from tests.slack_replies import reply


async def is_answered(discord):
    return "590 of 600" in shown((await discord.answer(await discord.command("status"))).payload)


class TestTheStart:
    async def test_is_refused_with_a_sentence_for_a_token_that_discord_does_not_take(self, discord, dispatcher):
        with pytest.raises(CannotStart, match="Discord refuses DISCORD_TOKEN") as raised:
            async with running(discord, dispatcher, token="bad-token"):
                pass
        assert "bad-token" not in str(raised.value)
        assert discord.gateway.connections == 0

    @pytest.mark.parametrize("fault", [Broken(503), Broken(403), Refused(404, 0), Broken(200)])
    async def test_goes_on_though_the_login_fails_at_first(self, discord, dispatcher, fault):
        discord.fail("me", fault, fault)
        async with running(discord, dispatcher):
            assert await is_answered(discord)

    @pytest.mark.parametrize("refusals", [[503, 503, 503], [0, 0], [401]])
    async def test_goes_on_though_the_gateway_refuses_at_first(self, discord, dispatcher, refusals):
        discord.gateway.refusals = refusals
        async with running(discord, dispatcher):
            assert await is_answered(discord)
        assert discord.gateway.identified == 1

    async def test_goes_on_though_nobody_listens_at_first(self, discord, dispatcher):
        late = DiscordServer()
        late.api_url, late.gateway_url = "http://127.0.0.1:9/api/v10", discord.gateway_url
        async with running(late, dispatcher, wait=False) as one:
            assert one.connection.client is None

    async def test_waits_longer_from_try_to_try(self, discord, dispatcher, capsys):
        discord.fail("me", *[Broken(503)] * 5)
        discord.gateway.refusals = [503] * 5
        async with running(discord, dispatcher, pace=Pace(first_pause=0.01, longest_pause=0.04)):
            pass
        pauses = re.findall(r"next_try_in_seconds=([0-9.]+)", capsys.readouterr().out)
        assert pauses == ["0.01", "0.02", "0.04", "0.04", "0.04"]

    async def test_asks_for_the_guild_events_only(self, discord, dispatcher):
        async with running(discord, dispatcher):
            pass
        assert discord.gateway.intents == 1


@pytest.mark.usefixtures("bot")
class TestACut:
    async def test_is_mended_by_resuming_and_what_was_missed_is_answered(self, discord):
        assert await is_answered(discord)
        discord.gateway.cut()
        asked = await discord.command("status")
        await discord.answer(asked)
        assert (discord.gateway.identified, discord.gateway.resumed) == (1, 1)

    async def test_on_request_is_mended_by_resuming(self, discord):
        await discord.gateway.ask_to_reconnect()
        await discord.until(lambda: discord.gateway.resumed)
        assert await is_answered(discord)

    async def test_of_a_session_that_cannot_be_resumed_is_mended_by_a_new_one(self, discord):
        await discord.gateway.invalidate()
        await discord.until(lambda: discord.gateway.identified == 2)
        assert await is_answered(discord)

    async def test_of_a_session_that_is_forgotten_meanwhile_is_mended_by_a_new_one(self, discord):
        discord.gateway.session = "another"
        discord.gateway.cut()
        await discord.until(lambda: discord.gateway.identified == 2)
        assert await is_answered(discord)

    async def test_after_cut_without_end_is_mended_by_a_new_session_after_a_pause(self, discord):
        discord.gateway.hangs_up_after_hello = 6
        discord.gateway.cut()
        await discord.until(lambda: discord.gateway.identified == 2)
        assert await is_answered(discord)

    async def test_while_the_gateway_is_away_is_mended_when_it_is_back(self, discord):
        discord.gateway.refusals = [503, 0, 503]
        discord.gateway.cut()
        await discord.until(lambda: discord.gateway.identified == 2)
        assert await is_answered(discord)

    @pytest.mark.parametrize("code", [1000, BAD_TOKEN, 4013, 4000])
    async def test_with_any_code_is_mended(self, discord, code):
        await discord.gateway.hang_up(code)
        await discord.until(lambda: discord.gateway.connections == 2 and discord.gateway.is_connected)
        assert await is_answered(discord)

    async def test_ends_no_call_that_is_under_way(self, discord, dispatcher):
        dispatcher.gate.clear()
        asked = await discord.command("status")
        await discord.until(lambda: dispatcher.asked)
        await discord.gateway.hang_up(4013)
        await discord.until(lambda: discord.gateway.identified == 2)
        dispatcher.gate.set()
        assert "590 of 600" in shown((await discord.answer(asked)).payload)

    async def test_by_a_token_that_was_reset_is_said_with_what_to_do(self, discord, capsys):
        await discord.gateway.hang_up(BAD_TOKEN)
        await discord.until(lambda: discord.gateway.identified == 2)
        assert "Discord refuses DISCORD_TOKEN" in capsys.readouterr().out

    @pytest.mark.parametrize("name", ["INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "RESUMED", "NO_SUCH"])
    @pytest.mark.parametrize("data", [{"id": "x", "guild_id": "x"}, {}])
    async def test_is_not_made_by_an_event_that_the_library_cannot_read(self, discord, name, data):
        await discord.gateway.event(name, data)
        assert await is_answered(discord)
        assert (discord.gateway.connections, discord.gateway.identified) == (1, 1)


class TestTheCommand:
    async def test_is_registered_once_and_not_again_after_a_restart(self, discord, dispatcher):
        for _ in range(2):
            async with running(discord, dispatcher):
                await discord.until(lambda: discord.commands[GUILD] and discord.calls[-1] != "me")
                assert await is_answered(discord)
        assert discord.calls.count("register") == 1
        assert discord.calls.count("commands") == 2

    async def test_is_registered_again_when_its_declaration_has_changed(self, discord, dispatcher):
        discord.commands[GUILD] = [{"name": "tlsrpt", "description": "old", "type": 1, "options": []}]
        async with running(discord, dispatcher):
            await discord.until(lambda: "register" in discord.calls)
        assert discord.commands[GUILD][0]["description"] != "old"

    async def test_is_tried_again_until_discord_takes_it(self, discord, dispatcher):
        discord.fail("commands", Broken(503))
        discord.fail("register", Broken(503))
        async with running(discord, dispatcher):
            await discord.until(lambda: discord.commands[GUILD])

    async def test_that_wants_another_invitation_is_said_once_and_tried_until_it_is_there(
        self, discord, dispatcher, capsys
    ):
        discord.fail("commands", *[Refused(403, 50001, "Missing Access")] * 3)
        async with running(discord, dispatcher):
            await discord.until(lambda: discord.commands[GUILD])
            assert await is_answered(discord)
        assert capsys.readouterr().out.count("discord.commands-refused") == 1
        assert discord.calls.count("commands") == 4

    async def test_that_is_refused_for_good_is_said_once_and_tried_no_more(self, discord, dispatcher, capsys):
        discord.fail("register", Refused(400, 50035, "Invalid Form Body"))
        async with running(discord, dispatcher):
            await discord.until(lambda: "register" in discord.calls)
            for _ in range(3):
                assert await is_answered(discord)
        assert capsys.readouterr().out.count("discord.commands-refused") == 1
        assert discord.calls.count("register") == 1

    async def test_that_waits_out_a_limit_for_all_calls_is_not_cut_short_by_the_next_session(self, discord, dispatcher):
        discord.fail("commands", RateLimited(0.5, everywhere=True))
        async with running(discord, dispatcher) as one:
            await limited(one)
            await discord.gateway.hang_up(4013)
            await discord.until(lambda: discord.gateway.identified == 2)
            assert await is_answered(discord)
            assert await one.transport.post(str(CHANNEL), reply(), "outbox-1")


class TestTheLog:
    async def test_says_how_to_invite_a_bot_that_is_nowhere_and_never_the_token(self, discord, dispatcher, capsys):
        discord.gateway.guilds = {}
        async with running(discord, dispatcher):
            await discord.gateway.event("INTERACTION_CREATE", {"id": "1"})
            await discord.gateway.hang_up(BAD_TOKEN)
            await discord.until(lambda: discord.gateway.identified == 2)
        said = "".join(capsys.readouterr())
        assert "scope=bot+applications.commands&permissions=274878024704" in said
        assert "good-token" not in said

    async def test_says_when_several_guilds_are_there_and_none_is_listed(self, discord, dispatcher, capsys):
        discord.gateway.guilds[OTHER_GUILD] = "Other"
        async with running(discord, dispatcher):
            assert not await is_answered(discord)
        assert "set TLSRPT_DISCORD_GUILDS" in capsys.readouterr().out


class TestTheStop:
    async def test_ends_in_time_while_a_limit_for_all_calls_is_waited_out(self, discord, dispatcher):
        dispatcher.fixed = reply(attachments=(Attachment("a.gz", "application/gzip", b"1"),))
        discord.fail("direct", RateLimited(29, everywhere=True))
        before = asyncio.all_tasks()
        async with running(discord, dispatcher) as one:
            await discord.command("report", {"id": 5})
            await limited(one)
            began = time.monotonic()
        assert time.monotonic() - began < 3
        await discord.until(lambda: not discord.gateway.open_sockets)
        assert not {one for one in asyncio.all_tasks() - before if one.get_name().startswith("discord")}

    async def test_ends_in_time_while_the_gateway_is_away(self, discord, dispatcher):
        async with running(discord, dispatcher):
            discord.gateway.refusals = [503] * 1_000
            discord.gateway.cut()
            await discord.until(lambda: len(discord.gateway.refusals) < 998)
            began = time.monotonic()
        assert time.monotonic() - began < 1
        assert discord.calls.count("me") == 1

    async def test_ends_in_time_though_discord_answers_nothing_more(self, discord, dispatcher):
        dispatcher.gate.clear()
        discord.fail("edit", Slow(30))
        async with running(discord, dispatcher):
            await discord.command("status")
            await discord.until(lambda: dispatcher.asked)
            discord.gateway.fall_silent()
            began = time.monotonic()
        assert time.monotonic() - began < 3

    async def test_ends_in_time_in_the_middle_of_a_login_and_of_a_pause(self, discord, dispatcher):
        for fault in (Slow(30), Broken(503)):
            discord.fail("me", Broken(503), fault)
            before = discord.calls.count("me")
            async with running(discord, dispatcher, wait=False, pace=Pace(first_pause=0.01, longest_pause=60)):
                await discord.until(lambda before=before: discord.calls.count("me") == before + 2)
                began = time.monotonic()
            assert time.monotonic() - began < 1

    async def test_leaves_no_task_no_socket_and_no_heartbeat_behind(self, discord, dispatcher):
        before = asyncio.all_tasks()
        async with running(discord, dispatcher):
            assert await is_answered(discord)
            discord.gateway.cut()
            await discord.until(lambda: discord.gateway.resumed)
        await discord.until(lambda: not discord.gateway.open_sockets)
        names = {task.get_name() for task in asyncio.all_tasks() - before}
        assert not {name for name in names if name.startswith("discord")}
        beating = [one for one in threading.enumerate() if one.name.startswith("keep-alive-handler")]
        assert all(one._stop_ev.is_set() for one in beating)

    async def test_lets_an_answer_that_is_nearly_done_go_out(self, discord, dispatcher):
        dispatcher.gate.clear()
        async with running(discord, dispatcher, pace=HASTY):
            asked = await discord.command("status")
            await discord.until(lambda: dispatcher.asked)
            asyncio.get_running_loop().call_later(0.05, dispatcher.gate.set)
        assert asked.original is not None
