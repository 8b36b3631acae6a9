"""The program on Discord: commands in, answers and alerts out, each alert once whatever breaks."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.discord_faults import AnswerLost, RateLimited, Slow
from tests.discord_limits import faults, shown
from tests.discord_objects import CHANNEL, GUILD
from tests.program_discord import ADMIN, WatchedDiscord, asked, everything_said_until, fault_reported, on, said
from tests.program_process import DEV_MODE, free_port, installed, running

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
async def discord() -> AsyncIterator[WatchedDiscord]:
    async with WatchedDiscord() as server:
        yield server


class TestACommand:
    async def test_is_answered_to_its_asker_alone_with_a_chart_and_changes_are_for_admins(self, folder, discord):
        async with running(folder, **on(discord)) as program:
            await fault_reported(program, "example.com", 50)
            status = await asked(program, discord, "status", {"domain": "example.com"})
            assert status.original.ephemeral
            assert "97 of 147 sessions were secure" in said(status)
            assert status.original.files["chart.png"].startswith(PNG)
            assert "example.com" in (await discord.typing("status", {"domain": "exam"}, focused="domain")).choices

            refused = await asked(program, discord, "domain add", {"domain": "example.com"})
            assert "only admins" in said(refused)
            assert refused.followups == []

            done = await asked(program, discord, "domain add", {"domain": "example.com"}, user=ADMIN)
            await program.until(lambda: done.followups)
            assert not done.followups[0].ephemeral
            (listed,) = await program.ask("domain list")
            names = [(one["domain"], one["registered_by"]) for one in listed["domains"]]
            assert names == [("example.com", f"discord:{ADMIN}")]
            assert len(discord.commands[GUILD]) == 1
        assert discord.refusals == []

    async def test_for_a_report_brings_the_original_by_direct_message(self, folder, discord):
        async with running(folder, **on(discord)) as program:
            await fault_reported(program, "example.com", 5)
            found = await asked(program, discord, "report", {"id": 1})
            assert "Sent to you by direct message" in said(found)
            assert [len(one.files) for one in discord.messages if one.channel != CHANNEL] == [1]


class TestSubscribing:
    async def test_tells_the_channel_and_says_at_once_where_the_bot_cannot_post(self, folder, discord):
        async with running(folder, **on(discord)) as program:
            here = await asked(program, discord, "subscribe", {"domain": "all"}, user=ADMIN)
            assert here.original.ephemeral
            assert here.followups == []
            (told,) = discord.messages
            assert (told.channel, "hears of all domains from now on" in shown(told.payload)) == (CHANNEL, True)
            elsewhere = {"domain": "all", "channel": "discord:99"}
            refused = await asked(program, discord, "subscribe", elsewhere, user=ADMIN)
            assert "discord:99 takes no messages: 10003 Unknown Channel. There is no such channel" in said(refused)
            (listed,) = await program.ask("subscriptions")
            assert [one["channel"] for one in listed["subscriptions"]] == [f"discord:{CHANNEL}"]


class TestAnAlert:
    async def test_says_what_fails_and_how_to_mend_it_once_also_after_a_restart(self, folder, discord):
        async with installed(folder, **on(discord)) as program:
            await program.start()
            await fault_reported(program, "first.example", 50)
            await program.until(lambda: discord.messages)
            await program.stop()
            await program.start()
            await fault_reported(program, "first.example", 70)
            await everything_said_until(program, discord, "second.example")
            await program.stop()
        (message,) = discord.posts_about("first.example")
        assert message.channel == CHANNEL
        for words in ("50 of 147 sessions failed", "(34.01 %)", "at mx1.first.example only", "Fix: renew the cert"):
            assert words in shown(message.payload)
        assert faults(message.payload, tuple(message.files)) == []
        assert len(discord.messages) == 2
        assert discord.calls.count("register") == 1

    async def test_appears_once_though_the_process_died_before_discord_answered(self, folder, discord):
        async with installed(folder, **on(discord)) as program:
            await program.start()
            discord.before_the_answer = program.kill
            await fault_reported(program, "first.example", 50)
            while program.process is not None:  # noqa: ASYNC110 - the process is killed in the middle of a call
                await asyncio.sleep(0.01)
            discord.before_the_answer = lambda: None
            await program.start()
            await everything_said_until(program, discord, "second.example")
            await program.stop()
        assert len(discord.messages) == 2
        assert discord.calls.count("history") >= 1

    async def test_appears_once_though_its_answer_was_lost_and_discord_would_not_be_asked_at_first(
        self, folder, discord
    ):
        discord.fail("post", AnswerLost())
        discord.fail("history", RateLimited(1, via=False))
        async with running(folder, **on(discord)) as program:
            await everything_said_until(program, discord, "first.example")
            await everything_said_until(program, discord, "second.example")
        assert len(discord.posts_about("first.example")) == 1


class TestSigterm:
    async def test_ends_the_bot_in_time_though_answers_and_messages_are_under_way(self, folder, discord):
        discord.fail("edit", Slow(30))
        discord.fail("post", Slow(30))
        async with running(folder, **on(discord), **DEV_MODE) as program:
            await fault_reported(program, "first.example", 50)
            await program.until(lambda: discord.gateway.is_connected)
            await discord.command("status")
            await program.until(lambda: "post" in discord.calls and "edit" in discord.calls)
            discord.gateway.fall_silent()
            await program.stop()

    async def test_ends_a_bot_that_is_still_waiting_for_discord_at_its_start(self, folder, discord):
        discord.fail("me", Slow(30))
        async with installed(folder, **on(discord), **DEV_MODE) as program:
            program.launch()
            await program.until(lambda: "me" in discord.calls)
            await program.stop()


class TestAStart:
    async def test_is_refused_with_a_sentence_when_discord_does_not_take_the_token(self, folder, discord):
        async with installed(folder, **on(discord) | {"DISCORD_TOKEN": "bad-token"}) as program:
            program.launch()
            assert await program.ended(20) == 1
            assert "Discord refuses DISCORD_TOKEN" in program.log
            assert "Traceback" not in program.log
            assert "bad-token" not in program.log

    async def test_goes_on_without_discord_when_it_cannot_be_reached(self, folder, discord):
        nowhere = {"DISCORD_API_URL": f"http://127.0.0.1:{free_port()}/api/v10"}
        async with running(folder, **on(discord) | nowhere) as program:
            assert program.events("discord.unreachable")
            await fault_reported(program, "example.com", 50)
            await program.until(lambda: program.events("message not sent"))
            assert await program.healthz() == 200
