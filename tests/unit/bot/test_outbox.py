"""The outbox: each message once, in the order of its channel, through outages, lost answers and crashes."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.outbox import LONGEST_PAUSE
from bot.transport import TransportError
from storage import outbox
from storage.database import DatabaseUnavailable
from tests.asking import take, told
from tests.builders import NOW
from tests.fake_transport import ANSWER_LOST, ARCHIVED, UNREACHABLE, asked_to_wait
from tests.posting import MAIL, OPS, Post
from tests.standing_alerts import open_alert


@pytest.fixture
def post(db):
    take(db, told())
    open_alert(db)
    return Post(db)


async def test_a_message_is_sent_once_and_its_reference_is_kept(post):
    post.leave("one")
    await post.round(3)
    assert post.slack.posted == [(OPS, "one:slack:C0OPS", "one")]
    assert post.stored("state", "reference", "attempts", "last_error") == [("sent", "C0OPS/1", 1, "")]


async def test_a_round_sends_one_message_a_channel_the_oldest_first(post):
    for title in ("first", "second", "third"):
        post.leave(title)
    post.leave("elsewhere", MAIL)
    await post.round()
    assert sorted(post.slack.titles) == ["elsewhere", "first"]
    await post.round(2)
    assert [title for channel, _, title in post.slack.posted if channel == OPS] == ["first", "second", "third"]


async def test_a_message_that_waits_for_another_try_is_not_overtaken(post):
    post.leave("alert")
    post.slack.faults.append(UNREACHABLE)
    await post.round(seconds=0)
    post.leave("recovery")
    await post.round(seconds=0)
    assert post.slack.titles == []
    await post.round(3)
    assert post.slack.titles == ["alert", "recovery"]


async def test_a_channel_with_a_long_queue_or_a_fault_does_not_hold_up_the_others(post):
    for number in range(120):
        post.leave(f"old {number}")
    post.leave("urgent", MAIL)
    await post.round()
    assert sorted(post.slack.titles) == ["old 0", "urgent"]


async def test_a_platform_that_is_not_connected_holds_up_nobody_and_loses_nothing(post):
    post.leave("for later", platform="discord")
    post.leave("now")
    await post.round(2)
    assert post.slack.titles == ["now"]
    assert post.stored("platform", "state") == [("discord", "waiting"), ("slack", "sent")]


async def test_tries_come_at_longer_and_longer_intervals_without_end(post):
    post.leave("one")
    post.slack.faults.extend([UNREACHABLE] * 15)
    pauses = []
    for _ in range(15):
        await post.round(seconds=0)
        (due_at,) = (row[0] for row in post.stored("due_at"))
        pauses.append((due_at - post.clock.now).total_seconds())
        post.clock.now = due_at
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE.total_seconds()
    await post.round()
    assert post.slack.titles == ["one"]


async def test_the_pause_that_the_platform_asks_for_is_kept(post):
    post.leave("one")
    post.slack.faults.append(asked_to_wait(30))
    await post.round(30)
    assert post.slack.titles == []
    await post.round(1)
    assert post.slack.titles == ["one"]


@pytest.mark.parametrize("seconds", [1e300, float("inf"), float("nan"), -5.0])
async def test_a_pause_that_makes_no_sense_is_no_reason_to_fail(post, seconds):
    post.leave("one")
    post.slack.faults.append(asked_to_wait(seconds))
    await post.round()
    ((state, due_at),) = post.stored("state", "due_at")
    assert state == "waiting"
    assert due_at <= NOW + timedelta(days=1)


async def test_what_can_never_be_sent_is_given_up_kept_and_logged(post):
    post.leave("one")
    post.leave("two")
    post.slack.faults.append(ARCHIVED)
    with capture_logs() as logged:
        await post.outbox.send_due()
    assert [(entry["log_level"], entry["reason"]) for entry in logged] == [("error", "is_archived")]
    await post.round(2)
    assert post.slack.titles == ["two"]
    assert post.stored("state", "last_error") == [("dead", "is_archived"), ("sent", "")]


async def test_after_a_lost_answer_the_message_is_looked_for_and_not_repeated(post):
    post.leave("one")
    post.slack.faults.append(ANSWER_LOST)
    await post.round(3, seconds=2)
    assert post.slack.titles == ["one"]
    assert post.slack.looked_for == [(OPS, "one:slack:C0OPS", NOW)]
    assert post.stored("state", "reference") == [("sent", "C0OPS/1")]


async def test_a_message_that_was_not_found_is_posted_again(post):
    post.leave("one")
    post.slack.faults.append(TransportError("http-503", permanent=False))
    await post.round(3, seconds=2)
    assert len(post.slack.looked_for) == 1
    assert post.slack.titles == ["one"]


@pytest.mark.parametrize("fault", [UNREACHABLE, asked_to_wait(1), ANSWER_LOST], ids=lambda fault: fault.reason)
async def test_a_search_that_fails_is_made_again_before_anything_is_posted(post, fault):
    post.leave("one")
    post.slack.faults.append(ANSWER_LOST)
    post.slack.find_faults.extend([fault, fault])
    await post.round(12, seconds=2)
    assert post.slack.titles == ["one"]
    assert len(post.slack.looked_for) == 3


async def test_when_nothing_was_sent_nothing_is_looked_for(post):
    post.leave("one")
    post.slack.faults.extend([UNREACHABLE, asked_to_wait(1)])
    await post.round(6)
    assert (post.slack.titles, post.slack.looked_for) == (["one"], [])


async def test_what_was_refused_is_not_looked_for_before_it_is_tried_again(post):
    post.leave("one")
    post.slack.faults.append(TransportError("missing_scope", permanent=False, refused=True, what_to_do="Add it."))
    with capture_logs() as logged:
        await post.outbox.send_due()
    assert [(entry["reason"], entry["what_to_do"]) for entry in logged] == [("missing_scope", "Add it.")]
    assert post.stored("state", "last_error") == [("waiting", "missing_scope")]
    await post.round(3)
    assert (post.slack.titles, post.slack.looked_for) == (["one"], [])


async def test_a_refusal_after_a_lost_answer_does_not_end_the_search(post):
    post.leave("one")
    post.slack.faults.extend([ANSWER_LOST, TransportError("not_in_channel", permanent=False, refused=True)])
    post.slack.can_find = False
    await post.round(2, seconds=2)
    post.slack.can_find = True
    await post.round(3, seconds=9)
    assert len(post.slack.looked_for) == 2
    assert post.slack.titles == ["one"]


async def test_a_crash_after_the_platform_took_it_does_not_repeat_it(post, monkeypatch):
    post.leave("one")

    def crash(*_arguments, **_named):
        raise DatabaseUnavailable("disk I/O error")

    monkeypatch.setattr(outbox, "mark_sent", crash)
    await post.round()
    monkeypatch.undo()
    assert post.stored() == [("sending",)]
    post.after_a_crash()
    await post.round()
    assert post.slack.titles == ["one"]
    assert post.stored() == [("sent",)]


async def test_a_crash_before_the_platform_took_it_loses_nothing(post):
    post.leave("one")
    with post.db.writing() as connection:
        (letter,) = outbox.due(connection, ["slack"], NOW, 10)
        outbox.mark_sending(connection, letter, NOW)
    post.after_a_crash()
    await post.round()
    assert (post.slack.titles, len(post.slack.looked_for)) == (["one"], 1)


async def test_a_fault_of_our_own_in_one_message_stops_no_other_and_is_not_tried_without_pause(post):
    post.leave("broken")
    post.leave("fine", MAIL)
    post.slack.faults.append(ZeroDivisionError("a bug"))
    with capture_logs() as logged:
        await post.outbox.send_due()
    assert len(post.slack.titles) == 1
    assert any(entry["log_level"] == "error" for entry in logged)
    (due_at,) = (row[1] for row in post.stored("state", "due_at") if row[0] == "sending")
    assert due_at > post.clock.now


async def test_a_round_ends_only_when_all_that_it_began_has_ended(post, monkeypatch):
    """Else the next round would find a message half sent, and send it again."""
    post.leave("one")
    post.leave("two", MAIL)
    refused = iter([DatabaseUnavailable("database is locked")])
    mark_sending = outbox.mark_sending

    def locked_once(connection, letter, now):
        if letter.channel == OPS and (error := next(refused, None)):
            raise error
        mark_sending(connection, letter, now)

    monkeypatch.setattr(outbox, "mark_sending", locked_once)
    await post.round()
    assert ("sent",) in post.stored()
    await post.round(2)
    assert sorted(post.slack.titles) == ["one", "two"]


async def test_the_same_key_is_left_only_once(post):
    post.leave("one")
    post.leave("one")
    await post.round(3)
    post.leave("one")
    await post.round(3)
    assert post.slack.titles == ["one"]


async def test_an_empty_outbox_does_nothing(post):
    await post.round()
    assert post.slack.posted == []
