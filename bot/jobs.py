"""The timetable: jobs that run again and again, each at most once at a time. The only file that knows APScheduler."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Job = Callable[[], Awaitable[None]]


class Timetable:
    """Runs jobs in tasks of its own, so that a stop can let them finish; APScheduler only says when."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: dict[str, asyncio.Task[None]] = {}

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run a job every so many seconds. A run that is not over when the next is due takes its place."""
        self._scheduler.add_job(
            self._begin, "interval", seconds=seconds, args=(name, job), id=name, coalesce=True, misfire_grace_time=None
        )

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

    async def _begin(self, name: str, job: Job) -> None:
        if name not in self._running:
            task = asyncio.create_task(_guarded(name, job), name=f"job-{name}")
            self._running[name] = task
            task.add_done_callback(lambda _: self._running.pop(name))


async def _guarded(name: str, job: Job) -> None:
    try:
        await job()
    except Exception:
        log.exception("job failed", job=name)
