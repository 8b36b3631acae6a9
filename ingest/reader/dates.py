"""Dates as senders write them, and the end of a report's range."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_LENGTH = 64
_EPOCH_NUMBER = re.compile(r"\d{1,17}(?:\.\d+)?", re.ASCII)
_COMPACT_DATE = re.compile(r"20\d{6}", re.ASCII)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
_LENIENT = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)(?:\s+[A-Z]{1,5})?)?",
    re.ASCII,
)
_MILLISECONDS_FROM = 1e11
_MICROSECONDS_FROM = 1e14
_LAST_SECOND = 59


def is_rfc3339(value: Any) -> bool:
    """Tell whether a date has the form of RFC 3339 section 5.6, as RFC 8460 section 4.4 asks for."""
    return isinstance(value, str) and _RFC3339.fullmatch(value) is not None


def moment(value: Any) -> datetime | None:
    """Return the moment (aware UTC) that a value names, or None.

    RFC 3339 with or without zone (taken as UTC), fraction, seconds or time; 24:00:00 and second 60 are the next
    midnight and minute; epoch seconds, milliseconds and microseconds; RFC 5322 dates.
    """
    try:
        if isinstance(value, str):
            return _moment_of_text(value.strip()[:_MAX_LENGTH])
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _moment_of_epoch(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        pass
    return None


def exclusive_end(end: datetime) -> datetime:
    """Return the first moment after a range that is said to end at `end`: 23:59:59 and midnight mean the same."""
    try:
        if end.microsecond:
            end = end.replace(microsecond=0) + timedelta(seconds=end.second != _LAST_SECOND)
        return end + timedelta(seconds=1) if end.second == _LAST_SECOND else end
    except OverflowError:
        return end


def _moment_of_text(text: str) -> datetime:
    text = text.upper()
    if _COMPACT_DATE.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    if _EPOCH_NUMBER.fullmatch(text):
        return _moment_of_epoch(float(text))
    try:
        return _in_utc(datetime.fromisoformat(text))
    except ValueError:
        pass
    found = _LENIENT.fullmatch(text)
    return _moment_of_fields(found) if found else _in_utc(parsedate_to_datetime(text))


def _moment_of_epoch(number: float) -> datetime:
    if number > _MICROSECONDS_FROM:
        number /= 1e6
    elif number > _MILLISECONDS_FROM:
        number /= 1e3
    return _EPOCH + timedelta(seconds=number)


def _moment_of_fields(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(field or 0) for field in found.groups()[:6])
    sign, zone_hours, zone_minutes = found.groups()[6:]
    start = datetime(year, month, day, tzinfo=UTC)
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004 - a clock's own figures
        raise ValueError("not a time of day")
    offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    return start + timedelta(hours=hour, minutes=minute, seconds=second) + (offset if sign == "-" else -offset)


def _in_utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
