"""Periods: what people type for a stretch of UTC days, and the days that it means."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from commands.question import UsageError
from commands.quoting import quoted

EARLIEST = date(1970, 1, 1)
LONGEST_DAYS = 36_500
OFFERED_DAYS = ("7d", "30d", "90d", "365d", "all")
OFFERED_MONTHS = 12
FORMS = "A period is `7d`, `2026-03`, `2026-03-01`, `2026-03-01..2026-03-31` or `all`."

_LAST_DAYS = re.compile(r"(\d{1,20})d", re.ASCII)
_MONTH_OR_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_LIKE_A_PERIOD = re.compile(r"all|[-+]?\d+(d|days?|w|weeks?|m|months?|y|years?)|(?=.*\d)[-.\d]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days as it was asked for: the last `days` days, `first` to `last` (inclusive), or all there is."""

    kind: Literal["days", "fixed", "all"]
    days: int | None
    first: date | None
    last: date | None
    text: str
    """As it is typed, in small letters."""


DEFAULT_PERIOD = Period("days", 30, None, None, "30d")


@dataclass(frozen=True, slots=True)
class Window:
    """UTC days, all inclusive. The period before is as long; None for `all`, and where it would leave the calendar."""

    first: date
    last: date
    previous_first: date | None
    previous_last: date | None


def offered_periods(today: date) -> list[str]:
    """Return the periods worth offering to somebody who types: the usual ones, then months from this one back."""
    this_month = today.year * 12 + today.month - 1
    months = (divmod(this_month - back, 12) for back in range(OFFERED_MONTHS))
    return [*OFFERED_DAYS, *(f"{year:04}-{month + 1:02}" for year, month in months)]


def looks_like_period(word: str) -> bool:
    """Tell whether somebody who typed this meant a period, be it a right one or not. No domain name looks like one."""
    return _LIKE_A_PERIOD.fullmatch(word.casefold()) is not None


def parse_period(text: str) -> Period:
    """Read `7d`, `2026-03`, `2026-03-01`, `A..B` (days or months) or `all`, in any case.

    Raises UsageError `bad-period` for what is no period, lies outside 1970 to 9999 or ends before it starts.
    """
    word = text.strip().casefold()
    if word == "all":
        return Period("all", None, None, None, "all")
    if match := _LAST_DAYS.fullmatch(word):
        return _last_days(match[1], text)
    beginning, dots, end = word.partition("..")
    first, last = _month_or_day(beginning, text)
    if dots:
        last = _month_or_day(end, text)[1]
    if last < first:
        raise _bad(f"{quoted(text)} ends before it starts. Did you mean `{end}..{beginning}`?")
    return Period("fixed", None, first, last, word)


def window(period: Period, *, today: date, oldest: date | None, newest: date | None) -> Window:
    """Return the days that `period` means on `today`, `oldest` and `newest` being the first and last day with data.

    The last N days end at yesterday, the last complete day, or at today once there is data of today.
    """
    yesterday = today - timedelta(days=1)
    if period.first is not None and period.last is not None:
        return _with_period_before(period.first, period.last)
    if period.days is not None:
        last = today if newest is not None and newest >= today else yesterday
        return _with_period_before(_days_before(last, period.days - 1), last)
    if oldest is None:
        return Window(today, today, None, None)
    last = max(newest or yesterday, yesterday)
    return Window(min(oldest, last), last, None, None)


def _last_days(digits: str, text: str) -> Period:
    days = int(digits)
    if days == 0:
        raise _bad(f"{quoted(text)} is no day at all. {FORMS}")
    if days > LONGEST_DAYS:
        raise _bad(f"{quoted(text)} is longer than {LONGEST_DAYS} days. `all` covers everything there is.")
    return Period("days", days, None, None, f"{days}d")


def _month_or_day(word: str, text: str) -> tuple[date, date]:
    """Return the first and last day of a month, or the same day twice."""
    match = _MONTH_OR_DAY.fullmatch(word)
    if match is None:
        raise _bad(f"{quoted(text)} is not a period. {FORMS}")
    year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
    if year < EARLIEST.year:
        raise _bad(f"{quoted(text)} lies before {EARLIEST.year}. {FORMS}")
    try:
        first = date(year, month, day)
    except ValueError:
        raise _bad(f"The calendar has no `{word}`. {FORMS}") from None
    return first, first if match[3] else first.replace(day=monthrange(year, month)[1])


def _days_before(last: date, days: int) -> date:
    """Go back some days, but never before `EARLIEST`."""
    return last - timedelta(days=min(days, max((last - EARLIEST).days, 0)))


def _with_period_before(first: date, last: date) -> Window:
    length = (last - first).days + 1
    if (first - EARLIEST).days < length:
        return Window(first, last, None, None)
    return Window(first, last, first - timedelta(days=length), first - timedelta(days=1))


def _bad(message: str) -> UsageError:
    return UsageError("bad-period", message)
