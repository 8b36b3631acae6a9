"""Sessions by day as letters: a curve for long stretches, and at most fifteen bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from commands.reply import Chart

MOST_BARS = 15
NARROWEST_BAR = 5
"""Columns; where there is less room the bars are left out, the figures stay."""
ROOM_FOR_RANGES = 60
"""Columns; where there are fewer a bin goes by its first day alone."""
SECURE = "▇"
FAILED = "✗"
NO_DATA = "·"
HEIGHTS = "▁▂▃▄▅▆▇█"
CURVES = ("sessions ", "failed   ")


@dataclass(frozen=True, slots=True)
class Bin:
    """Sessions of one or several days in a row; `days_with_data` may be none."""

    first: date
    last: date
    successful: int
    failed: int
    days_with_data: int

    @property
    def total(self) -> int:
        return self.successful + self.failed


@dataclass(frozen=True, slots=True)
class BarLine:
    """One bar, cut into what is coloured differently."""

    label: str
    secure: str
    failed: str
    words: str


def bins(chart: Chart, most: int) -> list[Bin]:
    """Put the days from the first to the last with data into at most `most` bins of equal length, oldest first."""
    if not chart.bars:
        return []
    first = min(bar.day for bar in chart.bars)
    last = max(bar.day for bar in chart.bars)
    span = (last - first).days + 1
    length = -(-span // most)
    found = [[0, 0, 0] for _ in range(-(-span // length))]
    for bar in chart.bars:
        sums = found[(bar.day - first).days // length]
        sums[0] += max(bar.successful, 0)
        sums[1] += max(bar.failed, 0)
        sums[2] += 1
    return [_bin(first, last, position * length, length, sums) for position, sums in enumerate(found)]


def curves(chart: Chart, width: int) -> list[str]:
    """Draw sessions and failures, each on a scale of its own; nothing where the bars show every day anyway."""
    cells = bins(chart, max(width - len(CURVES[0]), 1))
    if len(cells) <= MOST_BARS:
        return []
    return [
        label + _curve([value if cell.days_with_data else None for cell, value in zip(cells, values, strict=True)])
        for label, values in zip(CURVES, ([c.total for c in cells], [c.failed for c in cells]), strict=True)
    ]


def bar_lines(chart: Chart, width: int) -> list[BarLine]:
    """Draw at most `MOST_BARS` bars on one scale."""
    found = bins(chart, MOST_BARS)
    if not found:
        return []
    labels = [_label(each, short=width < ROOM_FOR_RANGES) for each in found]
    words = [_words(each) for each in found]
    label_width = max(map(len, labels))
    room = width - label_width - max(map(len, words)) - 4
    top = max(each.total for each in found)
    return [
        BarLine(label.ljust(label_width), *_cells(each, top, room), text)
        for label, each, text in zip(labels, found, words, strict=True)
    ]


def _bin(first: date, last: date, offset: int, length: int, sums: Sequence[int]) -> Bin:
    begin = first + timedelta(days=offset)
    end = min(length - 1, (last - begin).days)
    return Bin(begin, begin + timedelta(days=end), sums[0], sums[1], sums[2])


def _curve(values: list[int | None]) -> str:
    top = max((value for value in values if value is not None), default=0)
    return "".join(NO_DATA if value is None else _height(value, top) for value in values)


def _height(value: int, top: int) -> str:
    """Choose the lowest for none at all, the second lowest for a trace."""
    if value == 0:
        return HEIGHTS[0]
    return HEIGHTS[1 + value * (len(HEIGHTS) - 2) // top]


def _cells(each: Bin, top: int, room: int) -> tuple[str, str]:
    """Draw the secure and the failed part of a bar; any failure shows."""
    if room < NARROWEST_BAR or each.total == 0:
        return "", ""
    length = -(-each.total * room // top)
    failed = -(-each.failed * length // each.total)
    return SECURE * (length - failed), FAILED * failed


def _label(each: Bin, *, short: bool) -> str:
    if short or each.first == each.last:
        return each.first.isoformat()
    return f"{each.first.isoformat()}..{each.last.isoformat()}"


def _words(each: Bin) -> str:
    if not each.days_with_data:
        return "no data"
    return f"{each.failed:,} of {each.total:,} failed" if each.failed else f"{each.total:,}"
