"""Sessions by day as letters: a curve for long stretches, few bars, failures by type, and noted changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from bot.charts.bins import Bin, binned, failure_series, has_note, is_itemised
from bot.charts.labels import bin_labels
from bot.charts.words import shortened, shown_notes
from commands.phrases import plural
from commands.reply import Chart

MOST_BARS = 16
"""A month in bars of two days."""
MOST_TYPES = 6
MOST_NOTES = 10
TYPE_CHARACTERS = 64
NARROWEST_BAR = 5
"""Columns; where there is less room the bars are left out, the figures stay."""
ROOM_FOR_RANGES = 60
"""Columns; where there are fewer, stretches of days are named in fewer letters."""
SECURE = "▇"
FAILED = "✗"
NO_DATA = "·"
NOTED = "▲"
HEIGHTS = "▁▂▃▄▅▆▇█"
CURVES = ("sessions ", "failed   ")


@dataclass(frozen=True, slots=True)
class BarLine:
    """One bar, cut into what is coloured differently."""

    label: str
    secure: str
    failed: str
    words: str


def curves(chart: Chart, width: int) -> list[str]:
    """Draw sessions and failures, each on a scale of its own; nothing where the bars show every day anyway.

    Where a letter stands for several days, a last line says for how many.
    """
    cells = binned(chart.bars, max(width - len(CURVES[0]), 1))
    if len(cells) <= MOST_BARS:
        return []
    sessions, failed = [each.total for each in cells], [each.failed for each in cells]
    drawn = [label + _curve(cells, values) for label, values in zip(CURVES, (sessions, failed), strict=True)]
    return [*drawn, *_legend(cells)]


def bar_lines(chart: Chart, width: int) -> list[BarLine]:
    """Draw at most `MOST_BARS` bars on one scale."""
    found = binned(chart.bars, MOST_BARS)
    if not found:
        return []
    is_short = width < ROOM_FOR_RANGES and found[-1].days > 1
    labels = bin_labels(found) if is_short else [_label(each) for each in found]
    words = [_words(each) + (f"  {NOTED}" if has_note(each, chart.notes) else "") for each in found]
    label_width = max(map(len, labels))
    room = width - label_width - max(map(len, words)) - 4
    top = max(each.total for each in found)
    return [
        BarLine(label.ljust(label_width), *_cells(each, top, room), text)
        for label, each, text in zip(labels, found, words, strict=True)
    ]


def type_lines(chart: Chart, width: int) -> list[str]:
    """Draw a line for each of the main failure types, the most failures first; none where no type is known.

    A curve with a place for each bar, the sum, the name: names may be of any width. Where a line would be too long,
    all go without their curves.
    """
    found = binned(chart.bars, MOST_BARS)
    series = failure_series(found, MOST_TYPES)
    if not is_itemised(series):
        return []
    sums = [f"{one.total:,}" for one in series]
    digits = max(map(len, sums))
    named = [
        f"{total.rjust(digits)}  {shortened(one.name, TYPE_CHARACTERS)}"
        for one, total in zip(series, sums, strict=True)
    ]
    if len(found) + 2 + max(map(cell_len, named)) > width:
        return named
    return [f"{_curve(found, one.values)}  {line}" for one, line in zip(series, named, strict=True)]


def noted_lines(chart: Chart) -> list[tuple[str, str]]:
    """Return the changes noted in these days, oldest first: mark and day, and what was noted."""
    shown, older = shown_notes(chart.notes, MOST_NOTES)
    lines = [(f"{NOTED} {day}", text) for day, text in shown]
    return [(NOTED, f"and {plural(older, 'older note')}"), *lines] if older else lines


def _curve(cells: Sequence[Bin], values: Sequence[int]) -> str:
    top = max(values, default=0)
    return "".join(
        _height(value, top) if each.days_with_data else NO_DATA for each, value in zip(cells, values, strict=True)
    )


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


def _legend(cells: Sequence[Bin]) -> list[str]:
    first, others = cells[0].days, cells[-1].days
    if others == 1:
        return []
    return [f"one sign: {others} days" + (f"; the first: {plural(first, 'day')}" if first < others else "")]


def _label(each: Bin) -> str:
    if each.first == each.last:
        return each.first.isoformat()
    return f"{each.first.isoformat()}..{each.last.isoformat()}"


def _words(each: Bin) -> str:
    if not each.days_with_data:
        return "no data"
    return f"{each.failed:,} of {each.total:,} failed" if each.failed else f"{each.total:,}"
