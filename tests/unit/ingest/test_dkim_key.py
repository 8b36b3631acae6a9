"""Which published keys count."""

import base64
import contextlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from ingest.dkim.key import MAX_KEY_RECORD_BYTES, UnusableKeyError, judge_key
from tests.dkim_signing import ed25519_public, rsa_public, rsa_public_of, rsa_record


def test_an_rsa_key_comes_back_as_a_plain_record() -> None:
    key = judge_key([rsa_record(tags="v=DKIM1; n=a note; t=y; ").encode()])
    assert key.kind == "rsa"
    assert key.record == f"v=DKIM1; k=rsa; p={rsa_public(1024)}".encode()


def test_a_bare_rsa_public_key_is_read_too() -> None:
    bare = rsa_public_of((1 << 1023) | 1, form=PublicFormat.PKCS1)
    key = judge_key([f"p={bare}".encode()])
    assert key.record == f"v=DKIM1; k=rsa; p={rsa_public_of((1 << 1023) | 1)}".encode()


def test_an_ed25519_key_counts() -> None:
    key = judge_key([f"v=DKIM1; k=ed25519; p={ed25519_public()}".encode()])
    assert key.kind == "ed25519"


@pytest.mark.parametrize(
    "tags",
    ["", "s=*; ", "s=tlsrpt; ", "s=email:tlsrpt; ", "s= email : TLSRPT ; ", "h=sha1:sha256; ", "k=rsa; ", "v=DKIM1;; "],
)
def test_a_key_for_tls_reports_counts(tags: str) -> None:
    assert judge_key([rsa_record(tags=tags).encode()]).kind == "rsa"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("v=DKIM1; p=", "revoked"),
        ("v=DKIM1; k=ed25519; p= ", "revoked"),
        (rsa_record(tags="s=email; "), "not for TLS reports"),
        (rsa_record(tags="s=; "), "not for TLS reports"),
        (rsa_record(tags="s=tlsrpting:email; "), "not for TLS reports"),
        (rsa_record(tags="h=sha1; "), "not for SHA-256"),
        (f"p={rsa_public_of((1 << 511) | 1)}", r"too short \(512 bits"),
        (f"p={rsa_public_of((1 << 767) | 1)}", r"too short \(768 bits"),
        (f"p={rsa_public_of((1 << 1022) | 1)}", r"too short \(1023 bits"),
        (f"p={rsa_public_of((1 << 9000) | 1)}", "unreasonably large"),
        (f"p={rsa_public_of((1 << 1023) | 1, (1 << 1000) | 1)}", "unreasonably large"),
    ],
)
def test_a_key_that_may_not_sign_tls_reports_is_refused_with_the_reason(record: str, reason: str) -> None:
    with pytest.raises(UnusableKeyError, match=reason):
        judge_key([record.encode()])


EC_KEY = base64.b64encode(
    ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@pytest.mark.parametrize(
    "record",
    [
        "",
        "v=spf1 -all",
        "hello",
        "k=rsa",
        "v=DKIM2; p=",
        "k=rsa; v=DKIM1; p=",
        "v=dkim1; p=",
        "k=dsa; p=AAAA",
        "p=AAAA",
        "p=*",
        "p=AAA",
        "p=AAAA; p=AAAA",
        "k=ed25519; p=AAAA",
        f"k=ed25519; p={rsa_public(1024)}",
        f"p={EC_KEY}",
        "p=" + "A" * MAX_KEY_RECORD_BYTES,
        "p=\xff",
    ],
)
def test_what_is_no_key_is_no_key(record: str) -> None:
    with pytest.raises(UnusableKeyError, match="no readable DKIM key"):
        judge_key([record.encode("latin-1")])


def test_the_first_record_that_is_a_key_is_taken() -> None:
    records = [b"v=spf1 -all", b"p=AAAA", b"v=DKIM1; p=", rsa_record().encode()]
    with pytest.raises(UnusableKeyError, match="revoked"):
        judge_key(records)
    assert judge_key([records[0], records[3], records[2]]).kind == "rsa"


def test_no_records_are_no_key() -> None:
    with pytest.raises(UnusableKeyError):
        judge_key([])


@given(st.lists(st.binary(max_size=100) | st.binary(max_size=80).map(lambda data: b"p=" + base64.b64encode(data))))
def test_any_bytes_give_a_key_or_a_reason(records: list[bytes]) -> None:
    with contextlib.suppress(UnusableKeyError):
        judge_key(records)
