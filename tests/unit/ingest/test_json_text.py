"""JSON text that is not quite JSON."""

import pytest

from ingest.reader.json_text import decode_json, looks_like_json
from ingest.reader.unreadable import Unreadable

MOST = 1_000_000


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
        ('{"a": "é"}'.encode("utf-16-le"), {"a": "é"}),
        ('{"a": "é"}'.encode("utf-16-be"), {"a": "é"}),
        (b'{"a": 1}\x00\x00', {"a": 1}),
        (b'{"a": 1} and more', {"a": 1}),
        (b'{"a": 1}{"a": 2}', {"a": 1}),
        (b'{"a": "\xe9"}', {"a": "\N{REPLACEMENT CHARACTER}"}),
        (b'{"a": "x\ny"}', {"a": "x\ny"}),
        (b'{"a": "\\ud800x"}', {"a": "\N{REPLACEMENT CHARACTER}x"}),
        (b'{"a": NaN, "b": Infinity, "c": -Infinity}', {"a": None, "b": None, "c": None}),
        (b'{"a": ' + b"9" * 5000 + b"}", {"a": 2**53 - 1}),
    ],
    ids=[
        "byte order mark",
        "UTF-16",
        "UTF-16LE",
        "UTF-16BE",
        "NUL behind",
        "words behind",
        "a second value behind",
        "Latin-1",
        "raw line end",
        "lone surrogate",
        "NaN",
        "5,000 digits",
    ],
)
def test_broken_json_is_read_and_the_repair_is_noted(raw, value):
    decoded = decode_json(raw, MOST)

    assert decoded.value == value
    assert decoded.repairs


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'\r\n {"a": 3.0}\n', {"a": 3}),
        (b"[1e3, 1e999, -1e999]", [1000, 2**53 - 1, 1 - 2**53]),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
    ],
)
def test_sound_json_needs_no_repair(raw, value):
    decoded = decode_json(raw, MOST)

    assert decoded.value == value
    assert decoded.repairs == ()


def test_whole_numbers_are_ints_on_both_ways():
    strict, tolerant = decode_json(b"[3.0]", MOST), decode_json(b"[3.0] x", MOST)

    assert type(strict.value[0]) is type(tolerant.value[0]) is int


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "not-json"),
        (b'{"a"', "not-json"),
        (b"[" * 100_000, "nested-too-deep"),
        (b"[" * 100_000 + b"\xff", "nested-too-deep"),
        (b'{"a":' * 100_000, "nested-too-deep"),
    ],
    ids=["empty", "cut", "arrays", "arrays, not UTF-8", "objects"],
)
def test_what_cannot_be_read_says_why(raw, reason):
    with pytest.raises(Unreadable) as caught:
        decode_json(raw, MOST)

    assert caught.value.reason == reason


def test_a_text_of_too_many_values_is_refused_before_it_is_decoded():
    with pytest.raises(Unreadable) as caught:
        decode_json(b"[" + b"{}," * 200_000 + b"{}]", 100_000)

    assert caught.value.reason == "too-large-inflated"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{", True),
        (b" \r\n[", True),
        (b"\xef\xbb\xbf {", True),
        (b"\xff\xfe{\0", True),
        (b"\xfe\xff\0{", True),
        (b"\0{", True),
        (b"", False),
        (b"From: x", False),
        (b"<html>{", False),
        (b'"{"', False),
    ],
)
def test_json_is_known_by_its_first_bytes(raw, expected):
    assert looks_like_json(raw) == expected
