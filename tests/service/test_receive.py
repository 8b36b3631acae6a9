"""A mail that is received: what its Date decides, and that it is the same report when it is imported again."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime

import pytest

from ingest.files import FoundFile, read_file
from ingest.reader.mail import ReadLimits
from ingest.receive import MailReceiver, ReceptionRules
from ingest.smtp.values import SmtpMail
from ingest.writer import Writer
from storage.tables import Report
from tests.asking import rows, take
from tests.mails.build import frame, mail, text

ARRIVED = datetime(2026, 3, 12, 9, tzinfo=UTC)
RULES = ReceptionRules("reports.example.net", "tls-reports", check_dkim=False, hold_unverified=False)


@asynccontextmanager
async def receiver_of(db):
    writer = Writer(db, lambda: ARRIVED)
    writing = asyncio.create_task(writer.run())
    yield MailReceiver(database=db, writer=writer, rules=RULES, limits=ReadLimits(), keys=None, clock=lambda: ARRIVED)
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
