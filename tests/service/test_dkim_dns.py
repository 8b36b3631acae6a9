"""Keys by real DNS on 127.0.0.1: answers, failures, memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import dns.asyncresolver
import pytest
import pytest_asyncio

from ingest.dkim.key import MAX_KEY_RECORD_BYTES, KeyAnswer, LookupStatus
from ingest.dkim.key_lookup import MAX_LOOKUPS_AT_ONCE, MAX_RECORDS, DnsKeyLookup
from tests.dns_server import DnsServer, Trouble, running_dns_server

NAME = "s1._domainkey.sender.example"
RECORD = "v=DKIM1; p=AAAA"


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with running_dns_server() as running:
        yield running


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def lookup_at(server: DnsServer, clock: SetClock, **limits: float) -> DnsKeyLookup:
    return DnsKeyLookup((server.address,), clock, **limits)  # type: ignore[arg-type]


async def test_the_strings_of_a_record_are_joined(server: DnsServer, clock: SetClock) -> None:
    long = RECORD + "A" * 600
    server.publish_txt(NAME, long)
    assert await lookup_at(server, clock).key_record(NAME) == KeyAnswer(LookupStatus.FOUND, (long.encode(),))


async def test_several_records_are_all_handed_over(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD, "v=spf1 -all")
    answer = await lookup_at(server, clock).key_record(NAME)
    assert set(answer.records) == {RECORD.encode(), b"v=spf1 -all"}


async def test_an_alias_is_followed(server: DnsServer, clock: SetClock) -> None:
    server.publish(NAME, "CNAME", "s1.keys.example.")
    server.publish_txt("s1.keys.example", RECORD)
    assert (await lookup_at(server, clock).key_record(NAME)).records == (RECORD.encode(),)


async def test_a_key_of_4096_bits_fits_into_one_udp_answer(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD + "A" * 740)
    assert (await lookup_at(server, clock).key_record(NAME)).status is LookupStatus.FOUND
    assert server.queries == [("udp", NAME)]


async def test_a_truncated_answer_is_fetched_by_tcp(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD + "A" * 2000)
    assert (await lookup_at(server, clock).key_record(NAME)).status is LookupStatus.FOUND
    assert server.queries == [("udp", NAME), ("tcp", NAME)]


async def test_a_truncated_answer_without_tcp_is_unavailable(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD + "A" * 2000)
    server.serves_tcp = False
    assert (await lookup_at(server, clock).key_record(NAME)).status is LookupStatus.UNAVAILABLE


async def test_records_that_are_too_many_or_too_long_are_left_out(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, "A" * (MAX_KEY_RECORD_BYTES + 1), *(f"p={number}" for number in range(20)))
    answer = await lookup_at(server, clock).key_record(NAME)
    assert len(answer.records) == MAX_RECORDS
    assert max(map(len, answer.records)) < 10


async def test_an_unknown_name_is_missing(server: DnsServer, clock: SetClock) -> None:
    assert (await lookup_at(server, clock).key_record(NAME)).status is LookupStatus.MISSING


async def test_a_name_without_txt_is_missing(server: DnsServer, clock: SetClock) -> None:
    server.trouble(NAME, Trouble.NODATA)
    assert (await lookup_at(server, clock).key_record(NAME)).status is LookupStatus.MISSING


@pytest.mark.parametrize("name", ["a" * 64 + ".example", "a..example", "a." * 130 + "example"])
async def test_an_impossible_name_is_missing(name: str, server: DnsServer, clock: SetClock) -> None:
    assert (await lookup_at(server, clock).key_record(name)).status is LookupStatus.MISSING
    assert server.queries == []


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (Trouble.SERVFAIL, "the name servers failed to answer"),
        (Trouble.SILENCE, "no answer from DNS within 0.3 s"),
        (Trouble.GARBAGE, "no answer from DNS within 0.3 s"),
    ],
)
async def test_a_server_in_trouble_is_unavailable(
    kind: Trouble, detail: str, server: DnsServer, clock: SetClock
) -> None:
    server.trouble(NAME, kind)
    answer = await lookup_at(server, clock, total_seconds=0.3).key_record(NAME)
    assert answer == KeyAnswer(LookupStatus.UNAVAILABLE, detail=detail)


async def test_a_second_server_answers_when_the_first_fails(server: DnsServer, clock: SetClock) -> None:
    async with running_dns_server() as broken:
        broken.trouble(NAME, Trouble.SERVFAIL)
        server.publish_txt(NAME, RECORD)
        lookup = DnsKeyLookup((broken.address, server.address), clock)
        assert (await lookup.key_record(NAME)).status is LookupStatus.FOUND


async def test_no_configured_resolver_is_unavailable(
    clock: SetClock, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    def no_settings(self: dns.asyncresolver.Resolver, _path: str) -> None:
        empty = f"{tmp_path}/resolv.conf"
        original(self, empty)

    original = dns.asyncresolver.Resolver.read_resolv_conf
    monkeypatch.setattr(dns.asyncresolver.Resolver, "read_resolv_conf", no_settings)
    answer = await DnsKeyLookup((), clock).key_record(NAME)
    assert answer == KeyAnswer(LookupStatus.UNAVAILABLE, detail="no name server is configured")


@pytest.mark.parametrize(("ttl", "remembered"), [(0, 60), (300, 300), (86400, 3600)])
async def test_a_key_is_remembered_for_its_ttl_within_bounds(
    ttl: int, remembered: int, server: DnsServer, clock: SetClock
) -> None:
    server.publish_txt(NAME, RECORD, ttl=ttl)
    lookup = lookup_at(server, clock)
    await lookup.key_record(NAME)
    clock.forward(remembered - 1)
    assert (await lookup.key_record(NAME)).status is LookupStatus.FOUND
    assert len(server.queries) == 1
    clock.forward(1)
    await lookup.key_record(NAME)
    assert len(server.queries) == 2


async def test_a_missing_key_is_asked_for_again_after_a_minute(server: DnsServer, clock: SetClock) -> None:
    lookup = lookup_at(server, clock)
    await lookup.key_record(NAME)
    server.publish_txt(NAME, RECORD)
    clock.forward(59)
    assert (await lookup.key_record(NAME)).status is LookupStatus.MISSING
    clock.forward(1)
    assert (await lookup.key_record(NAME)).status is LookupStatus.FOUND


async def test_a_failure_is_asked_about_again_after_half_a_minute(server: DnsServer, clock: SetClock) -> None:
    server.trouble(NAME, Trouble.SERVFAIL)
    lookup = lookup_at(server, clock)
    await lookup.key_record(NAME)
    del server.troubles[next(iter(server.troubles))]
    server.publish_txt(NAME, RECORD)
    clock.forward(29)
    assert (await lookup.key_record(NAME)).status is LookupStatus.UNAVAILABLE
    clock.forward(1)
    assert (await lookup.key_record(NAME)).status is LookupStatus.FOUND


async def test_failures_can_be_forgotten_and_nothing_else(server: DnsServer, clock: SetClock) -> None:
    server.trouble(NAME, Trouble.SERVFAIL)
    server.publish_txt("known.example", RECORD)
    lookup = lookup_at(server, clock)
    for name in (NAME, "known.example", "missing.example"):
        await lookup.key_record(name)
    del server.troubles[next(iter(server.troubles))]
    server.publish_txt(NAME, RECORD)
    asked = len(server.queries)
    lookup.forget_failures()
    assert (await lookup.key_record(NAME)).status is LookupStatus.FOUND
    for name in ("known.example", "missing.example"):
        await lookup.key_record(name)
    assert server.queries[asked:] == [("udp", NAME)]


async def test_memory_is_bounded_and_the_oldest_goes_first(server: DnsServer, clock: SetClock) -> None:
    lookup = lookup_at(server, clock, max_remembered=2)
    for name in ("a.example", "b.example", "c.example", "b.example", "c.example", "a.example"):
        await lookup.key_record(name)
    assert [name for _, name in server.queries] == ["a.example", "b.example", "c.example", "a.example"]


async def test_one_name_asked_for_by_many_is_looked_up_once(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD)
    lookup = lookup_at(server, clock)
    answers = await asyncio.gather(*(lookup.key_record(NAME) for _ in range(50)))
    assert {answer.status for answer in answers} == {LookupStatus.FOUND}
    assert len(server.queries) == 1


async def test_one_asker_that_goes_away_does_not_spoil_it_for_the_others(server: DnsServer, clock: SetClock) -> None:
    server.publish_txt(NAME, RECORD)
    lookup = lookup_at(server, clock)
    first = asyncio.create_task(lookup.key_record(NAME))
    second = asyncio.create_task(lookup.key_record(NAME))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).status is LookupStatus.FOUND
    assert len(server.queries) == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_too_many_look_ups_at_once_are_refused(server: DnsServer, clock: SetClock) -> None:
    names = [f"n{number}.example" for number in range(MAX_LOOKUPS_AT_ONCE + 5)]
    for name in names:
        server.trouble(name, Trouble.SILENCE)
    lookup = lookup_at(server, clock, total_seconds=0.3)
    answers = await asyncio.gather(*(lookup.key_record(name) for name in names))
    assert [answer.detail for answer in answers].count("too many look-ups at once") == 5
    assert {answer.status for answer in answers} == {LookupStatus.UNAVAILABLE}
