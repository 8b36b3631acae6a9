"""Log lines that strangers, or a lasting fault, could make without end: so many a minute, the others are counted."""

from collections.abc import Callable
from typing import Any

SECONDS = 60


class RationedLog:
    """Writes at most so many lines of each event a minute. The next line says how many were left out before it."""

    def __init__(self, log: Any, a_minute: int, clock: Callable[[], float]) -> None:
        """Take a structlog logger, and a clock whose seconds only go up."""
        self._log = log
        self._a_minute = a_minute
        self._clock = clock
        self._minute = 0
        self._written: dict[str, int] = {}
        self._left_out: dict[str, int] = {}

    def write(self, level: str, event: str, **more: Any) -> None:
        """Write a line, or count it. Events are a fixed set of words."""
        minute = int(self._clock() // SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._written.clear()
        written = self._written.get(event, 0)
        if written >= self._a_minute:
            self._left_out[event] = self._left_out.get(event, 0) + 1
            return
        self._written[event] = written + 1
        left_out = self._left_out.pop(event, 0)
        if left_out:
            more["left_out_before"] = left_out
        getattr(self._log, level)(event, **more)
