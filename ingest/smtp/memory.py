"""How much memory the mails of all sessions may take together."""

from types import TracebackType
from typing import Self


class MemoryBudget:
    """A count of bytes with a limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0

    def change(self, by: int) -> bool:
        """Count `by` bytes more (or less); False when there are now more than the limit."""
        self._held += by
        return self._held <= self._limit


class Hold:
    """What one mail takes of a budget; given back at the end of the block."""

    def __init__(self, budget: MemoryBudget) -> None:
        self._budget = budget
        self._size = 0

    def resize(self, size: int) -> bool:
        """Take `size` bytes in place of what was taken before; False when the budget is exceeded."""
        change, self._size = size - self._size, size
        return self._budget.change(change)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resize(0)
