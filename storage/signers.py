"""Reporters that sign their mails, and what comes in their name without a proof.

They are known by what they signed, never by what was imported: anybody may send unsigned mails in any name.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select

from storage.arrival import Source, Trust
from storage.tables import Report, Reporter, table
from storage.totals import Sessions

PASSES = 3
RECENT = timedelta(days=30)
"""Who has signed so many reports that came since so long before a day is expected to sign on that day."""
MAILS = frozenset({Source.SMTP, Source.IMAP})
MOST_DOMAINS = 200
"""Domains in whose name unverified mails come that are looked up for one day."""
MOST_REPORTERS = 5_000
_MOST_LABELS = 8
_MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """A report, as far as it matters who is said to have sent it."""

    reporter_id: int
    trust: Trust
    source: Source
    contact_domain: str
    """For which it claims to speak; empty when it names none."""
    sessions: Sessions

    @property
    def is_unverified_mail(self) -> bool:
        """What comes by HTTPS is never signed, whoever sends it."""
        return self.trust is Trust.UNVERIFIED and self.source in MAILS


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a day's reports say that cannot raise an alert by itself."""

    claims: frozenset[int]
    """Positions among the reports of the day."""
    sessions: Sessions
    reporter_ids: tuple[int, ...]
    """Of whom nothing else counts on the day; of very many those with the most failures."""


def doubted(claims: Sequence[Claim], signing: Collection[str]) -> Doubt:
    """Return which of a day's reports are unverified mails in the name of a domain that signs its mails. Pure."""
    positions = frozenset(
        at for at, one in enumerate(claims) if one.is_unverified_mail and one.contact_domain in signing
    )
    others = {one.reporter_id for at, one in enumerate(claims) if at not in positions}
    left_out = [claims[at] for at in positions]
    sessions = Sessions(sum(one.sessions.successful for one in left_out), sum(one.sessions.failed for one in left_out))
    alone: Counter[int] = Counter()
    for one in left_out:
        if one.reporter_id not in others:
            alone[one.reporter_id] += one.sessions.failed
    return Doubt(positions, sessions, tuple(id_ for id_, _ in alone.most_common(MOST_REPORTERS)))


def doubt_about(connection: Connection, claims: Sequence[Claim], day: date) -> Doubt:
    """Return what is doubted among the reports about a day, those with the most failures first where there are many."""
    failed: Counter[str] = Counter()
    for one in claims:
        if one.is_unverified_mail and one.contact_domain:
            failed[one.contact_domain] += one.sessions.failed
    most = sorted(failed, key=lambda domain: (-failed[domain], domain))[:MOST_DOMAINS]
    return doubted(claims, who_sign(connection, most, day) if most else ())


def who_sign(connection: Connection, contact_domains: Collection[str], day: date) -> frozenset[str]:
    """Return those of the domains that sign their mails around a day, themselves or by a domain above them."""
    names = {domain: _with_those_above(domain) for domain in contact_domains}
    since = datetime.combine(day, time(), UTC) - RECENT
    signing = _signing(connection, sorted({name for above in names.values() for name in above}), since)
    return frozenset(domain for domain, above in names.items() if not signing.isdisjoint(above))


def _with_those_above(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    return tuple(".".join(labels[at:]) for at in range(max(0, len(labels) - _MOST_LABELS), len(labels) - 1))


def _signing(connection: Connection, names: Sequence[str], since: datetime) -> frozenset[str]:
    reporter, report = table(Reporter).c, table(Report).c
    found: dict[int, str] = {}
    for start in range(0, len(names), _MOST_NAMES):
        known = select(reporter.id, reporter.name).where(
            reporter.name.in_(names[start : start + _MOST_NAMES]), reporter.is_signer.is_(True)
        )
        found |= {row.id: row.name for row in connection.execute(known)}
    newest = select(report.arrived_at).order_by(report.id.desc()).limit(PASSES)

    def signs(id_: int) -> bool:
        arrivals = connection.execute(newest.where(report.reporter_id == id_)).scalars().all()
        return len(arrivals) == PASSES and min(arrivals) >= since

    return frozenset(name for id_, name in found.items() if signs(id_))
