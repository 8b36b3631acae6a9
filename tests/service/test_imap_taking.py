"""What becomes of a mailbox's mails: reports count once, damaged ones are kept, the mails of people are left alone."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import select

from ingest.addresses import ReportAddresses
from ingest.imap.positions import StoredPosition
from ingest.imap.taking import MailTaker
from ingest.judging import Judge, TrustRules
from ingest.metrics import ReceptionMetrics
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from ingest.smtp.values import OurFault
from ingest.writer import Writer
from storage.arrival import Outcome
from storage.mailboxes import Position
from storage.reception_tables import Quarantined
from storage.tables import ChangedDay, Original, table
from tests.builders import NOW
from tests.mails.build import frame, mail, text
from tests.program_mails import report_mail

PERSONAL = b"From: friend@people.example\r\nSubject: lunch\r\n\r\nAt one?\r\n"
DMARC = frame(Subject="Report domain: x") + b'Content-Type: text/xml\r\n\r\n<?xml version="1.0"?><feedback></feedback>'
RULES = TrustRules(check_dkim=False, hold_unverified=False)


def clock():
    return NOW


@asynccontextmanager
async def taker_of(db, registry=None):
    metrics = ReceptionMetrics(registry or CollectorRegistry())
    writer = Writer(db, clock, metrics)
    writing = asyncio.create_task(writer.run())
    addresses = ReportAddresses(db, "reports.example.net", "tls-reports")
    limits = ReadLimits()
    reader = OriginalReader(addresses, Judge(RULES, None, clock), limits, clock)
    try:
        yield MailTaker(addresses, reader, writer, metrics, limits, clock)
    finally:
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


def stored(db, model):
    with db.reading() as connection:
        return connection.execute(select(table(model))).all()


async def test_a_report_is_stored_once_however_often_it_is_read(db):
    async with taker_of(db) as taker:
        assert await taker.take(report_mail("example.com", 5), NOW) is Outcome.STORED
        assert await taker.take(report_mail("example.com", 5), NOW) is Outcome.DUPLICATE
    (original,) = stored(db, Original)
    assert (original.source, original.arrived_at) == ("imap", NOW)


async def test_a_damaged_report_is_kept_once(db):
    damaged = report_mail("example.com", 5).replace(b"H4sI", b"AAAA")
    async with taker_of(db) as taker:
        assert await taker.take(damaged, NOW) is Outcome.QUARANTINED
        assert await taker.take(damaged, NOW) is Outcome.QUARANTINED
    assert len(stored(db, Quarantined)) == 1


@pytest.mark.parametrize("body", [PERSONAL, DMARC, b"", frame(Subject="Out of office: gone") + b"\r\n\r\nbye"])
async def test_the_mails_of_people_are_counted_and_not_kept(db, body):
    registry = CollectorRegistry()
    async with taker_of(db, registry) as taker:
        assert await taker.take(body, NOW) is Outcome.IGNORED
    assert stored(db, Quarantined) == stored(db, Original) == []
    assert registry.get_sample_value("tlsrpt_reports_total", {"source": "imap", "outcome": "ignored"}) == 1


async def test_old_mails_alarm_nobody_and_new_ones_do(db):
    async with taker_of(db) as taker:
        await taker.take(report_mail("old.example", 0, 9), NOW - timedelta(days=30))
        assert stored(db, ChangedDay) == []
        await taker.take(report_mail("new.example", 0, 9), NOW - timedelta(days=1))
        assert len(stored(db, ChangedDay)) == 1


async def test_our_address_among_those_of_the_header_tells_the_domain(db):
    head = frame(To="tls-reports@reports.example.net", Delivered_To="team@company.example")
    async with taker_of(db) as taker:
        await taker.take(mail(text(), head=head), NOW)
    (original,) = stored(db, Original)
    assert original.recipients == ["tls-reports@reports.example.net"]


async def test_a_database_that_is_gone_is_a_fault_of_ours(db):
    position = StoredPosition(db, "a")
    await position.move(Position(1, 2))
    assert await position.known() == Position(1, 2)
    Path(db.file).rename(f"{db.file}.away")  # noqa: ASYNC240 -- nothing else runs meanwhile
    for work in (position.known(), position.move(Position(1, 3))):
        with pytest.raises(OurFault):
            await work
