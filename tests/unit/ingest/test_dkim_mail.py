"""Header fields and canonical bodies, for any bytes and in bounded time."""

import base64
import hashlib
import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given
from hypothesis import strategies as st

from ingest.dkim.signed_mail import (
    MAX_HEADER_BYTES,
    MAX_HEADER_LINES,
    BodyHashes,
    UnreadableMailError,
    carries_signature,
    read_mail,
    relaxed_body,
    simple_body,
)

BODIES = st.text(alphabet="a \t\r\n", max_size=40).map(
    lambda text: text.encode().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
)


@given(BODIES)
def test_the_simple_form_is_that_of_dkimpy(body: bytes) -> None:
    assert simple_body(body) == Simple.canonicalize_body(body)


@given(BODIES)
def test_the_relaxed_form_is_that_of_dkimpy(body: bytes) -> None:
    assert relaxed_body(body) == Relaxed.canonicalize_body(body)


def test_the_examples_of_rfc_6376_section_3_4_5_come_out_as_printed() -> None:
    body = b" C \r\nD \t E\r\n\r\n\r\n"
    assert relaxed_body(body) == b" C\r\nD E\r\n"
    assert simple_body(body) == b" C \r\nD \t E\r\n"


def test_an_empty_body_has_the_hashes_of_rfc_6376_section_3_4() -> None:
    hashes = BodyHashes(b"\r\n\r\n")
    assert base64.b64encode(hashes.sha256(relaxed=False)) == b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="
    assert base64.b64encode(hashes.sha256(relaxed=True)) == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_bare_line_feeds_are_hashed_as_line_ends() -> None:
    assert BodyHashes(b"a\nb\r\n").sha256(relaxed=False) == hashlib.sha256(b"a\r\nb\r\n").digest()


@pytest.mark.parametrize("body", [b" " * 4_000_000 + b"x", b"a " * 2_000_000, b" \t" * 2_000_000, b" \r\n" * 1_300_000])
def test_a_body_of_blanks_costs_no_more_than_its_length(body: bytes) -> None:
    started = time.process_time()
    relaxed_body(body)
    simple_body(body)
    assert time.process_time() - started < 2


def test_fields_keep_their_order_folding_and_bytes() -> None:
    mail = read_mail(b"From: a@b.example\r\nSubject: x\r\n\ty\xff\r\nfrom:z\r\n\r\nbody: no\r\n")
    assert mail.fields == ((b"From", b" a@b.example\r\n"), (b"Subject", b" x\r\n\ty\xff\r\n"), (b"from", b"z\r\n"))
    assert mail.values(b"from") == (b" a@b.example\r\n", b"z\r\n")
    assert mail.body_start == len(b"From: a@b.example\r\nSubject: x\r\n\ty\xff\r\nfrom:z\r\n\r\n")


def test_bare_line_feeds_end_header_lines() -> None:
    mail = read_mail(b"A: 1\nB: 2\n 3\n\nbody")
    assert mail.fields == ((b"A", b" 1\r\n"), (b"B", b" 2\r\n 3\r\n"))
    assert mail.body_start == len(b"A: 1\nB: 2\n 3\n\n")


def test_a_mailbox_line_in_front_is_no_field() -> None:
    assert read_mail(b"From someone Mon Jan  1\nA: 1\n\n").fields == ((b"A", b" 1\r\n"),)


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\n", b"\r\nA: 1\r\n\r\n"])
def test_a_mail_without_header_has_no_fields(raw: bytes) -> None:
    assert read_mail(raw).fields == ()


def test_a_mail_without_body_is_read() -> None:
    mail = read_mail(b"A: 1")
    assert mail.fields == ((b"A", b" 1\r\n"),)
    assert mail.body_start == len(b"A: 1")


@pytest.mark.parametrize(
    "raw",
    [
        b"no colon\r\n\r\n",
        b" starts with a blank: 1\r\n\r\n",
        b"A : 1\r\n\r\n",
        b": 1\r\n\r\n",
        b"A\x00: 1\r\n\r\n",
        "Ä: 1\r\n\r\n".encode(),
        b"A: 1\r\nFrom later\r\n\r\n",
        b"A: " + b"x" * MAX_HEADER_BYTES,
        b"A: " + b"x" * MAX_HEADER_BYTES + b"\r\n\r\nbody",
        b"A: 1\r\n" * (MAX_HEADER_LINES + 1) + b"\r\n",
    ],
)
def test_what_is_no_header_section_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableMailError):
        read_mail(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"DKIM-Signature: v=1\r\n\r\n", True),
        (b"A: 1\ndkim-signature:v=1\n\n", True),
        (b"A: 1\r\n\r\nDKIM-Signature: v=1\r\n", False),
        (b"A: DKIM-Signature: v=1\r\n\r\n", False),
        (b"X-Google-DKIM-Signature: v=1\r\n\r\n", False),
        (b"\r\nDKIM-Signature: v=1\r\n\r\n", False),
        (b"", False),
        (b"A:" + b"x" * MAX_HEADER_BYTES + b"\r\nDKIM-Signature: v=1\r\n\r\n", False),
    ],
)
def test_a_signature_is_seen_in_the_header_only(raw: bytes, expected: bool) -> None:
    assert carries_signature(raw) is expected


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_unreadable(raw: bytes) -> None:
    try:
        mail = read_mail(raw)
    except UnreadableMailError:
        return
    assert 0 <= mail.body_start <= len(raw)
