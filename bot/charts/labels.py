"""Days and stretches of days in few letters, as they stand below a chart. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.charts.bins import Bin

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SHORTEST_YEAR = 364
"""Days; stretches of so many go by their months: with days the label would not fit."""


def day_labels(days: Sequence[date]) -> list[str]:
    """Name days in few letters, `24 Oct`; with the year where they are of different years. Different days differ."""
    with_year = len({day.year for day in days}) > 1
    return [_day(day) + (f" {day.year}" if with_year else "") for day in days]


def bin_labels(bins: Sequence[Bin]) -> list[str]:
    """Name bins by their days, `24 Oct`, `24–30 Oct`, `29 Oct–4 Nov`: at most 20 letters, and different bins differ.

    Where they are of different years, the year of a bin's last day stands at the end.
    """
    with_year = len({day.year for each in bins for day in (each.first, each.last)}) > 1
    return [_span(each.first, each.last) + (f" {each.last.year}" if with_year else "") for each in bins]


def _span(first: date, last: date) -> str:
    if first == last:
        return _day(first)
    if first.year != last.year and (last - first).days + 1 >= SHORTEST_YEAR:
        return f"{_month(first)} {first.year}–{_month(last)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_day(last)}"
    return f"{_day(first)}–{_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {_month(day)}"


def _month(day: date) -> str:
    return MONTHS[day.month - 1]
