"""The job that judges mails again whose DKIM keys could not be looked up when they came."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from ingest.dkim.verdict import KeyLookup
from ingest.reading import OriginalReader
from ingest.smtp.values import OurFault
from ingest.writer import Writer
from storage.arrival import Original
from storage.database import Database
from storage.recheck import ReadAgain, begin_due, is_any_due, original_to_read

log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Originals that are judged side by side: each may take as much memory as the largest mail, and wait for DNS."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What judges again: the same reader and the same writer as at the doors."""

    database: Database
    reader: OriginalReader
    writer: Writer
    keys: KeyLookup
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Judge all that is due. Raises DatabaseUnavailable; what was begun then waits for its next time."""
        due = await asyncio.to_thread(self._begin)
        if due:
            self.keys.forget_failures()  # those of this run are remembered: a name server that is away is asked once
        while due:
            await asyncio.gather(*(self._judge(original_id) for original_id in due))
            due = await asyncio.to_thread(self._begin)

    def _begin(self) -> list[int]:
        if not self._is_any_due():  # asked every few seconds: nobody who writes shall wait for that
            return []
        with self.database.writing() as connection:
            return begin_due(connection, self.clock(), AT_ONCE)

    def _is_any_due(self) -> bool:
        with self.database.reading() as connection:
            return is_any_due(connection, self.clock())

    async def _judge(self, original_id: int) -> None:
        original = await asyncio.to_thread(self._load, original_id)
        if original is None:
            return
        try:
            found = await self.reader.read(original)
            if found.arrivals:
                await self.writer.store(ReadAgain(original, found.arrivals, original_id=original_id))
        except OurFault as fault:
            log.warning("a DKIM check could not be made again: it waits", original=original_id, reason=str(fault))
            return
        verdicts = [one.dkim.value for one in found.arrivals]
        log.info("DKIM checked again", original=original_id, verdicts=verdicts)

    def _load(self, original_id: int) -> Original | None:
        with self.database.reading() as connection:
            return original_to_read(connection, original_id)
