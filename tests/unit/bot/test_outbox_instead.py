"""What a channel does not take is said in the channels of the settings: no alert is swallowed."""

import pytest

from bot.outbox import TRIES_BEFORE_OTHERS_HEAR, Outbox
from bot.transport import TransportError
from commands.alerts.routing import Target
from storage.tables import OutboxMessage
from tests.asking import rows, take, told
from tests.fake_transport import ARCHIVED, UNREACHABLE, FakeTransport
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
    told = sorted((channel, title) for channel, _, title in post.slack.posted)
    assert told == [("#mail-ops", "alert:1:warning"), (MAIL, "alert:1:warning")], "in any order: they go out at once"
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
    refusal = TransportError("not_in_channel", permanent=False, refused=True, what_to_do="Invite it.")
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


@pytest.mark.parametrize("fault", [UNREACHABLE, TransportError("http-503", permanent=False)])
async def test_while_a_platform_cannot_be_reached_the_other_one_hears_that_it_follows_there(db, fault):
    take(db, told())
    open_alert(db)
    post = Post(db, (*INSTEAD, Target("discord", "1234")))
    post.slack.closed = {OPS: fault}
    post.leave("alert:1:warning")
    await post.round(TRIES_BEFORE_OTHERS_HEAR, seconds=70)
    (reply,) = (one for channel, one in post.stored("channel", "reply") if channel == "1234")
    assert (
        reply["notes"][-1]
        == f"This is for slack:C0OPS: Slack cannot be reached now ({fault.reason}), and it follows there."
    )
    assert [channel for channel, _ in post.stored("channel", "id")] == ["1234", OPS], "nothing for Slack's own channels"


async def test_what_waits_to_be_said_elsewhere_is_taken_back_once_the_message_is_out(db):
    take(db, told())
    open_alert(db)
    post = Post(db, (Target("discord", "1234"),))
    post.slack.closed = {OPS: UNREACHABLE}
    post.leave("alert:1:warning")
    await post.round(TRIES_BEFORE_OTHERS_HEAR, seconds=70)
    assert len(post.stored()) == 2
    post.slack.closed = {}
    await post.round(2, seconds=70)
    assert post.stored("channel", "state") == [(OPS, "sent")]


async def test_what_was_said_elsewhere_stays(db):
    take(db, told())
    open_alert(db)
    post = Post(db, (Target("discord", "1234"),))
    discord = Outbox(db, {"discord": FakeTransport()}, post.clock)
    post.slack.closed = {OPS: UNREACHABLE}
    post.leave("alert:1:warning")
    await post.round(TRIES_BEFORE_OTHERS_HEAR, seconds=70)
    await discord.send_due()
    post.slack.closed = {}
    await post.round(2, seconds=70)
    assert post.stored("channel", "state") == [("1234", "sent"), (OPS, "sent")]


async def test_a_channel_that_is_known_by_its_name_and_by_its_id_hears_it_once(post):
    post.slack.ids = {"#mail-ops": MAIL}
    post.leave("hello", channel="#mail-ops")
    await post.round()
    post.slack.closed = {OPS: ARCHIVED}
    post.leave("alert:1:warning")
    await post.round(4)
    assert [channel for channel, _, title in post.slack.posted if title.startswith("alert")] == ["#mail-ops"]


async def test_a_channel_that_has_heard_it_under_its_id_does_not_hear_it_under_its_name(post):
    post.slack.ids = {"#mail-ops": MAIL}
    post.leave("hello", channel="#mail-ops")
    post.leave("alert:1:warning", channel=MAIL)
    await post.round(2)
    post.slack.closed = {OPS: ARCHIVED}
    post.leave("alert:1:warning")
    await post.round(4)
    assert [channel for channel, _, title in post.slack.posted if title.startswith("alert")] == [MAIL]
