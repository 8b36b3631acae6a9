"""Daily totals as the bars of a chart. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from commands.reply import DayBar
from storage.daily_failures import TypeOfDay
from storage.totals import DayTotal

OTHER_TYPES = "other types"
"""Stands for the result types that have no name of their own in a chart."""
UNNAMED = "(not named)"


def day_bars(daily: Iterable[DayTotal], failures: Mapping[date, Iterable[TypeOfDay]]) -> tuple[DayBar, ...]:
    """Return a bar for each day with data, with its failed sessions by type, the most first."""
    return tuple(
        DayBar(one.day, one.sessions.successful, one.sessions.failed, _by_type(failures.get(one.day, ())))
        for one in daily
    )


def _by_type(failures: Iterable[TypeOfDay]) -> tuple[tuple[str, int], ...]:
    named = [(_name(one.result_type), one.sessions) for one in failures if one.sessions > 0]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _name(result_type: str | None) -> str:
    return OTHER_TYPES if result_type is None else result_type or UNNAMED
