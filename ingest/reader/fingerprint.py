"""Fingerprints of a report's content, by which copies of it are known however they were laid out."""

import hashlib
import json
from typing import Any

import msgspec

from ingest.reader.dialect import REPORT

_CANONICAL = msgspec.json.Encoder(order="sorted")


def fingerprints(report: dict[str, Any]) -> tuple[str, str]:
    """Return two SHA-256 in hex: of the whole canonical JSON, and of the same without the report's id."""
    ids = [key for key in report if REPORT.translate({key: None}).keys() == {"report-id"}]
    without_id = {key: value for key, value in report.items() if key not in ids}
    digest = hashlib.sha256(_canonical(without_id))
    twin = digest.hexdigest()
    digest.update(_canonical([report[key] for key in ids]))
    return digest.hexdigest(), twin


def _canonical(value: Any) -> bytes:
    try:
        return _CANONICAL.encode(value)
    except (OverflowError, UnicodeEncodeError):  # an integer of more than 64 bits, half of a surrogate pair
        return json.dumps(value, sort_keys=True).encode()
