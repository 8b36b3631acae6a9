"""The doors by which reports come in: builds what stands behind them, and each door that the settings ask for."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry

from bot.figures import Figures
from bot.http import HttpListener
from bot.original_reader import original_reader, read_limits
from bot.readiness import DatabaseCheck, Readiness, is_true
from bot.settings import Settings
from bot.transport import CannotStart
from ingest.addresses import ReportAddresses
from ingest.dkim.verdict import KeyLookup
from ingest.https.door import UploadDoor
from ingest.https.limits import HttpsLimits
from ingest.https.store import UploadStore
from ingest.https.visitors import Visitors
from ingest.imap.taking import MailTaker
from ingest.listen import ListenAddress
from ingest.metrics import ReceptionMetrics
from ingest.receive import MailReceiver
from ingest.smtp.listener import CertificateFiles, SmtpLimits, SmtpListener
from ingest.writer import Writer
from storage.database import Database

log = structlog.get_logger(__name__)

Stop = Callable[[float], Awaitable[None]]
"""Ends a door in order, within so many seconds."""


class Doors:
    """Reads, judges and stores what comes, whichever way."""

    def __init__(self, settings: Settings, database: Database, keys: KeyLookup, clock: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        self.readiness = Readiness()
        self.readiness.watch("database", DatabaseCheck(database))
        self._settings = settings
        self._database = database
        self._clock = clock
        self._metrics = ReceptionMetrics(self.registry)
        self.writer = Writer(database, clock, self._metrics)
        self._addresses = ReportAddresses(database, settings.report_domain, settings.shared_address)
        self.reader = original_reader(settings, self._addresses, keys, clock)

    async def open_smtp(self) -> Stop | None:
        """Listen for mails; None when the settings switch it off. Raises CannotStart, CertificateError."""
        settings = self._settings
        if not settings.smtp_listen:
            return None
        certificate = None
        if settings.smtp_tls_cert and settings.smtp_tls_key:
            certificate = CertificateFiles(settings.smtp_tls_cert, settings.smtp_tls_key)
        smtp = SmtpListener(
            MailReceiver(self._addresses, self.reader, self.writer, self._clock),
            hostname=settings.report_domain,
            limits=SmtpLimits(max_message_bytes=settings.max_message_bytes, trusted=settings.trusted_networks),
            certificate=certificate,
            metrics=self._metrics,
        )
        await _listening("TLSRPT_SMTP_LISTEN", smtp.start(settings.smtp_listen), settings.smtp_listen)
        self.readiness.watch("smtp", is_true(lambda: smtp.ports, "not listening"))
        return smtp.stop

    async def open_http(self) -> Stop | None:
        """Listen for HTTP; None when the settings switch it off. Raises CannotStart."""
        addresses = self._settings.http_listen
        if not addresses:
            return None
        limits = HttpsLimits(max_body_bytes=self._settings.max_message_bytes, trusted=self._settings.trusted_networks)
        visitors = Visitors(limits, time.monotonic)
        store = UploadStore(self._addresses, self.reader, self.writer)
        door = UploadDoor(store, visitors, limits, self._clock, self._metrics)
        figures = Figures(self.registry, self._database, self._clock)
        http = HttpListener(door, visitors, self.readiness, figures.text, limits, self._metrics)
        await _listening("TLSRPT_HTTP_LISTEN", http.start(addresses), addresses)
        return http.stop

    async def open_mailbox(self) -> Stop | None:
        """Begin to read the mailbox; None when the settings name none. Raises CannotStart."""
        if self._settings.imap_url is None:
            return None
        from bot.mailbox_door import mailbox_watch  # loads the IMAP client

        taker = MailTaker(
            self._addresses, self.reader, self.writer, self._metrics, read_limits(self._settings), self._clock
        )
        watch = mailbox_watch(self._settings, self._database, taker)
        self.readiness.watch("mailbox", watch.state.trouble)
        reading = asyncio.create_task(watch.run(), name="mailbox")

        async def stop(grace: float) -> None:
            reading.cancel()
            await asyncio.wait((reading,), timeout=grace)

        return stop


async def _listening(setting: str, start: Awaitable[None], addresses: Sequence[ListenAddress]) -> None:
    """Wait until something listens, or say which setting asks for an address that is not to be had."""
    try:
        await start
    except OSError as error:
        raise CannotStart(f"{setting}: {error.strerror or error}") from error
    log.info("listening", setting=setting, addresses=[str(address) for address in addresses])
