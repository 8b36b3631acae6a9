"""Mails made to exhaust the reader, sent to the real program: each is answered, and costs a bounded memory."""

import gzip
import json

import pytest

from tests.hostile.attacked import MIB, assert_honest_report_gets_in, deliver, forget_peak, peak_bytes
from tests.mails.build import frame, gzipped, mail, multipart, part, text, zipped

SOME_MEMORY = 320 * MIB
"""What one mail may take beside what the program takes at rest: the largest report, in four bytes a letter, twice."""
FAILURES = ("policies", 0, "failure-details")


def deep_multiparts(depth):
    heads = [f'Content-Type: multipart/mixed; boundary="b{at}x"\r\n\r\n--b{at}x\r\n'.encode() for at in range(depth)]
    return frame() + b"".join(heads) + part(gzipped())


def numbered_failures(number):
    names = (
        {"result-type": "validation-failure", "receiving-mx-hostname": f"mx{at}.example.com"} for at in range(number)
    )
    return text((FAILURES, list(names)))


ATTACKS = {
    "gzip bomb": lambda: mail(gzip.compress(b" " * (300 * MIB))),
    "gzip in gzip in gzip": lambda: mail(gzip.compress(gzip.compress(gzip.compress(b"{" * (30 * MIB))))),
    "zip bomb": lambda: mail(zipped(("a.json", b"[" + b" " * (300 * MIB)))),
    "zip of many files": lambda: mail(zipped(*((f"{at}.json", b"[" * MIB) for at in range(60)))),
    "zip in gzip": lambda: mail(gzip.compress(zipped(*((f"{at}", b" " * (8 * MIB)) for at in range(20))))),
    "a bomb in each of 200 parts": lambda: multipart(*[part(gzip.compress(b"[" + b" " * (20 * MIB)))] * 200),
    "JSON as deep as it is long": lambda: mail(gzip.compress(b"[" * (30 * MIB))),
    "JSON of a million objects": lambda: mail(gzip.compress(b'{"policies":[' + b"{}," * 480_000 + b"{}]}")),
    "JSON in four bytes a letter": lambda: mail(gzip.compress(b'{"a":"\xf0\x9f\x98\x80' + b"x" * (30 * MIB) + b'"} #')),
    "JSON of lone surrogates": lambda: mail(gzip.compress(b'["' + b"\\ud800" * MIB + b'"]')),
    "JSON with one endless number": lambda: mail(gzip.compress(text().replace(b"590", b"9" * (20 * MIB)))),
    "JSON with huge exponents": lambda: mail(gzip.compress(text().replace(b"590", b"1e999999999"))),
    "50,000 failures": lambda: mail(gzip.compress(numbered_failures(50_000))),
    "500,000 failures": lambda: mail(gzip.compress(text((FAILURES, [{}] * 500_000)))),
    "100,000 parts": lambda: multipart(*[b"\r\nx"] * 100_000),
    "3,000 levels": lambda: deep_multiparts(3_000),
    "3,000 forwarded mails in each other": lambda: frame() + b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
    "a header without end": lambda: b"X-Header: y\r\n" * 700_000,
    "a header line without end": lambda: b"Subject: " + b"x" * (9 * MIB),
    "a million addresses": lambda: b"From: " + b"a@b.example, " * 700_000 + b"\r\n\r\n" + text(),
    "NUL bytes": lambda: b"\0" * (9 * MIB),
    "NUL bytes in names": lambda: mail(gzip.compress(text((("organization-name",), "a\0b\u202e\ud800")))),
    "all bytes": lambda: bytes(range(256)) * 4_000,
    "base64 that is none": lambda: mail(head=frame()).replace(b"H4sI", b"\xff\x00=="),
    "nothing at all": lambda: b"",
    "plain JSON of 9 MiB": lambda: frame() + b"\r\n" + json.dumps({"policies": ["x" * 100] * 90_000}).encode(),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_hostile_mail_is_answered_at_a_bounded_cost(program, attack):
    body = ATTACKS[attack]()
    assert len(body) < 10 * MIB, "would be refused for its size"
    forget_peak(program)
    before = peak_bytes(program)
    assert (await deliver(program, body, local="127.0.0.2")).startswith("250 2.0.0 ")
    assert peak_bytes(program) - before < SOME_MEMORY
    await assert_honest_report_gets_in(program)
