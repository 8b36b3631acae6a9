"""How much of what was read may wait. Beyond it a sender is told to come again: waiting takes memory."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ingest.smtp.values import OurFault
from storage.arrival import Original
from storage.report import Report

MOST_ORIGINALS = 2_000
MOST_BYTES = 256 * 1024 * 1024
BYTES_OF_A_ROW = 500
"""Memory that a policy or a failure detail takes, about."""
SMALL = 32 * 1024
"""So many bytes of each are not counted: who fills the memory keeps out large reports, and no usual one."""


class Backlog:
    """A count of originals and of the memory that they take with all that was read in them."""

    def __init__(self) -> None:
        self._originals = 0
        self._bytes = 0

    def enter(self, weight: int) -> None:
        """Count one more. One that is alone may have any weight. Raises OurFault when there is no room."""
        fits = not weight or not self._bytes or self._bytes + weight <= MOST_BYTES
        if not fits or self._originals >= MOST_ORIGINALS:
            raise OurFault("too much is waiting to be stored")
        self._originals += 1
        self._bytes += weight

    def leave(self, weight: int) -> None:
        self._originals -= 1
        self._bytes -= weight

    @contextmanager
    def room_for(self, weight: int) -> Iterator[None]:
        """Count one more for the time of a block. Raises OurFault."""
        self.enter(weight)
        try:
            yield
        finally:
            self.leave(weight)


def rows_of(reports: Iterable[Report]) -> int:
    """Return how many policies and failure details some reports hold."""
    return sum(1 + len(policy.failures) for report in reports for policy in report.policies)


def weight(original: Original, rows: int) -> int:
    """Return the bytes, of an original in which so many rows were read, that are counted."""
    return max(0, len(original.body) + rows * BYTES_OF_A_ROW - SMALL)
