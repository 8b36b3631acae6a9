"""Commands over Discord's own protocol: discord.py against a server on 127.0.0.1."""

import asyncio

import pytest

from bot.discord.adapter import Timing
from bot.refusals import RESTARTING
from commands.question import Asker, Platform
from commands.reply import Reply
from tests.discord_faults import AnswerLost, Broken, RateLimited, Refused
from tests.discord_limits import shown
from tests.discord_objects import ANN
from tests.discord_running import PNG, Painter, running
from tests.slack_replies import reply, too_much_of_everything
from tests.wire_faults import Slow


@pytest.mark.usefixtures("bot")
class TestACommand:
    async def test_is_acknowledged_within_a_second_and_answered_to_the_asker_alone(self, discord, dispatcher):
        asked = await discord.command("status", {"domain": "example.com", "period": "30d"})
        answer = await discord.answer(asked)
        assert asked.seconds_to_ack < 1
        assert asked.deferred_for_the_asker_alone
        assert answer.ephemeral
        assert "590 of 600 sessions failed" in answer.payload["content"]
        asker = Asker(Platform.DISCORD, f"discord:{ANN}", is_admin=False, channel="discord:200000000000000001")
        assert dispatcher.asked == [("status example.com 30d", asker)]
        assert discord.messages == asked.followups == []

    async def test_comes_with_its_chart_as_a_picture_that_has_words(self, discord):
        answer = await discord.answer(await discord.command("status", {"domain": "example.com"}))
        assert answer.files == {"chart.png": PNG}
        assert answer.payload["attachments"][0]["description"] == "Chart: Sessions by day"
        assert answer.payload["embeds"][0]["image"] == {"url": "attachment://chart.png"}

    async def test_that_acts_is_answered_in_the_channel_and_its_asker_is_told_so(self, discord, dispatcher):
        dispatcher.fixed = reply(private=False)
        asked = await discord.command("domain add", {"domain": "example.com"})
        public = await discord.followup(asked)
        note = await discord.answer(asked)
        assert not public.ephemeral
        assert "590 of 600" in public.payload["content"]
        assert f"-# Asked by <@{ANN}>: /tlsrpt domain add example.com" in public.payload["content"]
        assert "share" not in str(public.payload["components"])
        assert note.ephemeral
        assert note.payload["content"] == "Done: the answer is in the channel."
        assert dispatcher.asked[0][0] == "domain add example.com"

    async def test_that_acts_is_shown_to_its_asker_when_the_channel_cannot_be_reached(self, discord, dispatcher):
        dispatcher.fixed = reply(private=False)
        discord.fail("followup", Refused(403, 50013, "Missing Permissions"))
        asked = await discord.command("domain add", {"domain": "example.com"})
        await discord.until(lambda: asked.original and "590 of 600" in asked.original.payload["content"])
        assert "This could not be shown in the channel." in asked.original.payload["content"]
        assert asked.original.ephemeral

    async def test_that_takes_long_is_acknowledged_at_once_and_holds_up_no_other(self, discord, dispatcher):
        dispatcher.gate.clear()
        slow = [await discord.command("reports", {"domain": f"slow{number}.example"}) for number in range(5)]
        await discord.until(lambda: all(asked.callbacks for asked in slow))
        assert all(asked.seconds_to_ack < 1 for asked in slow)
        assert not any(asked.original for asked in slow)
        dispatcher.gate.set()
        for asked in slow:
            await discord.answer(asked)

    async def test_that_discord_takes_for_acknowledged_already_is_not_acted_upon(self, discord, dispatcher):
        discord.fail("callback", Refused(400, 40060, "Interaction has already been acknowledged."))
        await discord.command("domain add", {"domain": "example.com"})
        await discord.answer(await discord.command("status"))
        assert [text for text, _ in dispatcher.asked] == ["status"]

    async def test_with_more_than_discord_takes_is_answered_at_the_first_try(self, discord, dispatcher):
        dispatcher.fixed = too_much_of_everything()
        await discord.answer(await discord.command("status"))
        assert discord.refusals == []

    async def test_whose_form_is_refused_is_answered_with_words(self, discord):
        discord.fail("edit", Refused(400, 50035, "Invalid Form Body"))
        answer = await discord.answer(await discord.command("status"))
        assert "590 of 600 sessions failed" in answer.payload["content"]
        assert answer.payload["embeds"] == []

    async def test_is_answered_though_discord_asks_to_wait(self, discord):
        discord.fail("edit", RateLimited(0.01))
        await discord.answer(await discord.command("status"))
        assert discord.calls.count("edit") == 2

    @pytest.mark.parametrize("fault", [RateLimited(1, via=False), Broken(501), Broken(404), AnswerLost()])
    async def test_whose_answer_cannot_be_delivered_disturbs_no_other(self, discord, fault):
        discord.fail("edit", fault)
        await discord.command("status")
        await discord.until(lambda: "edit" in discord.calls)
        await discord.answer(await discord.command("help"))

    @pytest.mark.parametrize(
        ("path", "options"),
        [("forgotten", {"domain": "example.com"}), ("subscribe", {"domain": "example.com", "severity": "critical"})],
    )
    async def test_of_an_older_declaration_is_not_acted_upon_and_says_how_to_get_the_new_one(
        self, discord, dispatcher, path, options
    ):
        answer = await discord.answer(await discord.command(path, options))
        assert "another version of the bot" in answer.payload["content"]
        assert "restart Discord" in answer.payload["content"]
        assert dispatcher.asked == []

    @pytest.mark.parametrize(
        "broken",
        [
            {"data": {}},
            {"data": {"name": "tlsrpt", "options": "nonsense"}},
            {"channel": {}},
            {"member": None, "guild_id": None, "user": {"id": "5", "username": "x", "discriminator": "0"}},
        ],
    )
    async def test_that_is_not_whole_disturbs_no_other(self, discord, broken):
        await discord.command("status", changes=broken)
        await discord.answer(await discord.command("help"))


@pytest.mark.usefixtures("bot")
class TestTyping:
    async def test_a_domain_is_completed_from_those_that_are_known(self, discord, dispatcher):
        asked = await discord.typing("status", {"domain": "exam"}, focused="domain")
        assert asked.choices == ["example.com", "example.net"]
        ((beginning, asker, most),) = dispatcher.completed
        assert (beginning, asker.name, most) == ("exam", f"discord:{ANN}", 25)

    async def test_a_result_type_and_a_period_are_completed_too(self, discord):
        types = await discord.typing("explain", {"type": "certificate exp"}, focused="type")
        assert types.choices == ["certificate-expired"]
        periods = await discord.typing("status", {"domain": "example.com", "period": "2026-03"}, focused="period")
        assert periods.choices == ["2026-03"]

    async def test_gets_nothing_where_it_is_refused_or_nobody_knows(self, discord, dispatcher):
        assert (await discord.typing("status", {"domain": "ex"}, focused="domain", guild=None)).choices == []
        assert (await discord.typing("forgotten", {"domain": "ex"}, focused="domain")).choices == []
        assert dispatcher.completed == []


async def test_suggestions_that_come_too_late_or_break_are_left_out(discord, dispatcher):
    async with running(discord, dispatcher, timing=Timing(suggest=0.01)):
        dispatcher.gate.clear()
        assert (await discord.typing("status", {"domain": "ex"}, focused="domain")).choices == []
        dispatcher.domains = None
        dispatcher.gate.set()
        assert (await discord.typing("status", {"domain": "ex"}, focused="domain")).choices == []


async def test_an_answer_whose_chart_cannot_be_drawn_says_so(discord, dispatcher):
    painter = Painter()
    painter.error = RuntimeError("no fonts")
    async with running(discord, dispatcher, draw=painter):
        answer = await discord.answer(await discord.command("status"))
    assert answer.files == {}
    assert "The chart could not be drawn." in shown(answer.payload)


async def test_an_answer_that_takes_too_long_is_given_up_with_a_word(discord, dispatcher):
    dispatcher.gate.clear()
    async with running(discord, dispatcher, timing=Timing(answer=0.01)):
        answer = await discord.answer(await discord.command("status"))
    assert "No answer within" in answer.payload["content"]


async def test_a_dispatcher_that_breaks_disturbs_no_other(discord):
    class Breaking:
        async def reply(self, text, asker):
            if text == "status":
                raise RuntimeError(asker.name)
            return Reply("Well")

    async with running(discord, Breaking()):
        await discord.command("status")
        answer = await discord.answer(await discord.command("help"))
    assert "Well" in answer.payload["content"]


async def test_an_answer_that_a_stop_cuts_off_does_not_think_for_ever(discord, dispatcher):
    dispatcher.gate.clear()
    async with running(discord, dispatcher, timing=Timing(drain=0.05)) as bot:
        asked = await discord.command("status")
        await discord.until(lambda: dispatcher.asked)
        await bot.adapter.stop()
        answer = await discord.answer(asked)
    assert answer.payload["content"] == RESTARTING


async def test_a_platform_that_hangs_does_not_hold_up_the_stop(discord, dispatcher):
    dispatcher.gate.clear()
    discord.fail("edit", Slow(5.0))
    async with running(discord, dispatcher, timing=Timing(drain=0.05, goodbye=0.05)) as bot:
        asked = await discord.command("status")
        await discord.until(lambda: dispatcher.asked)
        async with asyncio.timeout(3.0):
            await bot.adapter.stop()
    assert asked.original is None
