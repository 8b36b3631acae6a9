"""The program on Slack: commands in, answers and alerts out, each alert once whatever breaks."""

import asyncio

from tests.program_process import DEV_MODE, free_port, installed, running
from tests.program_slack import ADMIN, CHANNEL, asked, everything_said_until, fault_reported, on
from tests.slack_faults import AnswerLost, RateLimited, Slow
from tests.slack_limits import faults, shown


class TestACommand:
    async def test_is_answered_to_its_asker_alone_and_changes_are_for_admins(self, folder, slack):
        async with running(folder, **on(slack)) as program:
            await fault_reported(program, "example.com", 50)
            answer = await asked(program, slack, "status example.com")
            assert answer["response_type"] == "ephemeral"
            assert "97 of 147 sessions were secure" in answer["text"]

            refusal = await asked(program, slack, "domain add example.com")
            assert refusal["response_type"] == "ephemeral"
            assert "only admins" in refusal["text"]
            assert (await asked(program, slack, "domain list"))["text"].startswith("0 domains")

            done = await asked(program, slack, "domain add example.com", user_id=ADMIN)
            assert done["response_type"] == "in_channel"
            (listed,) = await program.ask("domain list")
            assert [(one["domain"], one["registered_by"]) for one in listed["domains"]] == [
                ("example.com", f"slack:{ADMIN}")
            ]


class TestSubscribing:
    async def test_tells_the_channel_and_says_at_once_where_the_bot_may_not_post(self, folder, slack):
        slack.channels["private"] = "C0PRV"
        slack.closed_channels.add("C0PRV")
        async with running(folder, **on(slack)) as program:
            done = await asked(program, slack, "subscribe example.com channel=slack:#general", user_id=ADMIN)
            assert "slack:#general was told so." in done["text"]
            assert [(one["channel"], "from now on" in one["text"]) for one in slack.messages] == [("C0GEN", True)]
            typo = await asked(program, slack, "subscribe example.com channel=slack:#mail-op", user_id=ADMIN)
            assert "The bot may not post there yet: channel_not_found. Type `/invite @tlsrpt`" in typo["text"]
            here = await asked(program, slack, "subscribe all", user_id=ADMIN, channel_id="C0PRV")
            assert "The bot may not post there yet: not_in_channel." in here["text"]
            slack.closed_channels.clear()
            again = await asked(program, slack, "subscribe all", user_id=ADMIN, channel_id="C0PRV")
            assert again["response_type"] == "ephemeral"
            assert slack.messages[-1]["channel"] == "C0PRV"


class TestAnAlert:
    async def test_says_what_fails_and_how_to_mend_it_once_also_after_a_restart(self, folder, slack):
        async with installed(folder, **on(slack)) as program:
            await program.start()
            await fault_reported(program, "first.example", 50)
            await program.until(lambda: slack.messages)
            await fault_reported(program, "first.example", 60)
            await everything_said_until(program, slack, "second.example")
            await program.stop()
            await program.start()
            await fault_reported(program, "first.example", 70)
            await everything_said_until(program, slack, "third.example")
            await program.stop()

        (message,) = slack.posts_about("first.example")
        assert message["channel"] == CHANNEL
        for words in ("50 of 147 sessions failed", "(34.01 %)", "at mx1.first.example only", "Fix: renew the cert"):
            assert words in message["text"]
            assert words in shown(message["blocks"])
        assert faults(message["blocks"]) == []
        assert len(slack.messages) == 3
        assert slack.refusals == []

    async def test_appears_once_though_the_process_died_before_slack_answered(self, folder, slack):
        async with installed(folder, **on(slack)) as program:
            await program.start()
            slack.before_the_answer = program.kill
            await fault_reported(program, "first.example", 50)
            while program.process is not None:  # noqa: ASYNC110 - the process is killed in the middle of a call
                await asyncio.sleep(0.01)
            slack.before_the_answer = lambda: None
            await program.start()
            await everything_said_until(program, slack, "second.example")
            await program.stop()
        assert len(slack.posts_about("first.example")) == 1
        assert len(slack.messages) == 2

    async def test_appears_once_though_its_answer_was_lost_and_slack_would_not_be_asked_at_first(self, folder, slack):
        slack.fail("chat.postMessage", AnswerLost())
        slack.fail("conversations.list", *[RateLimited(0)] * 3)
        async with running(folder, **on(slack)) as program:
            await everything_said_until(program, slack, "first.example")
            await everything_said_until(program, slack, "second.example")
        assert len(slack.posts_about("first.example")) == 1

    async def test_waits_as_long_as_slack_asks(self, folder, slack):
        slack.fail("chat.postMessage", RateLimited(4))
        async with running(folder, **on(slack)) as program:
            await everything_said_until(program, slack, "first.example")
        refused, accepted = slack.asked_at
        assert accepted - refused >= 4
        assert len(slack.messages) == 1


class TestSigterm:
    async def test_ends_the_bot_in_time_though_answers_and_messages_are_under_way(self, folder, slack):
        slack.fail("response", Slow(30))
        slack.fail("chat.postMessage", Slow(30))
        async with running(folder, **on(slack), **DEV_MODE) as program:
            await fault_reported(program, "first.example", 50)
            await slack.command("status")
            await program.until(lambda: slack.asked_at)
            await program.stop()

    async def test_ends_a_bot_that_is_still_waiting_for_slack_at_its_start(self, folder, slack):
        slack.fail("auth.test", Slow(30))
        async with installed(folder, **on(slack), **DEV_MODE) as program:
            program.launch()
            await program.until(lambda: "auth.test" in slack.calls)
            await program.stop()


class TestAStart:
    async def test_is_refused_with_a_sentence_when_slack_does_not_take_the_token(self, folder, slack):
        async with installed(folder, **on(slack) | {"SLACK_BOT_TOKEN": "xoxb-bad"}) as program:
            program.launch()
            assert await program.ended(20) == 1
            assert "Slack refuses SLACK_BOT_TOKEN (invalid_auth)" in program.log
            assert "Traceback" not in program.log
            assert "xoxb-bad" not in program.log

    async def test_goes_on_without_slack_when_it_cannot_be_reached(self, folder, slack):
        nowhere = {"SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/"}
        async with running(folder, **on(slack) | nowhere) as program:
            assert program.events("slack.unreachable")
            await fault_reported(program, "example.com", 50)
            await program.until(lambda: program.events("message not sent"))
            assert await program.healthz() == 200
