"""What is older than the settings keep goes, in small batches; what the totals rest on stays."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.retention_job import Retention
from storage import retention
from storage.arrival import QuarantineKind
from storage.quarantine_list import find_quarantined
from storage.reception_tables import Quarantined
from storage.recheck import original_to_read
from storage.retention import DETAILS_REMOVED
from storage.tables import Failure, FailureDay, Original, Report, table
from tests.asking import answered, rows, said, take, told
from tests.builders import DAY, NOW, delivery, failure, policy


def keeping(db, raw=90, detail=400, now=NOW):
    return Retention(db, timedelta(days=raw), timedelta(days=detail), lambda: now)


def kept(db):
    with db.reading() as connection:
        return connection.execute(select(table(Report).c.original_id)).all()


def sent(days_ago, domain="example.com", failures=1):
    details = [failure(sessions=1, receiving_ip=f"192.0.2.{number}") for number in range(failures)]
    entry = policy(5, failures, *details, policy_domain=domain)
    return told(entry, day=DAY - timedelta(days=days_ago), report_id=f"{domain}-{days_ago}")


def take_when_sent(db, *deliveries):
    for one in deliveries:
        take(db, one, now=one.original.arrived_at)


async def test_originals_go_after_their_time_and_their_reports_stay(db):
    take_when_sent(db, *(sent(ago) for ago in (0, 88, 89, 90, 200)))

    await keeping(db).run()

    assert len(rows(db, Original)) == 3
    assert sorted(original is None for (original,) in kept(db)) == [False, False, False, True, True]
    assert "The original is no longer kept." in said(await answered(db, "report 5"))


async def test_what_was_unreadable_goes_with_its_original(db):
    old = NOW - timedelta(days=91)
    take(db, delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", body=b"old", arrived_at=old), now=old)
    take(db, delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", body=b"new"))

    await keeping(db).run()

    assert len(rows(db, Quarantined)) == len(rows(db, Original)) == 1


async def test_an_old_mail_from_a_mailbox_is_kept_as_long_as_a_new_one(db):
    old = NOW - timedelta(days=400)
    take(db, delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", body=b"old", arrived_at=old), sent(399))

    await keeping(db).run()

    assert len(rows(db, Original)) == 2
    with db.reading() as connection:
        assert find_quarantined(connection, 1).original.arrived_at == old
        assert original_to_read(connection, 1).arrived_at == sent(399).original.arrived_at
    await keeping(db, now=NOW + timedelta(days=90, seconds=1)).run()
    assert rows(db, Original) == []


async def test_details_go_after_their_time_and_the_totals_stay(db):
    take(db, sent(0), sent(399), sent(400), sent(500), sent(500, "other.example"))
    before = [(await answered(db, f"status {name} all")).data for name in ("example.com", "other.example")]
    totals = rows(db, FailureDay)

    await keeping(db).run()

    assert {day for (day,) in rows(db, Failure, "day")} == {DAY, DAY - timedelta(days=399)}
    assert rows(db, FailureDay) == totals
    assert [(await answered(db, f"status {name} all")).data for name in ("example.com", "other.example")] == before
    assert sum(DETAILS_REMOVED in marks for (marks,) in rows(db, Report, "marks")) == 3
    await keeping(db).run()
    assert max(marks.count(DETAILS_REMOVED) for (marks,) in rows(db, Report, "marks")) == 1


@pytest.mark.parametrize("number", [1, 2, 7])
async def test_every_batch_is_small_and_nothing_is_forgotten(db, monkeypatch, number):
    monkeypatch.setattr(retention, "MOST_ORIGINALS", number)
    monkeypatch.setattr(retention, "MOST_REPORTS", number)
    take_when_sent(db, *(sent(500 + ago, f"d{ago % 3}.example") for ago in range(20)))
    deleted = []

    def note(_connection, cursor, statement, *_):
        if statement.startswith(("DELETE FROM original", "DELETE FROM failure")):
            deleted.append(cursor.rowcount)

    event.listen(db._writer, "after_cursor_execute", note)

    await keeping(db).run()

    assert (rows(db, Original), rows(db, Failure)) == ([], [])
    assert max(deleted) <= number
    assert sum(deleted) == 40


async def test_large_originals_are_removed_a_few_at_a_time(db):
    with db.writing() as connection:
        sizes = [(1, 10 * 2**20), (2, 6 * 2**20), (3, 1), (4, 20 * 2**20)]
        assert retention._together(sizes) == [1, 2]
        assert retention._together(sizes[2:]) == [3]
        assert retention._together(sizes[3:]) == [4]
        assert retention.remove_originals(connection, NOW) == 0
