"""Which of several copies and versions of a report counts. Pure: the order of arrival makes no difference.

PRODUCT rule: one report counts once. Same content is one report. The same id, policy domains and range with other
content is a revision, of which the latest counts; the same content under another id is a twin, of which one counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.arrival import Trust

_RANK = {Trust.UNVERIFIED: 0, Trust.ADMITTED: 1, Trust.IMPORTED: 1, Trust.VERIFIED: 2}


class Standing(StrEnum):
    """Whether a report counts, and if not, why."""

    COUNTED = "counted"
    HELD = "held"
    """Not verified, and the setting asks for it."""
    REVISED = "revised"
    """A later version of it counts."""
    OUTRANKED = "outranked"
    """A better trusted report of the same organisation, id, domains and range counts."""
    TWIN = "twin"
    """The same content counts under another id."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What one copy of a report proves about it."""

    held: bool
    trust: Trust
    sent_at: datetime
    signer: str

    def best(self, other: "Credentials") -> "Credentials":
        """Return the better of two copies of one content; the same whichever came first."""
        return min(self, other, key=lambda c: (c.held, -_RANK[c.trust], c.sent_at, c.signer))


@dataclass(frozen=True, slots=True)
class Member:
    """A report among those with which it may compete."""

    content_key: str
    family_key: str
    """Equal for the same report id, policy domains and range."""
    twin_key: str
    """Equal for the same content but for the id."""
    organisation: str
    credentials: Credentials

    @property
    def author(self) -> tuple[str, str]:
        """Only a signature proves who speaks: two signers never revise each other, whatever they call themselves."""
        if self.credentials.trust is Trust.VERIFIED:
            return "signer", self.credentials.signer
        return "organisation", self.organisation

    @property
    def lateness(self) -> tuple[int, datetime, str]:
        return _RANK[self.credentials.trust], self.credentials.sent_at, self.content_key


def settle(members: Iterable[Member]) -> Mapping[str, Standing]:
    """Return the standing of every member, by content key. Whole families and whole groups of twins must be given."""
    members = list(members)
    standings: dict[str, Standing] = {m.content_key: Standing.HELD for m in members if m.credentials.held}
    winners: list[Member] = []
    for family in _groups((m for m in members if not m.credentials.held), "family_key"):
        winners += _settle_family(family, standings)
    for twins in _groups(winners, "twin_key"):
        first = max(
            twins, key=lambda m: (_RANK[m.credentials.trust], -m.credentials.sent_at.timestamp(), m.content_key)
        )
        for member in twins:
            standings[member.content_key] = Standing.COUNTED if member is first else Standing.TWIN
    return standings


def _settle_family(family: list[Member], standings: dict[str, Standing]) -> list[Member]:
    """Note who is out of the running in a family, and return those who are left: one for each author."""
    best_rank: dict[str, int] = defaultdict(int)
    for member in family:
        best_rank[member.organisation] = max(best_rank[member.organisation], _RANK[member.credentials.trust])
    winners: dict[tuple[str, str], Member] = {}
    for member in sorted(family, key=lambda m: m.lateness):
        if _RANK[member.credentials.trust] < best_rank[member.organisation]:
            standings[member.content_key] = Standing.OUTRANKED
            continue
        earlier = winners.get(member.author)
        if earlier is not None:
            standings[earlier.content_key] = Standing.REVISED
        winners[member.author] = member
    return list(winners.values())


def _groups(members: Iterable[Member], key: str) -> Iterable[list[Member]]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[getattr(member, key)].append(member)
    return groups.values()
