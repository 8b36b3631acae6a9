"""Files of an answer: by direct message, else with the answer that only the asker sees."""

import pytest

from commands.reply import Attachment
from tests.discord_limits import shown
from tests.discord_objects import ANN
from tests.slack_replies import reply

ORIGINAL = Attachment("report-5.json.gz", "application/gzip", b"12345")

pytestmark = pytest.mark.usefixtures("bot")


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
    assert 'Too large for Discord: large.gz (11 bytes). Where the bot runs: tlsrpt-bot ask "report 5" --save' in said


async def test_a_shared_answer_takes_its_files_nowhere(discord, dispatcher):
    dispatcher.fixed = reply(attachments=(ORIGINAL,))
    public = await discord.followup(await discord.press("share:report 5"))
    assert set(public.files) == {"chart.png"}
    assert discord.messages == []
