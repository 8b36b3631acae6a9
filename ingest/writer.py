"""The one writer: gathers deliveries, commits them together, and only then lets their senders know."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry

from ingest.backlog import Backlog, weight
from ingest.metrics import ReceptionMetrics
from ingest.rationed_log import RationedLog
from ingest.smtp.values import OurFault
from ingest.traces import trace_of
from ingest.unforeseen import kept_for_a_fault
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
    rows: int
    weight: int
    done: asyncio.Future[Outcomes]
    kept_for_a_fault: bool = False
    """Storing it failed as nobody foresaw: now only its original is to be kept."""


class Writer:
    """Stores deliveries in groups: one durable commit for all that gathered while the last one was being made."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], metrics: ReceptionMetrics | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._metrics = metrics or ReceptionMetrics(CollectorRegistry())
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue()
        self._backlog = Backlog()
        self._log = RationedLog(log, 1, time.monotonic)
        self._put_off = 0
        """Mails since the last that was stored."""

    async def store(self, delivery: Delivery) -> Outcomes:
        """Return once the delivery is on disk. Raises OurFault when it could not be stored; then nothing of it is."""
        rows = delivery.rows
        waiting = _Waiting(delivery, rows, weight(delivery.original, rows), asyncio.get_running_loop().create_future())
        try:
            self._backlog.enter(waiting.weight)
        except OurFault:
            self._metrics.our_fault(delivery.original.source)
            raise
        self._waiting.put_nowait(waiting)
        return await waiting.done

    async def run(self) -> None:
        """Write until cancelled. What is being committed then is committed, and its senders are told."""
        while True:
            batch = [await self._waiting.get()]
            await asyncio.sleep(GATHERING_SECONDS)
            rows = batch[0].rows
            while len(batch) < MOST_IN_A_BATCH and rows < MOST_ROWS_IN_A_BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
                rows += batch[-1].rows
            await asyncio.shield(asyncio.ensure_future(self._write(batch)))

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        started = time.monotonic()
        try:
            outcomes = await asyncio.to_thread(self._commit, [waiting.delivery for waiting in batch])
        except Exception as error:  # noqa: BLE001 -- one bad delivery must not take the others with it
            await self._after(error, batch)
            return
        self._metrics.committed(time.monotonic() - started, len(batch))
        self._say_when_it_is_over()
        for waiting, outcome in zip(batch, outcomes, strict=True):
            self._backlog.leave(waiting.weight)
            self._metrics.stored(waiting.delivery, outcome)
            if not waiting.done.done():
                waiting.done.set_result(outcome)

    async def _after(self, error: Exception, batch: Sequence[_Waiting]) -> None:
        """Try a failed batch again mail by mail. One that fails alone as nobody foresaw is kept for people to see."""
        foreseen = isinstance(error, DatabaseUnavailable)
        if len(batch) > 1 and not foreseen:
            for waiting in batch:
                await self._write([waiting])
        elif foreseen or isinstance(error, MemoryError) or batch[0].kept_for_a_fault:
            self._refuse(error, batch)
        else:
            batch[0].delivery = kept_for_a_fault(batch[0].delivery.original, error)
            batch[0].kept_for_a_fault = True
            await self._write(batch)

    def _refuse(self, error: Exception, batch: Sequence[_Waiting]) -> None:
        """Tell the senders to come again."""
        if isinstance(error, DatabaseUnavailable):
            self._log.write("error", "could not store", error=str(error))
        else:  # its text may quote the mail
            self._log.write("error", "could not store", error=type(error).__name__, trace=trace_of(error))
        self._put_off += len(batch)
        for waiting in batch:
            self._backlog.leave(waiting.weight)
            self._metrics.our_fault(waiting.delivery.original.source)
            if not waiting.done.done():
                waiting.done.set_exception(OurFault("the database cannot be written"))

    def _say_when_it_is_over(self) -> None:
        if self._put_off:
            log.info("storing again", put_off=self._put_off)
            self._put_off = 0

    def _commit(self, deliveries: Sequence[Delivery]) -> list[Outcomes]:
        with self._database.writing() as connection:
            return take_in(connection, deliveries, self._clock())
