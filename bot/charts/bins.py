"""Days of a chart put into bins, so that a platform has room for them; failures put into few series. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from commands.daily_chart import OTHER_TYPES, UNNAMED
from commands.reply import Chart, ChartNote, DayBar
from storage.shares import NOT_ITEMISED

WIDTHS = (1, 2, 7, 14, 28, 91, 182, 364)
"""Days in a bin. Wider bins are as wide as they have to be."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Sessions of one or several days in a row, from `first` to `last`; `days_with_data` may be none."""

    first: date
    last: date
    successful: int = 0
    failed: int = 0
    days_with_data: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    """Failed sessions by result type, and those that are not itemised."""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def total(self) -> int:
        return self.successful + self.failed


@dataclass(frozen=True, slots=True)
class Series:
    """Failed sessions of one type: a value for each bin."""

    name: str
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.values)


def binned(bars: Sequence[DayBar], most: int) -> list[Bin]:
    """Put the days from the first to the last with data into at most `most` equally long bins, oldest first.

    The last bin ends with the last day; the first one may be shorter. Bins without data are among them; no bars give
    no bins.
    """
    if not bars:
        return []
    first, last = min(bar.day for bar in bars), max(bar.day for bar in bars)
    length = days_in_a_bin(bars, most)
    # Counted from the end: a week of one day must not look like a fall at the side where the news are.
    by_bin: dict[int, list[DayBar]] = {}
    for bar in bars:
        by_bin.setdefault((last - bar.day).days // length, []).append(bar)
    oldest = (last - first).days // length
    return [_bin(first, last, place * length, length, by_bin.get(place, ())) for place in range(oldest, -1, -1)]


def days_in_a_bin(bars: Sequence[DayBar], most: int) -> int:
    """Return the length of the bins in days. `bars` must not be empty."""
    span = (max(bar.day for bar in bars) - min(bar.day for bar in bars)).days + 1
    enough = -(-span // most)
    return next((width for width in WIDTHS if width >= enough), enough)


def failure_series(bins: Sequence[Bin], most: int) -> list[Series]:
    """Return failed sessions by type, the most first: at most `most` series, of which one stands for all the others."""
    sums: Counter[str] = sum((each.by_type for each in bins), Counter())
    rest = sums.pop(OTHER_TYPES, 0)
    names = sorted(sums, key=lambda name: (-sums[name], name))
    if len(names) + bool(rest) > most:
        names = names[: most - 1]
    found = [Series(name, tuple(each.by_type[name] for each in bins)) for name in names]
    kept = frozenset(names)
    others = tuple(each.by_type.total() - sum(each.by_type[name] for name in kept) for each in bins)
    return [*found, Series(OTHER_TYPES, others)] if any(others) else found


def is_itemised(series: Sequence[Series]) -> bool:
    """Tell whether any failure has a type."""
    return any(one.name != NOT_ITEMISED for one in series)


def has_note(each: Bin, notes: Sequence[ChartNote]) -> bool:
    """Tell whether a change was noted on one of the bin's days."""
    return any(each.first <= note.day <= each.last for note in notes)


def sessions(chart: Chart) -> tuple[int, int]:
    """Return how many sessions the chart shows in all, and how many of them failed."""
    failed = sum(max(bar.failed, 0) for bar in chart.bars)
    return failed + sum(max(bar.successful, 0) for bar in chart.bars), failed


def _bin(first: date, last: date, days_after: int, length: int, bars: Sequence[DayBar]) -> Bin:
    end = last - timedelta(days=days_after)
    return Bin(
        first=end - timedelta(days=min(length - 1, (end - first).days)),
        last=end,
        successful=sum(max(bar.successful, 0) for bar in bars),
        failed=sum(max(bar.failed, 0) for bar in bars),
        days_with_data=len(bars),
        by_type=sum(map(_by_type, bars), Counter()),
    )


def _by_type(bar: DayBar) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, failed in bar.by_type:
        found[name or UNNAMED] += max(failed, 0)
    # Reports may itemise more failures than they count; only what is missing shows.
    found[NOT_ITEMISED] += max(bar.failed - found.total(), 0)
    return +found
