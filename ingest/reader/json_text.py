"""JSON as senders really write it: the strict and fast way first, then a tolerant one that says what it mended."""

import codecs
import json
from dataclasses import dataclass
from typing import Any

import msgspec

from ingest.reader.numbers import number_of
from ingest.reader.unreadable import Unreadable, UnreadableReason

BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BLANKS = " \t\r\n\0"
_MANY_BYTES = 256 * 2**10
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def _integer(literal: str) -> int | float:
    try:
        return int(literal)
    except ValueError:  # thousands of digits
        return number_of(literal)


_STRICT = msgspec.json.Decoder(float_hook=number_of)
_TOLERANT = json.JSONDecoder(
    strict=False, parse_int=_integer, parse_float=number_of, parse_constant=lambda _not_a_number: None
)


@dataclass(frozen=True, slots=True)
class JsonText:
    """A decoded JSON value, and what had to be mended in its text."""

    value: Any
    repairs: tuple[str, ...] = ()


def looks_like_json(data: bytes) -> bool:
    """Tell by the first bytes whether this is a JSON object or array, in UTF-8 or UTF-16."""
    start = data[:64]
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.lstrip(_BLANKS.encode()).startswith((b"{", b"["))


def decode_json(raw: bytes, max_values: int) -> JsonText:
    """Return the first JSON value of a text.

    Whole numbers are ints however they are written, those of thousands of digits are 2**53 - 1. NaN and Infinity are
    null. Raises Unreadable: not-json, nested-too-deep, too-large-inflated (over `max_values`).
    """
    if len(raw) > _MANY_BYTES and raw.count(b",") + raw.count(b"[") + raw.count(b"{") > max_values:
        raise Unreadable(UnreadableReason.TOO_LARGE_INFLATED, f"It holds more than {max_values} values.")
    try:
        return JsonText(_STRICT.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_tolerantly(raw)
    except RecursionError as error:
        raise Unreadable(UnreadableReason.NESTED_TOO_DEEP) from error


def _decode_tolerantly(raw: bytes) -> JsonText:
    text, repairs = _text_of(raw)
    text = text.lstrip(_BLANKS)
    try:
        value, end = _TOLERANT.raw_decode(text)
        if "\\ud" in text or "\\uD" in text:
            value = _without_lone_surrogates(value)
    except RecursionError as error:
        raise Unreadable(UnreadableReason.NESTED_TOO_DEEP) from error
    except ValueError as error:
        raise Unreadable(UnreadableReason.NOT_JSON) from error
    rest = text[end:]
    if rest.strip(_BLANKS):
        repairs.append("What follows the report in its file was ignored.")
    if not repairs:
        repairs.append("The JSON text breaks rules of JSON and was read all the same.")
    return JsonText(value, tuple(repairs))


def _text_of(raw: bytes) -> tuple[str, list[str]]:
    repairs: list[str] = []
    if raw.startswith(BYTE_ORDER_MARKS):
        repairs.append("The JSON text began with a byte order mark.")
    encoding = json.detect_encoding(raw)
    if not encoding.startswith("utf-8"):
        repairs.append(f"The JSON text was {encoding.upper()}, not UTF-8.")
    text = raw.decode(encoding, "replace")
    if _REPLACEMENT in text:
        repairs.append("Bytes that are no text were replaced.")
    return text, repairs


def _without_lone_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_lone_surrogates(entry) for entry in value]
    if isinstance(value, dict):
        return {_without_lone_surrogates(key): _without_lone_surrogates(entry) for key, entry in value.items()}
    return value
