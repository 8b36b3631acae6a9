"""The way of a report: from the MX of the report domain to our own port."""

import asyncio
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.resolver
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX

from bot.doctor.greeting import greeted
from bot.doctor.words import why
from bot.settings import LOCAL, Settings
from commands.doctor import Finding, Level
from commands.phrases import listing
from ingest.resolver import resolver_of

AREA = "report host"
SECONDS = 5.0
MOST_HOSTS = 5
NULL_MX = "."


class NotAsked(Exception):
    """DNS did not answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Way:
    """One host that takes mail for the report domain, its addresses, and who greets there."""

    host: str
    addresses: tuple[str, ...]
    greets: str = ""
    """Name in the greeting; empty when nobody answered."""
    why_silent: str = ""


async def examine_report_host(settings: Settings) -> Sequence[Finding]:
    """Walk from the MX records to the port on which we should be found."""
    domain = settings.report_domain
    if domain == LOCAL:
        return []
    try:
        resolver = resolver_of(settings.dns_servers, SECONDS / 2)
        hosts = await mx_hosts(resolver, domain)
        if hosts == [NULL_MX]:
            return [
                Finding(AREA, Level.ERROR, f"{domain} has a null MX: it takes no mail.", f"Publish: {_record(domain)}")
            ]
        ways = await asyncio.gather(*(_walk(resolver, host, settings.smtp_check_port) for host in hosts[:MOST_HOSTS]))
    except NotAsked as error:
        return [Finding(AREA, Level.WARNING, f"{error}.", "See whether this host's DNS works (TLSRPT_DNS_SERVERS).")]
    return [judge_way(domain, way, settings.smtp_check_port) for way in ways]


def judge_way(domain: str, way: Way, port: int) -> Finding:
    """Say whether reports that take this way reach us. Pure."""
    if not way.addresses:
        return Finding(AREA, Level.ERROR, f"{way.host} has no address.", f"Publish: {_record(domain)}")
    where = f"{way.host} ({listing(way.addresses)}) port {port}"
    if not way.greets:
        what_to_do = "Listen there (TLSRPT_SMTP_LISTEN=[::]:25), or see that the firewall lets it through."
        return Finding(AREA, Level.WARNING, f"Nobody answers at {where}: {way.why_silent}.", what_to_do)
    if way.greets != domain:
        what_to_do = f"If it is the mail server in front of the bot, let it pass {domain} on: docs/operations.md."
        return Finding(AREA, Level.WARNING, f"{way.greets} answers at {where}.", what_to_do)
    return Finding(AREA, Level.OK, f"The MX of {domain} leads to the bot: {where}.")


async def mx_hosts(resolver: dns.asyncresolver.Resolver, domain: str) -> list[str]:
    """Return MX hosts, the preferred first; the domain itself where it has none (RFC 5321 section 5.1)."""
    found = await _asked(resolver, domain, "MX")
    records = sorted((one for one in found if isinstance(one, MX)), key=lambda one: one.preference)
    return [one.exchange.to_text().rstrip(".").lower() or NULL_MX for one in records] or [domain]


async def _walk(resolver: dns.asyncresolver.Resolver, host: str, port: int) -> Way:
    found = await asyncio.gather(*(_asked(resolver, host, kind) for kind in ("A", "AAAA")))
    addresses = tuple(one.to_text() for records in found for one in records)
    if not addresses:
        return Way(host, ())
    try:
        greeting = await asyncio.to_thread(greeted, addresses[0], port, SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        return Way(host, addresses, why_silent=why(error))
    return Way(host, addresses, greets=greeting.host)


async def _asked(resolver: dns.asyncresolver.Resolver, name: str, kind: str) -> list[Rdata]:
    try:
        answer = await resolver.resolve(f"{name}.", kind, search=False, raise_on_no_answer=False, lifetime=SECONDS)
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise NotAsked(f"DNS does not answer about {name} {kind} ({type(error).__name__})") from error
    return list(answer.rrset or ())


def _record(domain: str) -> str:
    return f"`{domain}. A …` (this host's address), and `{domain}. MX 10 {domain}.`"
