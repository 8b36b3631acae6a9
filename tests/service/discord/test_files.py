"""Files of an answer: by direct message, else with the answer that only the asker sees."""

import pytest

from bot.discord.access import Access
from bot.discord.adapter import Timing
from commands.reply import Attachment
from tests import discord_objects as objects
from tests.discord_faults import AnswerLost, Broken, RateLimited, Refused, Slow
from tests.discord_limits import shown
from tests.discord_objects import ANN, CHANNEL
from tests.discord_running import running
from tests.slack_replies import reply

ORIGINAL = Attachment("report-5.json.gz", "application/gzip", b"12345")

pytestmark = pytest.mark.usefixtures("bot")

IMPATIENT = Timing(hand_over=0.1)


@pytest.fixture
async def bot(discord, dispatcher):
    async with running(discord, dispatcher, access=Access(admins=frozenset({ANN}))) as one:
        yield one


async def test_a_file_comes_by_direct_message_and_the_answer_says_so(discord, dispatcher):
    dispatcher.fixed = reply(chart=None, attachments=(ORIGINAL,))
    answer = await discord.answer(await discord.command("report", {"id": 5}))
    (sent,) = discord.messages
    assert (sent.channel, sent.files) == (ANN, {"report-5.json.gz": b"12345"})
    assert "/tlsrpt report 5" in shown(sent.payload)
    assert answer.files == {}
    assert "Sent to you by direct message: report-5.json.gz (5 bytes)." in shown(answer.payload)


async def test_a_file_comes_with_the_answer_where_direct_messages_are_refused(discord, dispatcher):
    discord.takes_direct_messages = False
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    answer = await discord.answer(await discord.command("report", {"id": 5}))
    assert answer.ephemeral
    assert set(answer.files) == {"chart.png", "report-5.json.gz"}
    assert "so attached: report-5.json.gz" in shown(answer.payload)


async def test_a_file_that_is_too_large_is_named_with_the_way_to_get_it(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL, Attachment("large.gz", "application/gzip", b"x" * 11)))
    answer = await discord.answer(await discord.command("report", {"id": 5}, file_limit=10))
    assert [set(one.files) for one in discord.messages] == [{"report-5.json.gz"}]
    said = shown(answer.payload)
    assert "Too large for Discord: large.gz (11 bytes). On the bot's machine, `tlsrpt-bot ask 'report 5'" in said


async def test_a_shared_answer_takes_its_files_nowhere(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    public = await discord.followup(await discord.press("share:report 5"))
    assert set(public.files) == {"chart.png"}
    assert discord.messages == []


@pytest.mark.parametrize("call", ["direct", "post"])
@pytest.mark.parametrize(
    "fault", [RateLimited(40), RateLimited(7, via=False), Broken(503), Refused(403, 40003, "Slow")]
)
async def test_a_file_that_discord_does_not_take_now_comes_with_the_answer_and_says_why(
    discord, dispatcher, call, fault
):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    discord.fail(call, fault)
    answer = await discord.answer(await discord.command("report", {"id": 5}))
    assert "report-5.json.gz" in answer.files
    assert "Discord takes no direct message now, so attached: report-5.json.gz" in shown(answer.payload)
    assert discord.messages == []


async def test_a_file_whose_fate_is_unknown_comes_once_and_the_answer_says_so(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    discord.fail("post", AnswerLost())
    answer = await discord.answer(await discord.command("report", {"id": 5}))
    assert "report-5.json.gz" not in answer.files
    assert "May still come to you by direct message: report-5.json.gz (5 bytes)." in shown(answer.payload)
    assert len(discord.messages) == 1


async def test_a_file_whose_way_could_not_be_opened_comes_with_the_answer_only(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    discord.fail("direct", AnswerLost())
    answer = await discord.answer(await discord.command("report", {"id": 5}))
    assert "report-5.json.gz" in answer.files
    assert discord.messages == []


async def test_asked_in_a_direct_message_a_file_comes_with_the_answer(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    asked = await discord.command("report", {"id": 5}, guild=None, channel=objects.direct(ANN))
    answer = await discord.answer(asked)
    assert "report-5.json.gz" in answer.files
    assert "\nAttached: report-5.json.gz (5 bytes)." in shown(answer.payload)
    assert discord.messages == []


class TestALateDirectMessage:
    @pytest.fixture
    async def bot(self, discord, dispatcher):
        dispatcher.fixed = reply(attachments=(ORIGINAL,))
        async with running(discord, dispatcher, timing=IMPATIENT) as one:
            yield one

    @pytest.mark.parametrize("fault", [RateLimited(0.5, everywhere=True), RateLimited(0.5), Slow(0.5)])
    async def test_comes_once_and_the_alerts_after_it_too(self, discord, bot, fault):
        discord.fail("post", fault)
        answer = await discord.answer(await discord.command("report", {"id": 5}))
        assert set(answer.files) == {"chart.png"}
        assert "May still come to you by direct message" in shown(answer.payload)
        await bot.transport.post(str(CHANNEL), reply(), "outbox-1")
        await discord.until(lambda: len(discord.messages) == 2)
        assert sorted(one.channel for one in discord.messages) == [CHANNEL, ANN]

    async def test_that_found_no_way_in_time_is_not_sent_later(self, discord, bot):
        discord.fail("direct", RateLimited(0.5, everywhere=True))
        answer = await discord.answer(await discord.command("report", {"id": 5}))
        assert set(answer.files) == {"chart.png", "report-5.json.gz"}
        await bot.transport.post(str(CHANNEL), reply(), "outbox-1")
        assert [one.channel for one in discord.messages] == [CHANNEL]

    async def test_leaves_room_for_others_until_too_many_are_under_way(self, discord):
        discord.fail("post", *[Slow(1)] * 8)
        asked = [await discord.command("report", {"id": 5}) for _ in range(8)]
        for one in asked:
            assert "May still come" in shown((await discord.answer(one)).payload)
        answer = await discord.answer(await discord.command("report", {"id": 5}))
        assert "Discord takes no direct message now" in shown(answer.payload)
