"""Remembers a bounded number of things for a bounded time."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class ShortMemory(Generic[Key, Value]):
    """The newest `most` entries, each for `seconds`."""

    def __init__(self, seconds: float, most: int, monotonic: Callable[[], float]) -> None:
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._entries: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """Give what is remembered; None when it is too old, or was never there."""
        since, value = self._entries.get(key, (None, None))
        return value if since is not None and self._monotonic() - since < self._seconds else None

    def forget(self, key: Key) -> None:
        """Remember this no longer."""
        self._entries.pop(key, None)

    def put(self, key: Key, value: Value) -> None:
        """Remember; the oldest entry gives way when there are too many."""
        self._entries.pop(key, None)
        self._entries[key] = (self._monotonic(), value)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)
