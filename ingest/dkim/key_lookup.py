"""DKIM keys from DNS, remembered for as long as their records say."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.resolver
from dns.rdtypes.ANY.TXT import TXT

from ingest.dkim.key import MAX_KEY_RECORD_BYTES, KeyAnswer, LookupStatus

TOTAL_SECONDS = 3.0
SECONDS_PER_TRY = 1.0
SHORTEST_MEMORY = timedelta(seconds=60)
LONGEST_MEMORY = timedelta(hours=1)
FAILURE_MEMORY = timedelta(seconds=30)
MAX_REMEMBERED = 1000
MAX_LOOKUPS_AT_ONCE = 200
MAX_RECORDS = 5
_EDNS_PAYLOAD = 1232
"""Bytes that pass any path unfragmented; enough for a 4096-bit key by UDP."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    answer: KeyAnswer
    until: datetime


class DnsKeyLookup:
    """Looks keys up as TXT records. A name asked for by several mails at once is looked up once.

    `servers` are (address, port); without any, the system's are used. `clock` returns aware UTC;
    `total_seconds` is the limit of one look-up, all servers, retries and TCP together.
    """

    def __init__(
        self,
        servers: tuple[tuple[str, int], ...],
        clock: Callable[[], datetime],
        *,
        total_seconds: float = TOTAL_SECONDS,
        max_remembered: int = MAX_REMEMBERED,
    ) -> None:
        self._servers = servers
        self._clock = clock
        self._total_seconds = total_seconds
        self._max_remembered = max_remembered
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._remembered: dict[str, _Remembered] = {}
        self._running: dict[str, asyncio.Task[KeyAnswer]] = {}

    async def key_record(self, name: str) -> KeyAnswer:
        """Return what is published at `name`, from memory or from DNS. Raises nothing but cancellation."""
        remembered = self._remembered.get(name)
        if remembered is not None and remembered.until > self._clock():
            return remembered.answer
        running = self._running.get(name)
        if running is None:
            if len(self._running) >= MAX_LOOKUPS_AT_ONCE:
                return _unavailable("too many look-ups at once")
            running = asyncio.create_task(self._look_up(name), name=f"dkim-key {name}")
            self._running[name] = running
            running.add_done_callback(lambda _: self._running.pop(name, None))
        # Shielded: one mail's session may end while others wait for the same key.
        return await asyncio.shield(running)

    def forget_failures(self) -> None:
        """Ask DNS anew about every name whose last look-up failed; keys, and that there is none, stay remembered."""
        for name, remembered in list(self._remembered.items()):
            if remembered.answer.status is LookupStatus.UNAVAILABLE:
                del self._remembered[name]

    async def _look_up(self, name: str) -> KeyAnswer:
        answer, memory = await self._ask(name)
        self._remembered.pop(name, None)
        while len(self._remembered) >= self._max_remembered:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[name] = _Remembered(answer, self._clock() + memory)
        return answer

    async def _ask(self, name: str) -> tuple[KeyAnswer, timedelta]:
        try:
            question = dns.name.from_text(name)
            async with asyncio.timeout(self._total_seconds):
                found = await self._configured().resolve(
                    question, "TXT", search=False, raise_on_no_answer=False, lifetime=self._total_seconds
                )
        except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            return KeyAnswer(LookupStatus.MISSING), SHORTEST_MEMORY
        except (TimeoutError, dns.exception.Timeout):
            return _unavailable(f"no answer from DNS within {self._total_seconds:g} s"), FAILURE_MEMORY
        except dns.resolver.NoResolverConfiguration:
            return _unavailable("no name server is configured"), FAILURE_MEMORY
        except (dns.exception.DNSException, OSError, ValueError):
            return _unavailable("the name servers failed to answer"), FAILURE_MEMORY
        return _answer(found), _memory(found)

    def _configured(self) -> dns.asyncresolver.Resolver:
        """Return the resolver; the system's settings are read again until there are any."""
        if self._resolver is None:
            resolver = dns.asyncresolver.Resolver(configure=not self._servers)
            if self._servers:
                resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in self._servers]
            resolver.timeout = min(SECONDS_PER_TRY, self._total_seconds)
            resolver.use_edns(0, 0, _EDNS_PAYLOAD)
            self._resolver = resolver
        return self._resolver


def _unavailable(detail: str) -> KeyAnswer:
    return KeyAnswer(LookupStatus.UNAVAILABLE, detail=detail)


def _answer(found: dns.resolver.Answer) -> KeyAnswer:
    """Join the strings of each TXT record without blanks between (RFC 6376 section 3.6.2.2)."""
    joined = [b"".join(record.strings) for record in found.rrset or () if isinstance(record, TXT)]
    records = tuple(record for record in joined if len(record) <= MAX_KEY_RECORD_BYTES)[:MAX_RECORDS]
    return KeyAnswer(LookupStatus.FOUND, records) if joined else KeyAnswer(LookupStatus.MISSING)


def _memory(found: dns.resolver.Answer) -> timedelta:
    if not found.rrset:
        return SHORTEST_MEMORY
    published = timedelta(seconds=found.chaining_result.minimum_ttl)
    return min(max(published, SHORTEST_MEMORY), LONGEST_MEMORY)
