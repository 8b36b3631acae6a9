"""Interleaved rounds: everything that is compared is measured in turn, so that the machine's moods hit all alike."""

import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_SPIN = 400_000


@dataclass(frozen=True, slots=True)
class Spread:
    """What several rounds gave."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def lowest(self) -> float:
        return min(self.values)

    @property
    def highest(self) -> float:
        return max(self.values)

    def over(self, base: "Spread") -> "Spread":
        """Return the ratios round by round."""
        return Spread(tuple(mine / other for mine, other in zip(self.values, base.values, strict=True)))

    def ratio(self) -> str:
        return f"{self.median:.2f} × ({self.lowest:.2f} to {self.highest:.2f})"


def interleaved(rounds: int, contenders: Mapping[str, Callable[[], float]]) -> dict[str, Spread]:
    """Run every contender once a round; return what each gave, by name."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            found[name].append(run())
    return {name: Spread(tuple(values)) for name, values in found.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of all lies; the highest for a share of 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def noise() -> str:
    """Say how far equal work differs in time on this machine now."""
    spread = Spread(tuple(_spin() for _ in range(15)))
    share = spread.highest / spread.lowest - 1
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return f"noise: equal work took {share:.0%} more at its slowest than at its fastest; {load}"


def _spin() -> float:
    start = time.perf_counter()
    total = 0
    for number in range(_SPIN):
        total ^= number
    return time.perf_counter() - start
