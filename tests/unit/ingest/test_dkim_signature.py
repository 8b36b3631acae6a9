"""Signature headers, judged without their key."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dkim.signature import (
    MAX_BLANKS_IN_A_ROW,
    MAX_SIGNATURE_BYTES,
    MAX_SIGNED_FIELDS,
    Signature,
    UnusableSignatureError,
    read_signature,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HASH = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="
PLAIN = {"v": "1", "a": "rsa-sha256", "d": "sender.example", "s": "s1", "h": "from:to", "bh": HASH, "b": "AAAA"}


def read(value: str | bytes) -> Signature:
    return read_signature(b"DKIM-Signature", value if isinstance(value, bytes) else value.encode(), NOW)


def header(without: str = "", **tags: str) -> str:
    return " " + "; ".join(f"{name}={value}" for name, value in (PLAIN | tags).items() if name != without) + "\r\n"


def test_a_signature_says_where_its_key_is() -> None:
    signature = read(header(d="Sender.Example", s="Key1.Mail"))
    assert signature.key_name == "key1.mail._domainkey.sender.example"
    assert signature.label == "d=sender.example s=key1.mail"
    assert signature.key_kind == "rsa"


def test_an_internationalised_domain_is_an_a_label() -> None:
    assert read(header(d="bücher.example")).domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("tags", "forms"),
    [
        ({}, (False, False)),
        ({"c": "relaxed"}, (True, False)),
        ({"c": "simple/relaxed"}, (False, True)),
        ({"c": "relaxed/relaxed"}, (True, True)),
    ],
)
def test_canonicalisation_defaults_to_simple(tags: dict[str, str], forms: tuple[bool, bool]) -> None:
    signature = read(header(**tags))
    assert (signature.relaxed_header, signature.relaxed_body) == forms


def test_only_the_value_of_b_is_taken_out_of_the_signed_form() -> None:
    value = b" v=1; b=AA\r\n AA ; a=rsa-sha256; d=x.example; s=s; h=from;\r\n\tbh=%s; z=b\r\n" % HASH.encode()
    assert read(value).header == (b"DKIM-Signature", value.replace(b"AA\r\n AA ", b""))


@pytest.mark.parametrize(
    "tags",
    [
        {"x": str(int(NOW.timestamp()))},
        {"x": str(int((NOW + timedelta(days=7)).timestamp()))},
        {"x": "9" * 13},
        {"x": "9" * 5000},
        {"t": str(int((NOW + timedelta(days=700)).timestamp()))},
        {"t": "nonsense"},
        {"i": "@sender.example"},
        {"i": "someone@mail.sender.example"},
        {"q": "dns/txt:other"},
        {"h": "From : To : tls-report-domain"},
        {"darn": "nym.hush.com"},
    ],
)
def test_a_sound_signature_is_read(tags: dict[str, str]) -> None:
    assert read(header(**tags)).domain == "sender.example"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "lacks v="),
        (header(without="d"), "lacks d="),
        (header(without="bh"), "lacks bh="),
        (header(v="2"), "unknown version"),
        (header(l="100"), "only a part of the body"),
        (header(l="nonsense"), "only a part of the body"),
        (header(a="rsa-sha1"), "SHA-1"),
        (header(a="rsa-md5"), "unknown algorithm"),
        (header(a="é"), "unknown algorithm"),
        (header(c="nofws"), "unknown canonicalisation"),
        (header(c="relaxed/"), "unknown canonicalisation"),
        (header(c="simple/simple/simple"), "unknown canonicalisation"),
        (header(h="to:subject"), "does not cover the From header"),
        (header(h="from:" + "a:" * MAX_SIGNED_FIELDS), "more than 200 header fields"),
        (header(x=str(int(NOW.timestamp()) - 1)), "expired"),
        (header(x="0"), "expired"),
        (header(x="-1"), "no number"),
        (header(x=""), "no number"),
        (header(q="http"), "not in DNS"),
        (header(i="@evil.example"), "outside of its domain"),
        (header(i="@evilsender.example"), "outside of its domain"),
        (header(i=""), "outside of its domain"),
        (header(d="not a domain"), "no possible domain"),
        (header(d="192.0.2.1"), "no possible domain"),
        (header(d="a" * 64 + ".example"), "no possible domain"),
        (header(s="a/b"), "no possible domain"),
        (header(s=".".join(["a" * 60] * 4)), "no possible domain"),
        (header(b="A"), "b= is not base64"),
        (header(b="*"), "b= is not base64"),
        (header(b=""), "b= is empty"),
        (header(bh="AAAA"), "not a SHA-256 hash"),
        (header(bh="\xff"), "bh= is not base64"),
        (header() + "; d=other.example", "d comes twice"),
        ("nonsense", "malformed"),
        ("v=1; 1a=2", "malformed"),
        (header(z="x" * MAX_SIGNATURE_BYTES), "longer than 16 kB"),
        (header(z=" " * MAX_BLANKS_IN_A_ROW + " x"), "blanks in a row"),
    ],
)
def test_an_unsound_signature_is_refused_with_the_reason(value: str, reason: str) -> None:
    with pytest.raises(UnusableSignatureError, match=reason):
        read(value)


def test_the_reason_names_the_signature() -> None:
    with pytest.raises(UnusableSignatureError, match=r"\(d=sender.example s=s1\)$"):
        read(header(l="1"))


@given(st.binary(max_size=300))
def test_any_bytes_give_a_signature_or_a_reason(value: bytes) -> None:
    with pytest.raises(UnusableSignatureError):
        read(value)


@given(st.sampled_from([*PLAIN, "c", "i", "l", "q", "t", "x"]), st.text(max_size=40))
def test_any_value_in_any_tag_gives_a_signature_or_a_reason(tag: str, value: str) -> None:
    with contextlib.suppress(UnusableSignatureError):
        signature = read(header(**{tag: value}).encode("utf-8", "surrogatepass"))
        assert signature.key_name.isascii()
