"""Sessions by day as Slack's own bar chart, and as two lines of small bars."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.slack.limits import (
    CHART_CATEGORIES,
    CHART_LABEL_CHARACTERS,
    CHART_LARGEST_VALUE,
    CHART_TITLE_CHARACTERS,
)
from bot.slack.text import clean_line, cut
from commands.reply import Chart, DayBar

SECURE = "secure"
FAILED = "failed"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WIDTHS = (1, 2, 7, 14, 28, 91, 182, 364)
_STEPS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Bins:
    """Neighbouring days added up; bins without data are left out."""

    days: int
    """Days in each bin."""
    bars: tuple[DayBar, ...]
    """One for each bin, by its first day, oldest first; at most `CHART_CATEGORIES`."""


def binned(bars: tuple[DayBar, ...]) -> Bins:
    """Add up days in the narrowest bins that the chart has room for. `bars` must not be empty."""
    first = min(bar.day for bar in bars)
    span = (max(bar.day for bar in bars) - first).days + 1
    enough = -(-span // CHART_CATEGORIES)
    days = next((width for width in _WIDTHS if width >= enough), enough)
    sums: dict[int, tuple[int, int]] = {}
    for bar in bars:
        place = (bar.day - first).days // days
        successful, failed = sums.get(place, (0, 0))
        sums[place] = (successful + bar.successful, failed + bar.failed)
    return Bins(
        days=days,
        bars=tuple(
            DayBar(first + timedelta(days=place * days), successful, failed)
            for place, (successful, failed) in sorted(sums.items())
        ),
    )


def chart_block(chart: Chart) -> dict[str, Any] | None:
    """Draw a `data_visualization` block; None when there is no day to draw."""
    if not chart.bars:
        return None
    bins = binned(chart.bars)
    labels = _labels(bins.bars)
    return {
        "type": "data_visualization",
        "title": _title(chart, bins, CHART_TITLE_CHARACTERS),
        "chart": {
            "type": "bar",
            "series": [
                _series(SECURE, labels, [bar.successful for bar in bins.bars]),
                _series(FAILED, labels, [bar.failed for bar in bins.bars]),
            ],
            "axis_config": {"categories": labels, "y_label": "sessions"},
        },
    }


def chart_lines(chart: Chart) -> list[str]:
    """Draw the same with text: each line is scaled by its own largest value. Empty when there is no day to draw."""
    if not chart.bars:
        return []
    bins = binned(chart.bars)
    labels = _labels(bins.bars)
    reach = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    return [
        f"{_title(chart, bins, 2 * CHART_TITLE_CHARACTERS)}, {reach}",
        _small_bars(SECURE, [bar.successful for bar in bins.bars]),
        _small_bars(FAILED, [bar.failed for bar in bins.bars]),
    ]


def _title(chart: Chart, bins: Bins, most: int) -> str:
    note = f", sums of {bins.days} days" if bins.days > 1 else ""
    return cut(clean_line(chart.title) or "Sessions", most - len(note)) + note


def _labels(bars: tuple[DayBar, ...]) -> list[str]:
    with_year = bars[0].day.year != bars[-1].day.year
    return [_label(bar.day, with_year=with_year) for bar in bars]


def _label(day: date, *, with_year: bool) -> str:
    label = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{label} {day.year}"[:CHART_LABEL_CHARACTERS] if with_year else label


def _series(name: str, labels: list[str], values: list[int]) -> dict[str, Any]:
    points = [
        {"label": label, "value": min(value, CHART_LARGEST_VALUE)} for label, value in zip(labels, values, strict=True)
    ]
    return {"name": name, "data": points}


def _small_bars(name: str, values: list[int]) -> str:
    top = max(values)
    return f"{name} {''.join(_step(value, top) for value in values)} most {cut(f'{top:,}', CHART_TITLE_CHARACTERS)}"


def _step(value: int, top: int) -> str:
    # Rounded up: one failure among thousands must not look like none.
    return _STEPS[-(-max(0, value) * (len(_STEPS) - 1) // top)] if top > 0 else _STEPS[0]
