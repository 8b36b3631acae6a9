"""Remembers for how long Slack asked to be left alone."""

import math
from collections.abc import Callable

UNNAMED_SECONDS = 30.0
"""Where Slack asks to wait and names no number."""


class QuietTime:
    """The time after a rate limit in which the same is not tried again."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._ends_at = -math.inf

    def begin(self, seconds: float | None) -> None:
        """Begin, for as many seconds as Slack asked for."""
        self._ends_at = self._monotonic() + (UNNAMED_SECONDS if seconds is None else seconds)

    def lasts(self) -> bool:
        """Tell whether it is not over yet."""
        return self._monotonic() < self._ends_at
