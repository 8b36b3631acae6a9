"""Puts the demo's history into a database: the mails go through the part that reads, verifies and stores real ones."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import groupby

from bot.demo.cast import RECEIVERS
from bot.demo.mails import mail_of
from bot.demo.reports import MadeUpReport, history
from bot.demo.signing import DemoKey
from bot.parts import default_thresholds, make_dispatcher
from bot.settings import Settings
from bot.terminal.console import ASKER
from commands.alerts.evaluate import Evaluation, days_to_judge, judge_day
from ingest.addresses import ReportAddresses
from ingest.judging import Judge, TrustRules
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from ingest.receive import MailReceiver
from ingest.smtp.values import SmtpMail
from ingest.writer import MOST_IN_A_BATCH, Writer
from storage.database import Database
from storage.intake import OLD_NEWS

PEER = "127.0.0.1"


class Past:
    """Lets time go by, up to `now` (aware UTC).

    Every mail arrives when it was sent. The last two weeks are judged evening by evening, so that the alerts of the
    story are there, opened on their day, and nobody is told now; what is older is history for the rules as well.
    """

    def __init__(self, settings: Settings, database: Database, key: DemoKey, now: datetime) -> None:
        self._settings = settings
        self._database = database
        self._key = key
        self._now = now
        self._today = now
        self._arriving: ContextVar[datetime] = ContextVar("arriving", default=now)
        """When the mail arrives that is being read: several are at once, each in a task of its own."""

    async def happen(self) -> None:
        """Fill the database. Raises DatabaseUnavailable, and what the doors raise."""
        reports = history(self._now)
        await self._register(reports[0].sent_at)
        news = self._now - OLD_NEWS
        old = [report for report in reports if report.sent_at < news]
        writer = Writer(self._database, lambda: self._today)
        writing = asyncio.create_task(writer.run(), name="writer")
        try:
            receiver = self._receiver(writer)
            await self._arrive(receiver, old)
            for evening, of_the_day in _by_day(reports[len(old) :]):
                self._today = min(evening, self._now)
                await self._arrive(receiver, of_the_day)
                await asyncio.to_thread(self._judge)
        finally:
            writing.cancel()
            await asyncio.wait((writing,))

    async def _register(self, when: datetime) -> None:
        dispatcher = make_dispatcher(self._settings, self._database, lambda: when)
        for receiver in RECEIVERS:
            await dispatcher.reply(f"domain add {receiver.name}", ASKER)

    def _receiver(self, writer: Writer) -> MailReceiver:
        settings, clock = self._settings, self._arriving.get
        addresses = ReportAddresses(self._database, settings.report_domain, settings.shared_address)
        judge = Judge(TrustRules(check_dkim=True, hold_unverified=False), self._key, clock)
        limits = ReadLimits(max_report_bytes=settings.max_report_bytes)
        return MailReceiver(addresses, OriginalReader(addresses, judge, limits, clock), writer, clock)

    async def _arrive(self, receiver: MailReceiver, reports: Sequence[MadeUpReport]) -> None:
        """Receive mails side by side, as many as one commit takes."""
        for start in range(0, len(reports), MOST_IN_A_BATCH):
            batch = reports[start : start + MOST_IN_A_BATCH]
            await asyncio.gather(*(self._receive(receiver, report) for report in batch))

    async def _receive(self, receiver: MailReceiver, report: MadeUpReport) -> None:
        self._arriving.set(report.sent_at)
        recipient = f"{self._settings.shared_address}@{self._settings.report_domain}"
        mail = mail_of(report, recipient, self._key)
        await receiver.receive(SmtpMail(mail, f"tls-reports@{report.sender.domain}", (recipient,), PEER))

    def _judge(self) -> None:
        """Judge an evening's days in one transaction: nobody waits to write meanwhile."""
        rules = Evaluation(default_thresholds(self._settings), targets=(), delay=timedelta(0))
        with self._database.writing() as connection:
            for domain_id, day in days_to_judge(connection, rules, self._today):
                judge_day(connection, rules, domain_id, day, self._today)


def _by_day(reports: Iterable[MadeUpReport]) -> Iterator[tuple[datetime, list[MadeUpReport]]]:
    """Yield the reports of each day on which any were sent, and when the last of them had come."""
    for _, group in groupby(reports, lambda report: report.sent_at.date()):
        of_the_day = list(group)
        yield of_the_day[-1].sent_at, of_the_day
