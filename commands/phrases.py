"""Numbers, days and names in the words that people use. Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from storage.notes import NoteRecord
from storage.totals import Sessions

_NEARLY_ALL = 99.99
_NEARLY_NONE = 0.01
_FEW_DAYS = 2


def count(number: int) -> str:
    """`41,280`."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 report`, `2,000 reports`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def percent(rate: float | None) -> str:
    """`99.81 %`, `5.00 %`: always two digits, so that figures beside and below each other can be compared.

    `100 %` and `0 %` say "every one" and "not one", and nothing else: what is nearly all is cut to `99.99 %`, what is
    nearly none is `under 0.01 %`. `–` when there is no rate.
    """
    if rate is None:
        return "–"
    if rate in (0.0, 1.0):
        return f"{rate:.0%}".replace("%", " %")
    shown = min(round(rate * 100, 2), _NEARLY_ALL)
    return f"{shown:.2f} %" if shown > 0 else f"under {_NEARLY_NONE} %"


def percent_as_set(rate: float) -> str:
    """`5 %`, `0.25 %`: a threshold as somebody set it, without digits that say nothing."""
    return f"{rate * 100:.6f}".rstrip("0").rstrip(".") + " %"


def of_total(sessions: Sessions) -> str:
    """`3 of 1,250 sessions failed (0.24 %)`."""
    return f"{count(sessions.failed)} of {plural(sessions.total, 'session')} failed ({percent(sessions.failure_rate)})"


def day(value: date, today: date) -> str:
    """`22 Nov`, with the year when it is not this one."""
    return f"{value.day} {value:%b}" + (f" {value.year}" if value.year != today.year else "")


def days(first: date, last: date, today: date) -> str:
    """`1 Nov to 22 Nov`, or one day."""
    return day(first, today) if first == last else f"{day(first, today)} to {day(last, today)}"


def iso_days(first: date, last: date) -> str:
    """`2026-11-01 … 2026-11-22`, or one day: for tables."""
    return first.isoformat() if first == last else f"{first} … {last}"


def age(moment: datetime, now: datetime) -> str:
    """`6 h`, `3 min`, `4 days`: how long ago."""
    seconds = max(60, int((now - moment).total_seconds()))
    if seconds < 60 * 60:
        return f"{seconds // 60} min"
    hours = seconds // 3600
    return f"{hours} h" if hours < 24 * _FEW_DAYS else f"{hours // 24} days"


def noted(note: NoteRecord, today: date) -> str:
    """`2 Mar, slack:U1: mx1 certificate rotated`."""
    return f"{day(note.day, today)}, {note.author}: {note.text}"


def listing(names: Sequence[str], most: int = 3) -> str:
    """Join names: `a, b and c`; `a, b, c and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def held_back(reports: int, domain: str = "DOMAIN") -> str:
    """Say that reports wait for a proof of who sent them, of one domain or of all."""
    verb, whose, what = ("is", "its sender's", "it") if reports == 1 else ("are", "their sender's", "them")
    return (
        f"{plural(reports, 'report')} {verb} held back and not counted: it is not proven that {whose} domain signed "
        f"{what}. `reports {domain}` says why, one by one; an admin lets one count with `unverified`. "
        "With TLSRPT_DKIM=flag, reports that come from then on are counted and marked."
    )
