"""`subscribe` tells the channel, and says at once when the bot may not post there."""

import pytest

from bot.dispatch import Dispatcher
from bot.sharing import can_be_shared
from commands.announcing import Announced, Fate
from commands.context import Context
from commands.question import Asker, Platform
from commands.registry import commands
from commands.reply import Tone
from tests.asking import THRESHOLDS, answered, said, take, told
from tests.builders import NOW

BOSS = Asker(Platform.SLACK, "slack:U0BOSS", is_admin=True, channel="slack:C0OPS99")
NOT_INVITED = Announced(Fate.REFUSED_YET, "channel_not_found", "Type `/invite @tlsrpt` in the channel.")
ARCHIVED = Announced(Fate.REFUSED, "is_archived", "Choose another one.")
AWAY = Announced(Fate.NOT_KNOWN, "Slack could not be asked now (unreachable)")
ELSEWHERE = "subscribe example.com channel=slack:#mail-ops"


class Channels:
    """Takes announcements, and answers as it is told."""

    def __init__(self):
        self.told = []
        self.answer = Announced(Fate.SAID)

    async def __call__(self, channel, reply):
        self.told.append((str(channel), reply))
        return self.answer


@pytest.fixture
def channels():
    return Channels()


@pytest.fixture
def dispatcher(db, channels):
    take(db, told())

    def context_for(asker):
        return Context(db, lambda: NOW, THRESHOLDS, "reports.example.net", "tls", asker, announce=channels)

    return Dispatcher(commands(), context_for)


async def listed(db):
    rows = (await answered(db, "subscriptions")).data["subscriptions"]
    return [(row["channel"], row["domain"], row["level"]) for row in rows]


async def test_the_channel_in_which_it_is_typed_is_told_once_and_the_rest_is_for_the_asker(dispatcher, channels):
    reply = await dispatcher.reply("subscribe example.com", BOSS)
    ((channel, announcement),) = channels.told
    assert channel == "slack:C0OPS99"
    assert (
        announcement.title == "This channel hears of example.com from now on: alerts from warning on, and the digest."
    )
    assert announcement.notes == ("Subscribed by slack:U0BOSS.",)
    assert (reply.tone, reply.private, reply.data["announced"]) == (Tone.OK, True, True)
    assert not can_be_shared(reply), "pressed, it would subscribe again"
    assert "/invite" not in said(reply)


async def test_another_channel_is_told_and_the_answer_says_so_where_it_was_typed(db, dispatcher, channels):
    reply = await dispatcher.reply(ELSEWHERE, BOSS)
    assert [channel for channel, _ in channels.told] == ["slack:#mail-ops"]
    assert "slack:#mail-ops was told so." in reply.sentences
    assert (reply.tone, reply.private) == (Tone.OK, False)
    assert await listed(db) == [("slack:#mail-ops", "example.com", "warning")]


async def test_a_channel_that_the_bot_may_not_post_in_is_subscribed_and_told_with_what_is_missing(
    db, dispatcher, channels
):
    channels.answer = NOT_INVITED
    reply = await dispatcher.reply(ELSEWHERE, BOSS)
    assert (reply.tone, reply.private, reply.data["announced"]) == (Tone.WARNING, False, False)
    assert (
        "The bot may not post there yet: channel_not_found. Type `/invite @tlsrpt` in the channel." in reply.sentences
    )
    assert "Until it may, alerts for it go to TLSRPT_ALERT_CHANNELS, about a minute late." in reply.sentences
    assert await listed(db) == [("slack:#mail-ops", "example.com", "warning")]


async def test_a_channel_that_can_never_be_posted_in_is_refused_and_nothing_is_changed(db, dispatcher, channels):
    await dispatcher.reply(ELSEWHERE, BOSS)
    channels.answer = ARCHIVED
    changed = await dispatcher.answer(f"{ELSEWHERE} level=critical", BOSS)
    new = await dispatcher.answer("subscribe all channel=slack:#old", BOSS)
    assert (changed.code, new.code) == ("channel-refused", "channel-refused")
    assert new.message == "slack:#old takes no messages: is_archived. Choose another one. Nothing was changed."
    assert await listed(db) == [("slack:#mail-ops", "example.com", "warning")]


async def test_where_it_cannot_be_told_now_it_is_subscribed_and_said_so(db, dispatcher, channels):
    channels.answer = AWAY
    text = said(reply := await dispatcher.reply(ELSEWHERE, BOSS))
    assert reply.data["announced"] is None
    assert "Slack could not be asked now (unreachable): whether the bot may post there shows with the first" in text
    assert "`/invite`" in text
    assert await listed(db) == [("slack:#mail-ops", "example.com", "warning")]


async def test_a_single_command_beside_the_bot_says_that_it_cannot_tell(db):
    text = said(await answered(db, ELSEWHERE))
    assert "Nothing is connected to the chat from here: whether the bot may post there shows" in text
    assert await listed(db) == [("slack:#mail-ops", "example.com", "warning")]


async def test_a_channel_that_is_subscribed_by_its_name_and_by_its_id_is_one(db, dispatcher, channels):
    await dispatcher.reply("subscribe example.com", BOSS)
    channels.answer = Announced(Fate.SAID, channel_id="C0OPS99")
    reply = await dispatcher.reply(f"{ELSEWHERE} level=critical", BOSS)
    assert reply.tone is Tone.OK
    assert await listed(db) == [("slack:#mail-ops", "example.com", "critical")], "the newer one counts"
    await dispatcher.reply("subscribe example.com level=info", BOSS)
    assert await listed(db) == [("slack:C0OPS99", "example.com", "info")]


async def test_a_channel_that_was_subscribed_by_its_name_is_unsubscribed_where_it_is_typed(db, dispatcher, channels):
    channels.answer = Announced(Fate.SAID, channel_id="C0OPS99")
    await dispatcher.reply(ELSEWHERE, BOSS)
    await dispatcher.reply("unsubscribe example.com", BOSS)
    assert await listed(db) == []
