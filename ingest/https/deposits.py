"""Has uploads stored, whether their senders wait for it or not, and tries again for a while when that fails."""

import asyncio
import secrets
import time
from typing import Any, Protocol

import structlog

from ingest.https.limits import HttpsLimits
from ingest.https.replies import NOT_STORED, UNKNOWN_ADDRESS, Answer, taken
from ingest.metrics import ReceptionMetrics
from ingest.rationed_log import RationedLog
from ingest.smtp.memory import Hold, MemoryBudget
from ingest.smtp.values import OurFault
from ingest.traces import trace_of
from storage.arrival import Original, Outcome, Source

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
LINES_A_MINUTE = 20


class Store(Protocol):
    """Reads and stores what comes."""

    async def __call__(self, original: Original) -> Outcome | None:
        """Return once it is on disk; None when nobody here has that address. Raises OurFault when nothing was kept."""
        ...


class Deposits:
    """Uploads on their way to the disk."""

    def __init__(self, store: Store, limits: HttpsLimits, memory: MemoryBudget, metrics: ReceptionMetrics) -> None:
        self._store = store
        self._limits = limits
        self._memory = memory
        self._metrics = metrics
        self._tasks: set[asyncio.Task[Answer]] = set()
        self._kept_for_later = 0
        self._stopping = asyncio.Event()
        self._log: Any = structlog.get_logger("https")
        self._our_faults = RationedLog(self._log, 1, time.monotonic)
        self._unforeseen = RationedLog(self._log, LINES_A_MINUTE, time.monotonic)

    async def answer_to(self, original: Original, peer: str, limited_as: str) -> Answer:
        """Return the answer to an upload; when it takes too long, storing goes on all the same."""
        task = asyncio.create_task(self._stored(original, peer, limited_as), name="https-store")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=self._limits.seconds_to_answer)
        return task.result() if task.done() and not task.cancelled() else NOT_STORED

    async def stop(self, grace: float) -> None:
        """Try nothing again, let what is under way finish within `grace` seconds, and drop the rest."""
        self._stopping.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _stored(self, original: Original, peer: str, limited_as: str) -> Answer:
        with Hold(self._memory, limited_as) as hold:
            hold.keep(len(original.body))
            try:
                outcome = await self._until_stored(original, peer)
            except Exception as error:  # noqa: BLE001 -- whatever it is: the sender shall come again
                if not isinstance(error, OurFault):  # who raises that has counted it
                    self._metrics.our_fault(Source.HTTPS)
                    name, trace = type(error).__name__, trace_of(error)
                    self._unforeseen.write("error", "cannot receive", peer=peer, reason=name, trace=trace)
                return NOT_STORED
        if outcome is None:
            return UNKNOWN_ADDRESS
        upload = secrets.token_hex(4)
        self._log.info("upload taken", peer=peer, upload=upload, size=len(original.body), outcome=outcome)
        return taken(outcome)

    async def _until_stored(self, original: Original, peer: str) -> Outcome | None:
        """Try until it is stored: some senders take any answer, a 503 too, for a receipt. Raises OurFault."""
        gives_up_at = time.monotonic() + self._limits.seconds_to_go_on
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._store(original)
            except OurFault as error:
                self._our_faults.write("warning", "cannot receive", peer=peer, reason=str(error))
                if time.monotonic() >= gives_up_at or not await self._paused(pause):
                    raise
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _paused(self, seconds: float) -> bool:
        """Wait before the next try; False when there is to be none."""
        if self._kept_for_later >= self._limits.max_kept_for_later:
            return False
        self._kept_for_later += 1
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return True
        finally:
            self._kept_for_later -= 1
        return False
