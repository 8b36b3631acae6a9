"""The one writer: gathers deliveries, commits them together, and only then lets their senders know."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry

from ingest.metrics import ReceptionMetrics
from ingest.smtp.values import OurFault
from storage.arrival import Delivery, Outcome
from storage.database import Database, DatabaseUnavailable
from storage.intake import take_in

log = structlog.get_logger(__name__)

MOST_IN_A_BATCH = 200
MOST_ROWS_IN_A_BATCH = 50_000
"""Policies and failures; a batch of more than one mail holds no more."""
GATHERING_SECONDS = 0.002
"""How long the first of a batch waits for company: a commit costs more than that."""
Outcomes = tuple[Outcome, ...]


@dataclass(slots=True)
class _Waiting:
    delivery: Delivery
    done: asyncio.Future[Outcomes]


class Writer:
    """Stores deliveries in groups: one durable commit for all that gathered while the last one was being made."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], metrics: ReceptionMetrics | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics or ReceptionMetrics(CollectorRegistry())
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()

    async def store(self, delivery: Delivery) -> Outcomes:
        """Return once the delivery is on disk. Raises OurFault when it could not be stored; then nothing of it is."""
        waiting = _Waiting(delivery, asyncio.get_running_loop().create_future())
        await self._waiting.put(waiting)
        return await waiting.done

    async def run(self) -> None:
        """Write until cancelled. What is being committed then is committed, and its senders are told."""
        while True:
            batch = [await self._waiting.get()]
            await asyncio.sleep(GATHERING_SECONDS)
            rows = batch[0].delivery.rows
            while len(batch) < MOST_IN_A_BATCH and rows < MOST_ROWS_IN_A_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
                rows += batch[-1].delivery.rows
            await asyncio.shield(asyncio.ensure_future(self._write(batch)))

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        started = time.monotonic()
        try:
            outcomes = await asyncio.to_thread(self._commit, [waiting.delivery for waiting in batch])
        except Exception as error:  # noqa: BLE001 -- one bad delivery must not take the others with it
            await self._after(error, batch)
            return
        self._metrics.committed(time.monotonic() - started, len(batch))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._metrics.stored(waiting.delivery, outcome)
            if not waiting.done.done():
                waiting.done.set_result(outcome)

    async def _after(self, error: Exception, batch: Sequence[_Waiting]) -> None:
        """Try a failed batch again mail by mail; one that fails alone is told to come again."""
        if len(batch) > 1 and not isinstance(error, DatabaseUnavailable):
            for waiting in batch:
                await self._write([waiting])
            return
        unforeseen = not isinstance(error, DatabaseUnavailable)
        log.error("could not store", mails=len(batch), error=str(error), exc_info=error if unforeseen else None)
        for waiting in batch:
            self._metrics.our_fault(waiting.delivery.original.source)
            if not waiting.done.done():
                waiting.done.set_exception(OurFault("the database cannot be written"))

    def _commit(self, deliveries: Sequence[Delivery]) -> list[Outcomes]:
        with self._database.writing() as connection:
            return take_in(connection, deliveries, self._clock())
