"""The job that judges again, with real DNS on 127.0.0.1, a real database, and a clock that is moved by hand."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from bot.recheck_job import AT_ONCE, Recheck
from ingest.addresses import ReportAddresses
from ingest.delivery import MAIL
from ingest.dkim.key_lookup import DnsKeyLookup
from ingest.judging import Judge, TrustRules
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from ingest.smtp.values import OurFault
from ingest.writer import Writer
from storage.arrival import Original, Source
from storage.reception_tables import DkimRecheck
from storage.recheck import PAUSES
from storage.tables import DomainDay, Report
from tests.asking import rows
from tests.builders import NOW
from tests.dkim_signing import rsa_record, signed, signed_with_tags
from tests.dns_server import Trouble, running_dns_server
from tests.mails.build import mail, text
from tests.program_mails import report_mail

KEY = "s1._domainkey.sender.example"
REQUIRE = TrustRules(check_dkim=True, hold_unverified=True)


class Reception:
    """What stands behind the doors, and the job beside it."""

    def __init__(self, db, dns):
        self.db, self.dns, self.now = db, dns, NOW
        keys = DnsKeyLookup((dns.address,), self.clock, total_seconds=0.5)
        addresses = ReportAddresses(db, "reports.example", "tls-reports")
        self.reader = OriginalReader(addresses, Judge(REQUIRE, keys, self.clock), ReadLimits(), self.clock)
        self.writer = Writer(db, self.clock)
        self.job = Recheck(db, self.reader, self.writer, keys, self.clock)

    def clock(self):
        return self.now

    async def takes(self, body):
        original = Original(body, MAIL, Source.SMTP, self.now, "a@sender.example", ("tls-reports@reports.example",))
        return await self.writer.store(await self.reader.read(original))

    async def after(self, pause):
        """Let time pass, and the job run."""
        self.now += pause
        await self.job.run()


@pytest.fixture
async def reception(db):
    async with running(db) as one:
        yield one


@asynccontextmanager
async def running(db):
    async with running_dns_server() as dns:
        dns.publish_txt(KEY, rsa_record())
        dns.trouble(KEY, Trouble.SERVFAIL)
        one = Reception(db, dns)
        writing = asyncio.create_task(one.writer.run())
        yield one
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing


def reports(db):
    return rows(db, Report, "dkim", "held", "copies")


async def test_nothing_is_asked_before_its_time_and_a_pass_counts_then(db, reception):
    await reception.takes(signed(mail()))
    reception.dns.troubles.clear()
    asked = len(reception.dns.queries)
    await reception.after(PAUSES[0] - timedelta(seconds=1))
    assert (reports(db), len(reception.dns.queries)) == ([("temperror", True, 1)], asked)
    await reception.after(timedelta(seconds=1))
    assert reports(db) == [("pass", False, 1)]
    assert rows(db, DkimRecheck) == []


async def test_a_name_server_that_stays_away_is_asked_seven_times_in_all_and_no_more(db, reception):
    await reception.takes(signed(mail()))
    for pause in PAUSES:
        before = len(reception.dns.queries)
        await reception.after(pause)
        assert len(reception.dns.queries) > before
    assert rows(db, DkimRecheck) == []
    before = len(reception.dns.queries)
    await reception.after(timedelta(days=30))
    assert len(reception.dns.queries) == before
    ((marks,),) = rows(db, Report, "marks")
    assert "nobody looks the key up any more" in marks[-1]
    assert reports(db) == [("temperror", True, 1)]


async def test_a_signature_that_has_expired_since_held_when_its_mail_came(db, reception):
    in_an_hour = str(int((NOW + timedelta(hours=1)).timestamp())).encode()
    await reception.takes(signed_with_tags({b"x": in_an_hour}, mail()))
    reception.dns.troubles.clear()
    await reception.after(timedelta(hours=2))
    assert reports(db) == [("pass", False, 1)]


async def test_many_are_judged_again_in_one_run_and_a_name_server_that_is_away_is_asked_once_for_all(db, reception):
    number = 3 * AT_ONCE + 1
    for index in range(number):
        await reception.takes(signed(report_mail(f"d{index}.example", 5, report_id=str(index))))
    before = len(reception.dns.queries)
    await reception.after(PAUSES[0])
    assert len(reception.dns.queries) - before <= 4, "one name, tried twice or so"
    assert rows(db, DomainDay) == []
    reception.dns.troubles.clear()
    await reception.after(PAUSES[1])
    assert [row[0] for row in rows(db, DomainDay, "successful")] == [5] * number


async def test_a_database_that_cannot_be_written_meanwhile_loses_nothing(db, reception):
    class Full:
        async def store(self, _delivery):
            raise OurFault("the disk is full")

    await reception.takes(signed(mail()))
    reception.dns.troubles.clear()
    full = Recheck(db, reception.reader, Full(), reception.job.keys, reception.clock)
    reception.now += PAUSES[0]
    await full.run()
    assert reports(db) == [("temperror", True, 1)]
    await reception.after(PAUSES[1])
    assert reports(db) == [("pass", False, 1)]


async def test_an_original_that_today_s_reader_cannot_read_stays_as_it_was(db, reception):
    await reception.takes(signed(mail()))
    with db.writing() as connection:
        connection.exec_driver_sql("UPDATE original SET body = 'From: nobody'")
    await reception.after(PAUSES[0])
    assert reports(db) == [("temperror", True, 1)]
    assert rows(db, DkimRecheck, "attempts") == [(1,)]


async def test_a_forwarded_mail_is_judged_again_by_its_own_signature(db, reception):
    inner = signed(mail(text((("report-id",), "inner"))))
    outer = b'From: a@forwarder.example\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\n'
    await reception.takes(outer + b"--o\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--o--\r\n")
    assert reports(db) == [("temperror", True, 1)]
    reception.dns.troubles.clear()
    await reception.after(PAUSES[0])
    assert reports(db) == [("pass", False, 1)]
