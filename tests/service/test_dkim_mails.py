"""Signed mails, judged with keys from real DNS on 127.0.0.1."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from publicsuffixlist import PublicSuffixList

from ingest.dkim.key_lookup import DnsKeyLookup
from ingest.dkim.verdict import DkimResult, verify_dkim
from storage.arrival import DkimVerdict
from tests.dkim_signing import MAIL, ed25519_public, rsa_record, signed
from tests.dns_server import DnsServer, Trouble, running_dns_server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "s1._domainkey.sender.example"
SAMPLES = Path(__file__).parents[3] / "shared" / "corpus" / "samples"
GOOGLE_MAILS = [
    ("google-sts-success-2022-ipv6-received.eml", "20210112", datetime(2022, 9, 16, 11, tzinfo=UTC)),
    ("google-sts-success-2024-krvtz.eml", "20230601", datetime(2024, 9, 16, 12, tzinfo=UTC)),
]
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the corpus of sample mails is not there")


@pytest.fixture(scope="module")
def suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with running_dns_server() as running:
        yield running


async def judge(raw: bytes, server: DnsServer, suffixes: PublicSuffixList, now: datetime = NOW) -> DkimResult:
    lookup = DnsKeyLookup((server.address,), lambda: now, total_seconds=0.5)
    return await verify_dkim(raw, lookup, now=now, suffixes=suffixes, workers=asyncio.Semaphore(2))


@pytest.mark.parametrize("bits", [1024, 2048, 4096])
async def test_a_mail_signed_by_rsa_passes(bits: int, server: DnsServer, suffixes: PublicSuffixList) -> None:
    server.publish_txt(KEY, rsa_record(bits))
    result = await judge(signed(bits=bits), server, suffixes)
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "sender.example")


async def test_a_4096_bit_key_that_needs_tcp_passes(server: DnsServer, suffixes: PublicSuffixList) -> None:
    server.udp_limit = 512
    server.publish_txt(KEY, rsa_record(4096))
    assert (await judge(signed(bits=4096), server, suffixes)).verdict is DkimVerdict.PASS
    assert [transport for transport, _ in server.queries] == ["udp", "tcp"]


async def test_a_mail_signed_by_ed25519_passes(server: DnsServer, suffixes: PublicSuffixList) -> None:
    server.publish_txt(KEY, f"v=DKIM1; k=ed25519; p={ed25519_public()}")
    result = await judge(signed(algorithm=b"ed25519-sha256"), server, suffixes)
    assert (result.verdict, result.signer) == (DkimVerdict.PASS, "sender.example")


async def test_a_double_signature_passes_by_the_kind_that_is_published(
    server: DnsServer, suffixes: PublicSuffixList
) -> None:
    server.publish_txt(KEY, rsa_record())
    raw = signed(signed(), algorithm=b"ed25519-sha256", selector=b"absent")
    assert (await judge(raw, server, suffixes)).verdict is DkimVerdict.PASS


async def test_a_key_beside_another_txt_record_is_found(server: DnsServer, suffixes: PublicSuffixList) -> None:
    server.publish_txt(KEY, "v=spf1 -all", rsa_record())
    assert (await judge(signed(), server, suffixes)).verdict is DkimVerdict.PASS


@pytest.mark.parametrize(
    ("services", "verdict"),
    [
        ("*", DkimVerdict.PASS),
        ("tlsrpt", DkimVerdict.PASS),
        ("email:tlsrpt", DkimVerdict.PASS),
        ("email", DkimVerdict.FAIL),
    ],
)
async def test_the_service_of_the_key_decides(
    services: str, verdict: DkimVerdict, server: DnsServer, suffixes: PublicSuffixList
) -> None:
    server.publish_txt(KEY, rsa_record(tags=f"v=DKIM1; s={services}; "))
    assert (await judge(signed(), server, suffixes)).verdict is verdict


@pytest.mark.parametrize(
    ("trouble", "verdict"),
    [
        (Trouble.SERVFAIL, DkimVerdict.TEMPERROR),
        (Trouble.SILENCE, DkimVerdict.TEMPERROR),
        (Trouble.GARBAGE, DkimVerdict.TEMPERROR),
        (Trouble.NODATA, DkimVerdict.FAIL),
    ],
)
async def test_dns_that_fails_is_a_temperror_and_dns_that_denies_is_a_fail(
    trouble: Trouble, verdict: DkimVerdict, server: DnsServer, suffixes: PublicSuffixList
) -> None:
    server.trouble(KEY, trouble)
    assert (await judge(signed(), server, suffixes)).verdict is verdict


async def test_a_mail_without_signature_asks_no_server(server: DnsServer, suffixes: PublicSuffixList) -> None:
    assert (await judge(MAIL, server, suffixes)).verdict is DkimVerdict.NONE
    assert server.queries == []


@needs_samples
@pytest.mark.parametrize(("name", "selector", "arrived_at"), GOOGLE_MAILS)
async def test_a_real_mail_waits_for_dns_and_fails_without_its_key(
    name: str, selector: str, arrived_at: datetime, server: DnsServer, suffixes: PublicSuffixList
) -> None:
    raw = (SAMPLES / name).read_bytes()
    key = f"{selector}._domainkey.google.com"
    missing = await judge(raw, server, suffixes, arrived_at)
    server.trouble(key, Trouble.SILENCE)
    silent = await judge(raw, server, suffixes, arrived_at)
    assert (missing.verdict, silent.verdict) == (DkimVerdict.FAIL, DkimVerdict.TEMPERROR)
    assert {asked for _, asked in server.queries} == {key}


@needs_samples
@pytest.mark.parametrize(("name", "selector", "arrived_at"), GOOGLE_MAILS)
async def test_the_body_hash_of_a_real_mail_holds_and_another_key_does_not(
    name: str, selector: str, arrived_at: datetime, server: DnsServer, suffixes: PublicSuffixList
) -> None:
    server.publish_txt(f"{selector}._domainkey.google.com", rsa_record(2048))
    result = await judge((SAMPLES / name).read_bytes(), server, suffixes, arrived_at)
    assert result == DkimResult(DkimVerdict.FAIL, detail=f"signature did not verify (d=google.com s={selector})")
