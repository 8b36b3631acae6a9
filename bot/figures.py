"""The figures that Prometheus reads: those of reception, of the process, and the age of the newest report."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from math import nan

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest

from storage.database import Database, DatabaseUnavailable
from storage.freshness import newest_arrival


class Figures:
    """All that is in a registry, and what is asked of the database each time."""

    def __init__(self, registry: CollectorRegistry, database: Database, clock: Callable[[], datetime]) -> None:
        self._registry = registry
        self._database = database
        self._clock = clock
        self._age = Gauge(
            "tlsrpt_newest_report_age_seconds", "Since the newest report arrived; NaN before the first.",
            registry=registry,
        )  # fmt: skip
        ProcessCollector(registry=registry)

    async def text(self) -> bytes:
        """Return them in the text format of Prometheus; the age is NaN while the database cannot be read."""
        return await asyncio.to_thread(self._text)

    def _text(self) -> bytes:
        self._age.set(self._age_in_seconds())
        return generate_latest(self._registry)

    def _age_in_seconds(self) -> float:
        try:
            with self._database.reading() as connection:
                newest = newest_arrival(connection)
        except DatabaseUnavailable:
            return nan
        return (self._clock() - newest).total_seconds() if newest else nan
