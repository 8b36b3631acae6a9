"""The doors by which reports come in: builds what stands behind them, and each door that the settings ask for."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry

from bot.http import HttpListener
from bot.settings import DkimMode, HttpsTrust, Settings
from bot.transport import CannotStart
from ingest.addresses import ReportAddresses
from ingest.dkim.verdict import KeyLookup
from ingest.judging import Judge, TrustRules
from ingest.listen import ListenAddress
from ingest.metrics import ReceptionMetrics
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
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
        self._settings = settings
        self._clock = clock
        self._metrics = ReceptionMetrics(self.registry)
        self.writer = Writer(database, clock, self._metrics)
        self._addresses = ReportAddresses(database, settings.report_domain, settings.shared_address)
        rules = TrustRules(
            check_dkim=settings.dkim is not DkimMode.OFF,
            hold_unverified=settings.dkim_required,
            hold_https=settings.https_trust is HttpsTrust.APART,
            trust_https=settings.https_trust is HttpsTrust.FULL,
        )
        limits = ReadLimits(max_report_bytes=settings.max_report_bytes)
        self.reader = OriginalReader(self._addresses, Judge(rules, keys, clock), limits, clock)

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
        return smtp.stop

    async def open_http(self) -> Stop | None:
        """Listen for HTTP; None when the settings switch it off. Raises CannotStart."""
        addresses = self._settings.http_listen
        if not addresses:
            return None
        http = HttpListener()
        await _listening("TLSRPT_HTTP_LISTEN", http.start(addresses), addresses)
        return http.stop


async def _listening(setting: str, start: Awaitable[None], addresses: Sequence[ListenAddress]) -> None:
    """Wait until something listens, or say which setting asks for an address that is not to be had."""
    try:
        await start
    except OSError as error:
        raise CannotStart(f"{setting}: {error.strerror or error}") from error
    log.info("listening", setting=setting, addresses=[str(address) for address in addresses])
