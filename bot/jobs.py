"""The timetable: jobs that run again and again, each at most once at a time. The only file that knows APScheduler."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from ingest.rationed_log import RationedLog
from storage.database import DatabaseUnavailable

log = structlog.get_logger(__name__)
LINES_A_MINUTE = 2
"""Of one job that fails; one that runs every second would fill the log."""

Job = Callable[[], Awaitable[None]]


class Timetable:
    """Runs jobs in tasks of its own, so that a stop can let them finish; APScheduler only says when."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: dict[str, asyncio.Task[None]] = {}

    def every(self, seconds: float, name: str, job: Job, *, at_once: bool = False) -> None:
        """Run a job every so many seconds, and at once if that is wanted.

        A run that is not over when the next is due takes its place.
        """
        guarded = partial(_guarded, name, job, RationedLog(log, LINES_A_MINUTE, time.monotonic))
        how: dict[str, Any] = {"id": name, "coalesce": True, "misfire_grace_time": None}
        if at_once:
            how["next_run_time"] = datetime.now(UTC)
        self._scheduler.add_job(self._begin, "interval", seconds=seconds, args=(name, guarded), **how)

    def start(self) -> None:
        self._scheduler.start()

    async def stop(self, grace: float) -> None:
        """Begin no more, and give what is running some seconds to finish."""
        self._scheduler.shutdown(wait=False)
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _begin(self, name: str, guarded: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._running:
            task = asyncio.create_task(guarded(), name=f"job-{name}")
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name))


async def _guarded(name: str, job: Job, rationed: RationedLog) -> None:
    try:
        await job()
    except DatabaseUnavailable as error:
        rationed.write("warning", "job waits for the database", job=name, reason=str(error))
    except Exception:  # noqa: BLE001 -- it runs again
        rationed.write("error", "job failed", job=name, exc_info=True)
