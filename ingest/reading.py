"""Reads originals, whatever way they came: finds the reports, judges who sent them, places them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ingest.addresses import ReportAddresses
from ingest.backlog import Backlog, rows_of, weight
from ingest.delivery import Content, delivery_of, read_content, unread
from ingest.judging import Judge
from ingest.reader.mail import ReadLimits, Unreadable
from ingest.smtp.values import OurFault
from ingest.unforeseen import kept_for_a_fault
from storage.arrival import Delivery, Original, QuarantineKind

LARGE_ORIGINAL = 24 * 1024
LARGE_REPORT = 256 * 1024
"""Originals and unpacked reports from this size on are read off the loop."""
LARGE_AT_ONCE = 2
"""More would take more memory and be no faster: each may take a hundred megabytes and a whole core."""


class OriginalReader:
    """Makes deliveries of originals."""

    def __init__(
        self, addresses: ReportAddresses, judge: Judge, limits: ReadLimits, clock: Callable[[], datetime]
    ) -> None:
        self._addresses = addresses
        self._judge = judge
        self._limits = limits
        self._light = replace(limits, max_report_bytes=min(LARGE_REPORT, limits.max_report_bytes))
        self._clock = clock
        self._unjudged = Backlog()
        self._large_ones = asyncio.Semaphore(LARGE_AT_ONCE)

    async def read(self, original: Original) -> Delivery:
        """Read one original. What cannot be read is a delivery too, for quarantine. Raises OurFault."""
        try:
            return await self._read(original)
        except Unreadable as refusal:
            found = unread(original, refusal)
        except (OurFault, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is: this one is kept, and the next one is read
            return kept_for_a_fault(original, error)
        if self._addresses.only_postmaster(original.recipients):
            return replace(found, kind=QuarantineKind.POSTMASTER, reason=QuarantineKind.POSTMASTER.value)
        return found

    async def _read(self, original: Original) -> Delivery:
        content = await self._content(original)
        # What was read takes far more memory than the original, and a sender's DNS may let us wait.
        with self._unjudged.room_for(weight(original, rows_of(one.report for one in content.found))):
            judge = await self._judge.judgement(original, content.found)
            token_domain = await self._addresses.token_domain(original.recipients)
        return delivery_of(original, content, judge, token_domain, self._clock())

    async def _content(self, original: Original) -> Content:
        if len(original.body) < LARGE_ORIGINAL:
            try:
                content = read_content(original, self._light)
            except Unreadable:
                content = None
            if content is not None and content.is_whole:
                return content
        async with self._large_ones:
            return await asyncio.to_thread(read_content, original, self._limits)
