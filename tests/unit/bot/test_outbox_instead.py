"""What a channel does not take is said in the channels of the settings: no alert is swallowed."""

import pytest

from bot.outbox import TRIES_BEFORE_OTHERS_HEAR
from bot.transport import TransportError
from commands.alerts.routing import Target
from storage.tables import OutboxMessage
from tests.asking import rows, take, told
from tests.fake_transport import ARCHIVED
from tests.posting import MAIL, OPS, Post
from tests.standing_alerts import open_alert

INSTEAD = (Target("slack", "#mail-ops"), Target("slack", MAIL))


@pytest.fixture
def post(db):
    take(db, told())
    open_alert(db)
    return Post(db, INSTEAD)


async def test_a_channel_that_takes_nothing_is_told_in_the_channels_of_the_settings(post):
    post.slack.faults.append(ARCHIVED)
    post.leave("alert:1:warning")
    await post.round(3)
    assert [(channel, title) for channel, _, title in post.slack.posted] == [
        ("#mail-ops", "alert:1:warning"),
        (MAIL, "alert:1:warning"),
    ]
    said = rows(post.db, OutboxMessage, "id", "reply")[-1][1]["notes"][-1]
    assert said.startswith("This is for slack:C0OPS, which does not take it: is_archived.")


async def test_a_channel_that_takes_nothing_is_not_told_to_those_who_have_heard_it(post):
    post.leave("alert:1:warning", channel=MAIL)
    await post.round()
    post.slack.faults.append(ARCHIVED)
    post.leave("alert:1:warning")
    await post.round(3)
    assert [channel for channel, _, _ in post.slack.posted] == [MAIL, "#mail-ops"]


async def test_a_channel_that_takes_nothing_is_waited_for_about_a_minute_when_it_may_take_it_later(post):
    refusal = TransportError("not_in_channel", permanent=False)
    post.slack.faults.extend([refusal] * TRIES_BEFORE_OTHERS_HEAR)
    post.leave("alert:1:warning")
    await post.round(TRIES_BEFORE_OTHERS_HEAR - 1, seconds=70)
    assert post.slack.posted == []
    await post.round(3, seconds=70)
    assert {channel for channel, _, _ in post.slack.posted} == {"#mail-ops", MAIL, OPS}


async def test_a_channel_that_takes_nothing_is_told_in_the_others_of_the_settings_when_it_is_one_of_them(post):
    post.slack.faults.append(ARCHIVED)
    post.leave("alert:1:warning", channel=MAIL)
    await post.round(3)
    assert [channel for channel, _, _ in post.slack.posted] == ["#mail-ops"]


async def test_a_channel_that_takes_nothing_holds_nothing_back_that_waits_behind_it(post):
    refusal = TransportError("not_in_channel", permanent=False, refused=True, what_to_do="Invite it.")
    post.slack.closed = {OPS: refusal}
    post.leave("alert:1:warning")
    post.leave("alert:2:warning")
    await post.round(TRIES_BEFORE_OTHERS_HEAR, seconds=70)
    post.leave("alert:3:warning")
    await post.round(4, seconds=70)
    heard = [title for channel, _, title in post.slack.posted if channel == MAIL]
    assert heard == ["alert:1:warning", "alert:2:warning", "alert:3:warning"]
    notes = [reply["notes"][-1] for *_, reply in rows(post.db, OutboxMessage, "id", "reply") if reply["notes"]]
    assert all("does not take it: not_in_channel. Invite it. `subscriptions`" in note for note in notes)
