"""`quarantine retry`: what an older version could not read is read by this one, once, whatever happens meanwhile."""

import asyncio
from shutil import move

import pytest
from structlog.testing import capture_logs

from commands.rereading import Fate
from ingest.reader.limits import ReadLimits
from storage.arrival import Original, QuarantineKind, Source
from storage.database import DatabaseUnavailable
from storage.quarantine_list import find_quarantined, ids_of, remove_quarantined
from storage.quarantine_room import UNREADABLE
from storage.reception_tables import Quarantined
from storage.tables import Original as OriginalRow
from storage.tables import Report
from tests.asking import answered, rows, take
from tests.builders import NOW, changed, delivery
from tests.program_mails import report_mail
from tests.rereading import quarantine_reader


def mail_of(number):
    return report_mail("example.com", 100, report_id=f"report-{number}")


def left_behind(number, body=None, **more):
    """Return a mail as an older version left it that could not read it."""
    mail = body or mail_of(number)
    found = delivery(kind=QuarantineKind.UNREADABLE, reason="not-json", detail="Not JSON.", body=mail)
    return changed(found, original=changed(found.original, **more))


def kept(db):
    with db.reading() as connection:
        return ids_of(connection, UNREADABLE)


async def test_what_can_be_read_today_is_stored_and_leaves_quarantine(db):
    take(db, *(left_behind(number) for number in range(20)))
    reread = await quarantine_reader(db, NOW)(kept(db))
    assert [(one.fate, one.reports, one.new) for one in reread] == [(Fate.READ, 1, 1)] * 20
    assert kept(db) == []
    assert len(rows(db, Report, "id")) == len(rows(db, OriginalRow, "id")) == 20


async def test_it_counts_where_it_would_have_counted(db):
    take(db, left_behind(1))
    before = (await answered(db, "status example.com all")).data
    await quarantine_reader(db, NOW)(kept(db))
    after = (await answered(db, "status example.com all")).data
    assert before != after
    ((arrived_at, source),) = rows(db, OriginalRow, "arrived_at", "source")
    assert (arrived_at, source) == (NOW, "smtp")


async def test_what_came_meanwhile_is_counted_once(db):
    take(db, left_behind(1), left_behind(1, body=mail_of(1) + b"\r\n"))
    reread = await quarantine_reader(db, NOW)(kept(db))
    assert sorted(one.new for one in reread) == [0, 1]
    ((copies,),) = rows(db, Report, "copies")
    assert copies == 2


async def test_what_cannot_be_read_stays_with_the_reason_of_today(db):
    take(db, left_behind(1, body=b"From: a@b\r\n\r\nhello"))
    (reread,) = await quarantine_reader(db, NOW)(kept(db))
    assert (reread.fate, reread.reason) == (Fate.STAYS, "no-report")
    assert rows(db, Quarantined, "reason", "detail") == [("no-report", "There is no TLS report in it.")]


async def test_what_proves_to_be_a_bounce_is_filed_as_one(db):
    bounce = (
        b"From: MAILER-DAEMON@b\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/delivery-status\r\n\r\nStatus: 5.1.1\r\n--x--\r\n"
    )
    take(db, left_behind(1, body=bounce))
    await quarantine_reader(db, NOW)(kept(db))
    assert rows(db, Quarantined, "kind") == [("bounce",)]


async def test_larger_limits_let_a_larger_report_in(db):
    take(db, left_behind(1))
    (reread,) = await quarantine_reader(db, NOW, limits=ReadLimits(max_report_bytes=10))(kept(db))
    assert reread.reason == "too-large-inflated"
    (reread,) = await quarantine_reader(db, NOW)(kept(db))
    assert reread.fate is Fate.READ


async def test_what_was_imported_is_trusted_as_it_was(db):
    take(db, left_behind(1, source=Source.IMPORT))
    await quarantine_reader(db, NOW)(kept(db))
    assert rows(db, Report, "trust", "held") == [("imported", False)]


async def test_two_who_try_at_once_store_it_once(db):
    take(db, *(left_behind(number) for number in range(10)))
    ids = kept(db)
    both = await asyncio.gather(quarantine_reader(db, NOW)(ids), quarantine_reader(db, NOW)(ids))
    fates = [one.fate for reread in both for one in reread]
    assert (fates.count(Fate.READ), fates.count(Fate.GONE)) == (10, 10)
    assert {copies for (copies,) in rows(db, Report, "copies")} == {1}


async def test_what_was_deleted_meanwhile_does_not_come_back(db):
    take(db, left_behind(1))
    ids = kept(db)
    with db.writing() as connection:
        assert remove_quarantined(connection, ids[0])
        assert not remove_quarantined(connection, ids[0])
    assert [one.fate for one in await quarantine_reader(db, NOW)([*ids, 99])] == [Fate.GONE, Fate.GONE]
    assert rows(db, Report, "id") == []


async def test_a_database_that_is_gone_leaves_everything_as_it_was(db):
    take(db, left_behind(1))
    move(db.file, f"{db.file}.away")
    with pytest.raises(DatabaseUnavailable):
        await quarantine_reader(db, NOW)([1])
    move(f"{db.file}.away", db.file)
    assert kept(db) == [1]


async def test_one_whose_storing_fails_as_nobody_foresaw_stays_and_the_others_are_stored(db):
    take(db, *(left_behind(number) for number in range(3)))
    with db.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER odd BEFORE INSERT ON report WHEN NEW.report_id = 'report-1' "
            "BEGIN SELECT RAISE(ABORT, 'odd'); END"
        )
    with capture_logs():
        reread = await quarantine_reader(db, NOW)(kept(db))
    assert [one.fate for one in reread].count(Fate.STAYS) == 1
    assert len(rows(db, Report, "id")) == 2
    with db.reading() as connection:
        (stays,) = ids_of(connection, UNREADABLE)
        assert find_quarantined(connection, stays).line.reason == "reader-failed"


def test_originals_keep_how_they_came(db):
    take(db, left_behind(1, recipients=("x@reports.example.net",), envelope_from="a@b.example"))
    with db.reading() as connection:
        mail = find_quarantined(connection, 1)
    assert isinstance(mail.original, Original)
    assert (mail.original.recipients, mail.original.envelope_from) == (("x@reports.example.net",), "a@b.example")
