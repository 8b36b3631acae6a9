"""Lets reports come in while one watches: by SMTP, one after the other."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

import structlog

from bot.demo.mails import mail_of, sent_now
from bot.demo.reports import MadeUpReport
from bot.demo.signing import DemoKey
from commands.phrases import count, plural

log = structlog.get_logger(__name__)

FIRST_AFTER_SECONDS = 2.0
EVERY_SECONDS = 4.0
SMTP_SECONDS = 10


class Trickle:
    """Sends made-up reports to the bot on a port of this machine."""

    def __init__(
        self,
        reports: Iterable[MadeUpReport],
        *,
        port: int,
        recipient: str,
        key: DemoKey,
        clock: Callable[[], datetime],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._reports = reports
        self._port = port
        self._recipient = recipient
        self._key = key
        self._clock = clock
        self._pause = pause
        self._sent = 0
        self._newest: MadeUpReport | None = None

    async def run(self) -> None:
        """Send until there are no more, or until cancelled."""
        await self._pause(FIRST_AFTER_SECONDS)
        for report in self._reports:
            try:
                await asyncio.to_thread(self._send, sent_now(report, self._clock()))
            except (OSError, smtplib.SMTPException) as error:
                log.warning("a report of the demo was not taken", reason=str(error))
            else:
                self._sent, self._newest = self._sent + 1, report
            await self._pause(EVERY_SECONDS)

    def line(self) -> str:
        """Say in a line what has come in."""
        if self._newest is None:
            return "No report has come in yet."
        newest, what = self._newest, self._newest.what
        figures = f"{count(what.failed)} of {plural(what.sessions, 'session')} failed"
        return (
            f"{plural(self._sent, 'report')} came in · newest: {newest.sender.organisation} about "
            f"{newest.receiver.name}, {figures}"
        )

    def _send(self, report: MadeUpReport) -> None:
        with smtplib.SMTP("127.0.0.1", self._port, local_hostname=report.sender.domain, timeout=SMTP_SECONDS) as smtp:
            mail = mail_of(report, self._recipient, self._key)
            smtp.sendmail(f"tls-reports@{report.sender.domain}", [self._recipient], mail)
