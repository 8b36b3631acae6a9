"""How much memory the mails of all sessions may take: in all, and for each address. Small mails always fit."""

from collections import Counter
from types import TracebackType
from typing import Self

SMALL_MAIL = 128 * 1024
"""So many bytes of each mail are not counted: who fills the memory keeps out large mails, and no honest report."""


class MemoryBudget:
    """A count of bytes with two limits. What would exceed one of them is not granted, and not counted."""

    def __init__(self, limit: int, per_address: int) -> None:
        self._limit = limit
        self._per_address = per_address
        self._held = 0
        self._by_address: Counter[str] = Counter()

    def has_room(self, size: int, address: str) -> bool:
        """Whether so many bytes more fit. An empty address has no limit of its own."""
        fits = self._held + size <= self._limit
        return fits and (not address or self._by_address[address] + size <= self._per_address)

    def change(self, by: int, address: str) -> None:
        """Count `by` bytes more, or less."""
        self._held += by
        self._by_address[address] += by
        if not self._by_address[address]:
            del self._by_address[address]


class Hold:
    """What one mail takes of a budget; given back at the end of the block."""

    def __init__(self, budget: MemoryBudget, address: str) -> None:
        self._budget = budget
        self._address = address
        self._counted = 0

    def resize(self, size: int) -> bool:
        """Take memory for `size` bytes in place of what was taken before; False when there is none for more."""
        change = max(0, size - SMALL_MAIL) - self._counted
        if change > 0 and not self._budget.has_room(change, self._address):
            return False
        self.keep(size)
        return True

    def keep(self, size: int) -> None:
        """Count `size` bytes that are there, room or not."""
        change = max(0, size - SMALL_MAIL) - self._counted
        self._counted += change
        self._budget.change(change, self._address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.keep(0)
