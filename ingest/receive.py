"""Takes mails from the SMTP server: each is read and on disk before its sender is answered."""

from collections.abc import Callable
from datetime import datetime

from ingest.addresses import ReportAddresses
from ingest.delivery import MAIL
from ingest.reading import OriginalReader
from ingest.smtp.values import SmtpMail
from ingest.writer import Writer
from storage.arrival import Original, Outcome, Source


class MailReceiver:
    """What stands behind the SMTP server."""

    def __init__(
        self, addresses: ReportAddresses, reader: OriginalReader, writer: Writer, clock: Callable[[], datetime]
    ) -> None:
        self._addresses = addresses
        self._reader = reader
        self._writer = writer
        self._clock = clock

    async def accepts(self, address: str) -> bool:
        """Whether a recipient is ours: the shared address, postmaster, or a token of a registered domain."""
        return await self._addresses.accepts(address)

    async def receive(self, mail: SmtpMail) -> Outcome:
        """Store a mail and return what became of it. Raises OurFault when nothing was kept."""
        original = Original(
            body=mail.body,
            media_type=MAIL,
            source=Source.SMTP,
            arrived_at=self._clock(),
            envelope_from=mail.envelope_from,
            recipients=mail.recipients,
        )
        return first_outcome(await self._writer.store(await self._reader.read(original)))


def first_outcome(outcomes: tuple[Outcome, ...]) -> Outcome:
    """Return what to say of an original that held several reports: the best that became of any of them."""
    return next((outcome for outcome in Outcome if outcome in outcomes), Outcome.STORED)
