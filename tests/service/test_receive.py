"""A mail that is received: what its Date decides, and that it is the same report when it is imported again."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime

import pytest

from ingest.addresses import ReportAddresses
from ingest.containers import FoundFile
from ingest.files import read_file
from ingest.judging import Judge, TrustRules
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from ingest.receive import MailReceiver
from ingest.smtp.values import SmtpMail
from ingest.writer import Writer
from storage.tables import Report
from tests.asking import rows, take
from tests.mails.build import frame, mail, text

ARRIVED = datetime(2026, 3, 12, 9, tzinfo=UTC)
RULES = TrustRules(check_dkim=False, hold_unverified=False)


def clock():
    return ARRIVED


@asynccontextmanager
async def receiver_of(db):
    writer = Writer(db, clock)
    writing = asyncio.create_task(writer.run())
    addresses = ReportAddresses(db, "reports.example.net", "tls-reports")
    yield MailReceiver(
        addresses, OriginalReader(addresses, Judge(RULES, None, clock), ReadLimits(), clock), writer, clock
    )
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


async def received(db, body):
    async with receiver_of(db) as receiver:
        return await receiver.receive(SmtpMail(body, "a@sender.example", ("tls-reports@reports.example.net",), "::1"))


def without_range(date_field):
    return mail(text((("date-range",), "yesterday")), head=frame(Date=date_field))


@pytest.mark.parametrize(
    ("date_field", "sent_at", "day"),
    [
        ("Tue, 10 Mar 2026 04:00:00 +0000", datetime(2026, 3, 10, 4, tzinfo=UTC), date(2026, 3, 9)),
        ("Thu, 1 Jan 1970 00:00:00 +0000", ARRIVED, date(2026, 3, 11)),
        ("Thu, 12 Mar 2026 09:00:01 +0000", ARRIVED, date(2026, 3, 11)),
        ("", ARRIVED, date(2026, 3, 11)),
    ],
)
async def test_a_report_without_a_range_counts_on_the_day_before_it_was_sent(db, date_field, sent_at, day):
    assert await received(db, without_range(date_field)) == "stored"
    assert rows(db, Report, "sent_at", "day", "arrived_at") == [(sent_at, day, ARRIVED)]


@pytest.mark.parametrize("imported_first", [True, False])
async def test_such_a_mail_counts_on_one_day_whether_it_was_received_or_imported_first(db, imported_first):
    body = without_range("Tue, 10 Mar 2026 04:00:00 +0000")
    imported = read_file(FoundFile("1.eml", body, ARRIVED), ReadLimits(), ARRIVED)
    if imported_first:
        take(db, imported)
    await received(db, body)
    if not imported_first:
        take(db, imported)
    assert rows(db, Report, "day", "copies") == [(date(2026, 3, 9), 2)]
