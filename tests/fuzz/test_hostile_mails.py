"""Mails made to exhaust the reader: what it does stays in proportion to what it was sent. Counted, not timed."""

import gzip
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from ingest.reader.mail import ReadLimits, Unreadable, read_bare, read_mail
from tests.mails.build import frame, gzipped, mail, multipart, part, report, text, zipped

LIMITS = ReadLimits()
MIB = 2**20


def outcome(raw: bytes, limits: ReadLimits = LIMITS) -> str:
    try:
        return f"{len(read_mail(raw, limits).found)} found"
    except Unreadable as refusal:
        return refusal.reason


def calls_of(action: Callable[[], Any]) -> int:
    """How many functions, Python's and C's, an action calls."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def peak_of(action: Callable[[], Any]) -> int:
    """How many bytes an action holds at most."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def nested_multiparts(depth: int) -> bytes:
    heads = [f'Content-Type: multipart/mixed; boundary="b{at}x"\r\n\r\n--b{at}x\r\n'.encode() for at in range(depth)]
    return frame() + b"".join(heads) + part(gzipped())


def nested_messages(depth: int) -> bytes:
    return frame() + b"Content-Type: message/rfc822\r\n\r\n" * depth + part(gzipped())


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped(("a.json", content))], ids=["gzip", "zip"])
def test_a_bomb_is_unpacked_up_to_the_limit_only(pack):
    raw = mail(pack(b" " * (40 * MIB)))
    limits = ReadLimits(max_report_bytes=MIB)

    assert outcome(raw, limits) == "too-large-inflated"
    assert peak_of(lambda: outcome(raw, limits)) < 4 * MIB + 5 * len(raw)


def test_many_bombs_in_one_mail_cost_no_more_than_two():
    bomb = part(gzip.compress(b" " * (4 * MIB)))
    limits = ReadLimits(max_report_bytes=MIB)
    raw = multipart(*[bomb] * 200)

    assert outcome(raw, limits) == "too-large-inflated"
    assert peak_of(lambda: outcome(raw, limits)) < 4 * MIB + 5 * len(raw)


@pytest.mark.parametrize("build", [nested_multiparts, nested_messages])
def test_deep_nesting_ends_at_the_limit(build):
    assert outcome(build(5)) == "1 found"
    assert outcome(build(3_000)) == "nested-too-deep"
    assert calls_of(lambda: outcome(build(3_000))) < calls_of(lambda: build(3_000)) + 2_000


def test_a_hundred_thousand_parts_end_at_the_limit():
    raw = multipart(*[b"\r\nx"] * 100_000)

    assert outcome(raw) == "too-many-parts"
    assert calls_of(lambda: outcome(raw)) < 60_000


def test_a_hundred_thousand_lines_that_look_like_boundaries_end_at_the_limit():
    raw = multipart(b"\r\n" + b"--b1x\r\n" * 100_000)

    assert calls_of(lambda: outcome(raw)) < 60_000


def test_boundary_lines_shared_by_all_levels_do_not_multiply():
    head = b'Content-Type: multipart/mixed; boundary="b1"\r\n\r\n'

    assert calls_of(lambda: outcome(frame() + (head + b"--b1\r\n") * 20_000)) < 100_000


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: " + b"x" * MIB + b"\r\n",
        b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\r\n",
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\r\n",
        b"Subject:" + b"\r\n x" * 300_000 + b"\r\n",
        b"From: " + b"<" * 100_000 + b"\r\n",
        b"From: " + b'"' * 100_000 + b"\r\n",
        b"From: " + b"(" * 100_000 + b"\r\n",
        b"From: " + b"a@b, " * 100_000 + b"\r\n",
        b"Date: " + b"1" * 100_000 + b"\r\n",
        b"Content-Type: multipart/mixed" + b';"' * 500_000 + b"\r\n",
        b"Content-Type: multipart/mixed; boundary" + b"*0" * 500_000 + b"\r\n",
        b"Content-Type: multipart/mixed; " + b"".join(b"x*%d*=a;" % at for at in range(50_000)) + b"\r\n",
        b"Content-Disposition: a;" + b"\\" * 500_000 + b"\r\n",
        b"TLS-Report-Domain: " + "ä".encode() * 100_000 + b"\r\n",
        b"X: y\r\n" * 200_000,
        b"Subject: x\r\n" * 100_000,
        b":\r\n" * 300_000,
    ],
    ids=lambda head: repr(head[:45]),
)
def test_a_huge_header_costs_a_bounded_number_of_steps(head):
    raw = head + b"\r\n" + text()

    outcome(raw)

    assert calls_of(lambda: outcome(raw)) < 100_000


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"[" * 200_000, "nested-too-deep"),
        (b'{"policies":' * 50_000, "nested-too-deep"),
        (b'{"policies":' + b"[" * 400 + b"]" * 400 + b"}", "1 found"),
        (b'{"policies":[' + b"{}," * 1_100_000 + b"{}]}", "too-large-inflated"),
        (text((("report-id",), "x" * MIB)), "1 found"),
        (text((("policies",), [report()["policies"][0]] * 10_000)), "1 found"),
        (text((("policies", 0, "failure-details"), [{}] * 60_000)), "1 found"),
        (text((("policies", 0, "policy", "mx-host"), ["a, " * 1000] * 100)), "1 found"),
        (text((("policies", 0, "policy", "policy-string"), ["[" * 60_000] * 10)), "1 found"),
        (text().replace(b"590", b"9" * 100_000), "1 found"),
        (text().replace(b"590", b"1e999999999"), "1 found"),
        (text().replace(b"590", b"0." + b"1" * 100_000), "1 found"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_json_is_read_or_refused(raw, expected):
    assert outcome(mail(gzip.compress(raw))) == expected


def test_the_memory_of_decoded_json_is_bounded_by_its_values():
    raw = b'{"policies":[' + b"{}," * 8_000_000 + b"{}]}"

    def refuse() -> None:
        with pytest.raises(Unreadable):
            read_bare(raw, "", LIMITS)

    assert peak_of(refuse) < len(raw)
