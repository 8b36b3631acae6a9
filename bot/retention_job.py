"""The job that removes what is older than the settings keep, batch by batch between other writers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from storage import retention
from storage.database import Database

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 0.02
"""Between two batches: who waits to write goes first."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept."""

    database: Database
    keep_originals: timedelta
    keep_details: timedelta
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Remove all that is too old. Raises DatabaseUnavailable; what was removed until then stays removed."""
        now = self.clock()
        before, first_day = now - self.keep_originals, (now - self.keep_details).date()
        originals = await self._in_batches(partial(retention.remove_originals, before=before))
        reports = 0
        for domain_id in await asyncio.to_thread(self._domains, first_day):
            reports += await self._in_batches(partial(retention.remove_details, domain_id=domain_id, before=first_day))
        if originals or reports:
            log.info("removed what is too old", originals=originals, reports_without_details=reports)

    def _domains(self, before: date) -> list[int]:
        with self.database.reading() as connection:
            return retention.domains_with_details(connection, before)

    async def _in_batches(self, remove: Callable[[Connection], int]) -> int:
        """Remove batch after batch until nothing is left; return how much there was."""

        def batch() -> int:
            with self.database.writing() as connection:
                return remove(connection)

        removed = 0
        while found := await asyncio.to_thread(batch):
            removed += found
            await asyncio.sleep(PAUSE_SECONDS)
        return removed
