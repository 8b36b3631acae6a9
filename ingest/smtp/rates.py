"""How many of something there were in the minute that runs."""

from collections import Counter
from collections.abc import Callable

SECONDS = 60

Clock = Callable[[], float]
"""Seconds that only go up."""


class PerMinute:
    """Counts by key. At the turn of the minute everything is forgotten, so there are never more keys than counts."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._minute = 0
        self._counts: Counter[str] = Counter()

    def has_room(self, key: str = "") -> bool:
        minute = int(self._clock() // SECONDS)
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        return self._counts[key] < self._most

    def count(self, key: str = "") -> None:
        """Count one more of those for which there was room."""
        self._counts[key] += 1


class Rate:
    """A limit in all and a limit by address. An empty address has no limit of its own."""

    def __init__(self, in_all: int, of_address: int, clock: Clock) -> None:
        self._in_all = PerMinute(in_all, clock)
        self._of_address = PerMinute(of_address, clock)

    def has_room_in_all(self) -> bool:
        return self._in_all.has_room()

    def has_room_for(self, address: str) -> bool:
        return not address or self._of_address.has_room(address)

    def count(self, address: str) -> None:
        """Count one that both limits let through: what is refused must not use up what others have in common."""
        self._in_all.count()
        self.count_address(address)

    def count_address(self, address: str) -> None:
        """Count one that was counted in all before."""
        if address:
            self._of_address.count(address)
