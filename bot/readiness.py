"""Whether the bot does all that it is there for: each part says what is wrong with it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from storage.database import Database, DatabaseUnavailable
from storage.health import read_a_little, write_a_little

Check = Callable[[], Awaitable[str]]
"""Returns what is wrong in a few words; empty while nothing is."""
SECONDS = 10
"""For one check."""
FRESH_SECONDS = 5
"""So long what was found out about the database holds: strangers may ask as often as they like."""


class Readiness:
    """The parts that are watched."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def watch(self, part: str, check: Check) -> None:
        """Ask this, too, from now on."""
        self._checks[part] = check

    async def troubles(self) -> dict[str, str]:
        """Return what is wrong, by part; empty when the bot is ready."""
        found = await asyncio.gather(*map(_asked, self._checks.values()))
        return {part: trouble for part, trouble in zip(self._checks, found, strict=True) if trouble}

    async def in_words(self) -> Sequence[str]:
        """Return the same, a few words each."""
        return [f"{part}: {trouble}" for part, trouble in (await self.troubles()).items()]


async def _asked(check: Check) -> str:
    try:
        async with asyncio.timeout(SECONDS):
            return await check()
    except TimeoutError:
        return "does not answer"
    except Exception as error:  # noqa: BLE001 -- the other parts are asked all the same
        return f"cannot be asked ({type(error).__name__})"


class DatabaseCheck:
    """Reads and writes a little, at most once in `FRESH_SECONDS`."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._began_at = 0.0
        self._running: asyncio.Task[str] | None = None

    async def __call__(self) -> str:
        """Return what is in the way of reading or writing."""
        if self._running is None or (self._running.done() and self._clock() - self._began_at >= FRESH_SECONDS):
            self._began_at = self._clock()
            self._running = asyncio.create_task(asyncio.to_thread(self._tried), name="database-check")
        return await asyncio.shield(self._running)

    def _tried(self) -> str:
        """Say it without the reason, which names files: that is in the log, and anybody may ask here."""
        try:
            with self._database.reading() as connection:
                read_a_little(connection)
        except DatabaseUnavailable:
            return "cannot be read"
        try:
            with self._database.writing() as connection:
                write_a_little(connection)
        except DatabaseUnavailable:
            return "cannot be written"
        return ""


def is_true(condition: Callable[[], object], otherwise: str) -> Check:
    """Make a check of something that is known at once."""

    async def check() -> str:
        return "" if condition() else otherwise

    return check
