"""Counts of sessions, in the forms that senders write them."""

import re
from typing import Any

MAX_COUNT = 2**53 - 1
"""The largest integer of I-JSON (RFC 7493 section 2.2), which RFC 8460 prescribes."""
_NUMERAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")


def number_of(literal: str) -> int | float:
    """Return the number that a JSON literal stands for: whole numbers as int, and none beyond what I-JSON allows.

    Raises ValueError when it is no numeral.
    """
    literal = literal.strip()
    if not _NUMERAL.fullmatch(literal):
        raise ValueError("not a number")
    value = float(literal)
    if abs(value) > MAX_COUNT:
        return MAX_COUNT if value > 0 else -MAX_COUNT
    return int(value) if value.is_integer() else value


def sessions(value: Any) -> int | None:
    """Return a count of sessions, or None when the value cannot be one: negative, a fraction, true, no number."""
    if isinstance(value, str):
        try:
            value = number_of(value)
        except ValueError:
            return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return None
    return min(value, MAX_COUNT)
