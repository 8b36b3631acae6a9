"""The kinds of repairs, for counting: sentences have names in them, kinds are a fixed set of words. Pure."""

from collections.abc import Iterable
from enum import StrEnum


class RepairKind(StrEnum):
    """The words are labels of a metric."""

    KEYS = "keys"
    JSON = "json"
    ENCODING = "encoding"
    LAYOUT = "layout"
    LEFT_OUT = "left-out"
    ORGANISATION = "organisation"
    REPORT_ID = "report-id"
    DATES = "dates"
    RANGE = "range"
    LATE = "late"
    COUNTS = "counts"
    NO_POLICY = "no-policy"
    POLICY_TYPE = "policy-type"
    DOMAIN = "domain"
    TOKEN = "token"  # noqa: S105 -- a kind
    MAIL_HEADER = "mail-header"
    FORWARDED = "forwarded"
    OTHER = "other"


_BEGINNINGS = {
    "Some keys are not spelled": RepairKind.KEYS,
    "The JSON text breaks rules": RepairKind.JSON,
    "What follows the report in its file": RepairKind.JSON,
    "The JSON text began with a byte order mark": RepairKind.ENCODING,
    "The JSON text was": RepairKind.ENCODING,
    "Bytes that are no text": RepairKind.ENCODING,
    "The report has one policy at its top": RepairKind.LAYOUT,
    "`policies` is a single policy": RepairKind.LAYOUT,
    "Some entries of `policies`": RepairKind.LEFT_OUT,
    "Failure details that are no list": RepairKind.LEFT_OUT,
    "Some failure details are": RepairKind.LEFT_OUT,
    "Only the first": RepairKind.LEFT_OUT,
    "This mail holds more": RepairKind.LEFT_OUT,
    "This file holds more": RepairKind.LEFT_OUT,
    "Something beside this report": RepairKind.LEFT_OUT,
    "The report does not name its organisation": RepairKind.ORGANISATION,
    "The report has no id": RepairKind.REPORT_ID,
    "A date is not written": RepairKind.DATES,
    "The start of the report's range": RepairKind.DATES,
    "The end of the report's range": RepairKind.DATES,
    "The range of the report": RepairKind.RANGE,
    "The report covers": RepairKind.RANGE,
    "The report came to the address of": RepairKind.TOKEN,
    "The report came in a forwarded mail": RepairKind.FORWARDED,
    "The report came": RepairKind.LATE,
    "A failure detail does not say how many": RepairKind.COUNTS,
    "A count of sessions": RepairKind.COUNTS,
    "A policy has no summary": RepairKind.COUNTS,
    "A policy lists failures although": RepairKind.COUNTS,
    "The report holds no policy": RepairKind.NO_POLICY,
    "A policy does not say of which type": RepairKind.POLICY_TYPE,
    "A policy names": RepairKind.DOMAIN,
    "The mail has no": RepairKind.MAIL_HEADER,
    "The submitter (": RepairKind.MAIL_HEADER,
}
"""The first that fits counts."""


def kinds_of(sentences: Iterable[str]) -> frozenset[RepairKind]:
    """Return which kinds of repairs some sentences tell of."""
    return frozenset(map(_kind_of, sentences))


def _kind_of(sentence: str) -> RepairKind:
    return next((kind for start, kind in _BEGINNINGS.items() if sentence.startswith(start)), RepairKind.OTHER)
