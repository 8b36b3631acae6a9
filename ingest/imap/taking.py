"""Takes the mails of a mailbox: reports are stored, damaged reports kept, and the mails of people left alone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.addresses import ReportAddresses
from ingest.imap.letter import is_meant_as_report, original_of
from ingest.metrics import ReceptionMetrics
from ingest.reader.limits import ReadLimits
from ingest.reading import OriginalReader
from ingest.receive import first_outcome
from ingest.smtp.envelope import AddressKind
from ingest.unforeseen import kept_for_a_fault
from ingest.writer import Writer
from storage.arrival import Delivery, Outcome, QuarantineKind, Source


@dataclass(frozen=True, slots=True)
class MailTaker:
    """What stands behind the mailbox: the same reader and the same writer as at the other doors."""

    addresses: ReportAddresses
    reader: OriginalReader
    writer: Writer
    metrics: ReceptionMetrics
    limits: ReadLimits
    clock: Callable[[], datetime]

    async def take(self, body: bytes, stored_at: datetime | None) -> Outcome:
        """Return what became of a mail; it is on disk then, or none of our business. Raises OurFault.

        `stored_at` is when the server got it, aware UTC.
        """
        original = original_of(body, stored_at, self._is_ours, self.clock())
        delivery = await self.reader.read(original)
        if delivery.kind and not await self._is_to_be_kept(delivery):
            self.metrics.passed_over(Source.IMAP)
            return Outcome.IGNORED
        return first_outcome(await self.writer.store(delivery))

    def _is_ours(self, address: str) -> bool:
        return self.addresses.kind(address) in (AddressKind.TOKEN, AddressKind.SHARED)

    async def _is_to_be_kept(self, delivery: Delivery) -> bool:
        """Whether a mail without a report goes into quarantine: a mailbox may be that of people."""
        if delivery.kind is not QuarantineKind.UNREADABLE:
            return False
        try:
            return await asyncio.to_thread(is_meant_as_report, delivery.original.body, self.limits)
        except Exception as error:  # noqa: BLE001 -- whatever it is: the next mail is read
            kept_for_a_fault(delivery.original, error)
            return False
