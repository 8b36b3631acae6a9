"""The verdict of a mail, with keys from a table."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from publicsuffixlist import PublicSuffixList

from ingest.dkim.verdict import MAX_SIGNATURES, DkimResult, verify_dkim
from storage.arrival import DkimVerdict
from tests.dkim_signing import (
    MAIL,
    ed25519_public,
    rsa_public_of,
    rsa_record,
    signed,
    signed_with_tags,
)
from tests.fake_key_lookup import FakeKeyLookup

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "s1._domainkey.sender.example"
KEYS: dict[str, str | tuple[str, ...]] = {
    KEY: rsa_record(),
    "ed._domainkey.sender.example": f"v=DKIM1; k=ed25519; p={ed25519_public()}",
    "s1._domainkey.other.example": rsa_record(),
    "s1._domainkey.mail.sender.example": rsa_record(),
}
RFC_8463_MAIL = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.

"""

Verify = Callable[..., Awaitable[DkimResult]]


@pytest.fixture(scope="module")
def suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@pytest.fixture(scope="module")
def verify(suffixes: PublicSuffixList) -> Verify:
    async def run(raw: bytes, lookup: FakeKeyLookup | None = None) -> DkimResult:
        keys = lookup or FakeKeyLookup(KEYS)
        return await verify_dkim(raw, keys, now=NOW, suffixes=suffixes, workers=asyncio.Semaphore(2))

    return run


@pytest.mark.parametrize(
    "raw",
    [
        signed(),
        signed(canonicalisation=(b"simple", b"simple")),
        signed(canonicalisation=(b"relaxed", b"simple")),
        signed(canonicalisation=(b"simple", b"relaxed")),
        signed(algorithm=b"ed25519-sha256", selector=b"ed"),
        signed(domain=b"Sender.Example", selector=b"S1"),
        signed(headers=[b"from", b"from", b"to", b"absent"]),
        signed().replace(b"\r\n", b"\n"),
        signed_with_tags({b"x": str(int((NOW + timedelta(days=1)).timestamp())).encode()}),
        signed_with_tags({b"t": str(int((NOW + timedelta(days=900)).timestamp())).encode()}),
        signed_with_tags({b"i": b"reports@mail.sender.example"}),
        signed_with_tags({b"v": b" 1 ", b"z": b"From:a| b =c"}),
    ],
)
async def test_an_aligned_signature_that_holds_is_a_pass(raw: bytes, verify: Verify) -> None:
    result = await verify(raw)
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "sender.example")
    assert result.detail.startswith("verified (d=sender.example s=")


async def test_the_ed25519_example_of_rfc_8463_appendix_a_passes(verify: Verify) -> None:
    key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    result = await verify(RFC_8463_MAIL, FakeKeyLookup({"brisbane._domainkey.football.example.com": key}))
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "football.example.com")


async def test_a_subdomain_of_the_author_is_aligned(verify: Verify) -> None:
    assert (await verify(signed(domain=b"mail.sender.example"))).signer == "mail.sender.example"


@pytest.mark.parametrize("author", ["x@bücher.example", "x@xn--bcher-kva.example", "x@POST.BÜCHER.example"])
async def test_an_internationalised_author_is_aligned_with_its_a_label(author: str, verify: Verify) -> None:
    raw = signed(b"From: " + author.encode() + b"\r\n\r\nbody\r\n", domain=b"xn--bcher-kva.example")
    result = await verify(raw, FakeKeyLookup({"s1._domainkey.xn--bcher-kva.example": rsa_record()}))
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "xn--bcher-kva.example")


@pytest.mark.parametrize("raw", [b"", MAIL, b"\r\n" + signed(), b"\x00\xff", b"From: a@b.example"])
async def test_a_mail_without_signature_is_none_and_asks_nothing(raw: bytes, verify: Verify) -> None:
    lookup = FakeKeyLookup(KEYS)
    assert (await verify(raw, lookup)).verdict is DkimVerdict.NONE
    assert lookup.asked == []


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (signed() + b"appended\r\n", "body hash did not verify (d=sender.example s=s1)"),
        (signed().replace(b"Report Domain", b"Rumour Domain"), "signature did not verify (d=sender.example s=s1)"),
        (signed(selector=b"ed"), "the key is of another kind than the signature (ed25519, rsa-sha256)"),
        (signed(length=True), "covers only a part of the body"),
        (signed(length=True) + b"appended\r\n", "covers only a part of the body"),
        (signed(algorithm=b"rsa-sha1"), "SHA-1"),
        (signed(selector=b"absent"), "no key is published (d=sender.example s=absent)"),
        (signed(domain=b"other.example"), "not aligned with From sender.example (d=other.example s=s1)"),
        (signed_with_tags({b"x": str(int(NOW.timestamp()) - 1).encode()}), "expired"),
        (signed_with_tags({b"h": b"to:subject"}), "does not cover the From header"),
        (signed_with_tags({}, without=(b"d",)), "lacks d="),
        (signed_with_tags({b"i": b"@google.com"}), "outside of its domain"),
        (b"DKIM-Signature:\r\n" + MAIL, "lacks v="),
        (b"DKIM-Signature: nonsense\r\n\r\n", "no From header"),
        (b"From: x@evil.example\r\n" + signed(), "2 From headers"),
        (signed(MAIL.replace(b"From: ", b"From: a@b.example, ")), "several addresses"),
        (signed().replace(b"From: ", b"From : "), "no header field"),
    ],
)
async def test_a_signature_that_does_not_count_is_a_fail_with_the_reason(
    raw: bytes, detail: str, verify: Verify
) -> None:
    result = await verify(raw)
    assert (result.verdict, result.signer) == (DkimVerdict.FAIL, "")
    assert detail in result.detail


@pytest.mark.parametrize(
    ("record", "detail"),
    [
        ("v=DKIM1; p=", "revoked"),
        (rsa_record(tags="s=email; "), "not for TLS reports"),
        (f"p={rsa_public_of((1 << 767) | 1)}", "too short"),
        (f"p={rsa_public_of((1 << 1023) | 1)}", "signature did not verify"),
        (f"p={rsa_public_of((1 << 8191) | 1)}", "signature did not verify"),
        ("v=spf1 -all", "no readable DKIM key"),
    ],
)
async def test_a_key_that_does_not_count_is_a_fail_with_the_reason(record: str, detail: str, verify: Verify) -> None:
    result = await verify(signed(), FakeKeyLookup({KEY: record}))
    assert result.verdict is DkimVerdict.FAIL
    assert detail in result.detail


@pytest.mark.parametrize("domain", [b"co.uk", b"example.co.uk"])
async def test_a_public_suffix_never_signs_for_a_domain_under_it(domain: bytes, verify: Verify) -> None:
    raw = signed(b"From: x@example.co.uk\r\n\r\nbody\r\n", domain=domain)
    result = await verify(raw, FakeKeyLookup({f"s1._domainkey.{domain.decode()}": rsa_record()}))
    assert (result.verdict is DkimVerdict.PASS) == (domain == b"example.co.uk")


async def test_every_signature_is_looked_at_and_the_aligned_one_wins(verify: Verify) -> None:
    raw = signed(signed(signed(), domain=b"other.example"), selector=b"absent")
    result = await verify(b"DKIM-Signature: nonsense\r\n" + raw)
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "sender.example")


async def test_the_reason_names_the_aligned_signature_rather_than_a_strangers(verify: Verify) -> None:
    raw = signed(signed(), domain=b"other.example") + b"appended\r\n"
    assert (await verify(raw)).detail == "body hash did not verify (d=sender.example s=s1)"


async def test_an_unaligned_pass_is_the_reason_even_beside_a_failed_aligned_signature(verify: Verify) -> None:
    raw = signed_with_tags({b"bh": b"frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="})
    raw = signed(MAIL, domain=b"other.example").replace(MAIL, raw)
    assert (await verify(raw)).detail == "verified, but not aligned with From sender.example (d=other.example s=s1)"


async def test_signatures_beyond_the_fifth_are_not_looked_at(verify: Verify) -> None:
    lookup = FakeKeyLookup(KEYS)
    raw = signed()
    for _ in range(MAX_SIGNATURES):
        raw = signed(raw, selector=b"absent")
    assert (await verify(raw, lookup)).verdict is DkimVerdict.FAIL
    assert lookup.asked == ["absent._domainkey.sender.example"] * MAX_SIGNATURES


async def test_a_key_that_could_not_be_looked_up_is_a_temperror(verify: Verify) -> None:
    result = await verify(signed(), FakeKeyLookup(KEYS, unavailable=(KEY,)))
    assert (result.verdict, result.signer) == (DkimVerdict.TEMPERROR, "")
    assert result.detail == "the key could not be looked up: no answer from DNS within 3 s (d=sender.example s=s1)"


async def test_one_undecided_signature_beside_a_failed_one_is_a_temperror(verify: Verify) -> None:
    raw = signed(signed(), selector=b"absent") + b"appended\r\n"
    assert (await verify(raw, FakeKeyLookup(KEYS, unavailable=(KEY,)))).verdict is DkimVerdict.TEMPERROR


async def test_one_undecided_signature_beside_an_unaligned_pass_is_a_temperror(verify: Verify) -> None:
    raw = signed(signed(), domain=b"other.example")
    assert (await verify(raw, FakeKeyLookup(KEYS, unavailable=(KEY,)))).verdict is DkimVerdict.TEMPERROR


async def test_an_undecided_signature_of_a_stranger_is_no_reason_to_ask_again(verify: Verify) -> None:
    raw = signed(signed(), domain=b"other.example") + b"appended\r\n"
    result = await verify(raw, FakeKeyLookup(KEYS, unavailable=("s1._domainkey.other.example",)))
    assert (result.verdict, result.detail) == (
        DkimVerdict.FAIL,
        "body hash did not verify (d=sender.example s=s1)",
    )


@pytest.mark.parametrize(
    ("identity", "verdict"),
    [
        ({}, DkimVerdict.PASS),
        ({b"i": b"reports@sender.example"}, DkimVerdict.PASS),
        ({b"i": b"@mail.sender.example"}, DkimVerdict.FAIL),
    ],
)
async def test_a_strict_key_is_not_for_subdomains(
    identity: dict[bytes, bytes], verdict: DkimVerdict, verify: Verify
) -> None:
    strict = FakeKeyLookup({KEY: rsa_record(tags="v=DKIM1; t=y:s; ")})
    result = await verify(signed_with_tags(identity), strict)
    assert result.verdict is verdict
    assert ("not for subdomains" in result.detail) == (verdict is DkimVerdict.FAIL)


async def test_an_undecided_signature_beside_an_aligned_pass_is_a_pass(verify: Verify) -> None:
    raw = signed(signed(), selector=b"slow")
    lookup = FakeKeyLookup(KEYS, unavailable=("slow._domainkey.sender.example",))
    assert (await verify(raw, lookup)).verdict is DkimVerdict.PASS


async def test_an_expired_signature_asks_nothing_and_is_no_temperror(verify: Verify) -> None:
    lookup = FakeKeyLookup(unavailable=(KEY,))
    result = await verify(signed_with_tags({b"x": b"1500000000"}), lookup)
    assert (result.verdict, lookup.asked) == (DkimVerdict.FAIL, [])


@pytest.mark.parametrize("place", ["b=", "bh=", "h=", "d=", "From: ", "\r\n\r\n"])
@settings(deadline=None)
@given(noise=st.binary(min_size=1, max_size=30))
def test_noise_anywhere_gives_a_result(place: str, suffixes: PublicSuffixList, noise: bytes) -> None:
    raw = signed().replace(place.encode(), place.encode() + noise, 1)
    lookup = FakeKeyLookup(KEYS)
    result = asyncio.run(verify_dkim(raw, lookup, now=NOW, suffixes=suffixes, workers=asyncio.Semaphore(1)))
    assert isinstance(result, DkimResult)
    assert (result.signer != "") == (result.verdict is DkimVerdict.PASS)


@settings(deadline=None)
@given(raw=st.binary(max_size=200), record=st.text(max_size=60))
def test_any_bytes_under_a_signature_and_any_key_give_a_result(
    suffixes: PublicSuffixList, raw: bytes, record: str
) -> None:
    lookup = FakeKeyLookup({KEY: record.encode("utf-8", "replace").decode()})
    for mail in (b"DKIM-Signature:" + raw, signed()[:400] + raw, signed() + raw):
        result = asyncio.run(verify_dkim(mail, lookup, now=NOW, suffixes=suffixes, workers=asyncio.Semaphore(1)))
        assert result.verdict in (DkimVerdict.FAIL, DkimVerdict.NONE)


@pytest.mark.parametrize(
    ("algorithm", "value", "key"),
    [
        (b"rsa-sha256", b"AA==", rsa_record()),
        (b"rsa-sha256", b"/" * 8000, rsa_record()),
        (b"ed25519-sha256", b"AA==", KEYS["ed._domainkey.sender.example"]),
        (b"ed25519-sha256", b"A" * 8000, KEYS["ed._domainkey.sender.example"]),
        (b"ed25519-sha256", b"A" * 88, f"k=ed25519; p={'A' * 43}="),
    ],
)
async def test_a_signature_of_an_impossible_length_is_a_fail(
    algorithm: bytes, value: bytes, key: str, verify: Verify
) -> None:
    header = signed_with_tags({b"a": algorithm}).removesuffix(MAIL)
    forged = header[: header.rindex(b" b=")] + b" b=" + value + b"\r\n" + MAIL
    result = await verify(forged, FakeKeyLookup({KEY: key}))
    assert result == DkimResult(DkimVerdict.FAIL, detail="signature did not verify (d=sender.example s=s1)")
