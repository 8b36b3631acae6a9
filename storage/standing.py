"""Which of several copies and versions of a report counts. Pure: the order of arrival makes no difference.

PRODUCT rule: one report counts once. Same content is one report. The same id, policy domains and range with other
content is a revision, of which the latest counts; the same content under another id is a twin, of which one counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from storage.arrival import Trust


class Worth(IntEnum):
    """How well it is proven who speaks, the best first. What a report says of itself proves nothing."""

    OWN = 0
    """Signed by the domain of its contact address."""
    VOUCHED_FOR = 1
    """Imported or admitted by an operator."""
    SIGNED = 2
    """Signed by somebody, for whom the report does not claim to speak."""
    UNPROVEN = 3


class Standing(StrEnum):
    """Whether a report counts, and if not, why."""

    COUNTED = "counted"
    HELD = "held"
    """Not verified, and the setting asks for it."""
    REVISED = "revised"
    """A later version of it counts."""
    OUTRANKED = "outranked"
    """A better proven report of the same id, domains and range counts, by the one for whom it claims to speak."""
    TWIN = "twin"
    """The same content counts under another id."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What one copy of a report proves about it."""

    held: bool
    trust: Trust
    sent_at: datetime
    signer: str

    def best(self, other: "Credentials", contact_domain: str) -> "Credentials":
        """Return the better of two copies of one content; the same whichever came first.

        A copy that the reporter's own domain signed beats one that somebody else signed, whatever its date says.
        """
        return min(self, other, key=lambda c: (c.held, _worth(c, contact_domain), c.sent_at, c.signer))


@dataclass(frozen=True, slots=True)
class Member:
    """A report among those with which it may compete."""

    content_key: str
    family_key: str
    """Equal for the same report id, policy domains and range."""
    twin_key: str
    """Equal for the same content but for the id."""
    organisation: str
    contact_domain: str
    """Of the report's contact address: the domain for which it claims to speak."""
    credentials: Credentials

    @property
    def author(self) -> tuple[str, str]:
        """Only a signature proves who speaks: two signers never revise each other, whatever they call themselves."""
        if self.credentials.trust is Trust.VERIFIED:
            return "signer", self.credentials.signer
        return "organisation", self.organisation

    @property
    def worth(self) -> "Worth":
        """How well it is proven by whom it is."""
        return _worth(self.credentials, self.contact_domain)

    @property
    def lateness(self) -> tuple[int, datetime, str]:
        """The latest version of an author counts; a better proven one counts as later."""
        return -self.worth, self.credentials.sent_at, self.content_key


def speaks_for(signer: str, domain: str) -> bool:
    """Whether a signer is the domain, stands above it, or below it. Public suffixes are no signers."""
    return bool(signer and domain) and (
        signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")
    )


def _worth(credentials: Credentials, contact_domain: str) -> Worth:
    if credentials.trust is Trust.VERIFIED:
        return Worth.OWN if speaks_for(credentials.signer, contact_domain) else Worth.SIGNED
    return Worth.UNPROVEN if credentials.trust is Trust.UNVERIFIED else Worth.VOUCHED_FOR


def settle(members: Iterable[Member]) -> Mapping[str, Standing]:
    """Return the standing of every member, by content key.

    For each family and each group of twins, those that count so far must be given. What lost before may be left out:
    it cannot win, unless the one to which it lost changes its credentials, is outranked, or (a twin) falls.
    """
    members = list(members)
    standings: dict[str, Standing] = {m.content_key: Standing.HELD for m in members if m.credentials.held}
    winners: list[Member] = []
    for family in _groups((m for m in members if not m.credentials.held), "family_key"):
        winners += _settle_family(family, standings)
    for twins in _groups(winners, "twin_key"):
        first = min(twins, key=lambda one: (one.worth, one.credentials.sent_at, one.content_key))
        for member in twins:
            standings[member.content_key] = Standing.COUNTED if member is first else Standing.TWIN
    return standings


def _settle_family(family: list[Member], standings: dict[str, Standing]) -> list[Member]:
    """Note who is out of the running in a family, and return those who are left: one for each author."""
    signers = {m.credentials.signer for m in family if m.credentials.trust is Trust.VERIFIED}
    believed = [m for m in family if not _has_better_signed(m, signers)]
    vouched_for = {m.organisation for m in believed if m.worth is Worth.VOUCHED_FOR}
    standings |= {m.content_key: Standing.OUTRANKED for m in family}
    winners: dict[tuple[str, str], Member] = {}
    for member in sorted(believed, key=lambda m: m.lateness):
        if member.worth is Worth.UNPROVEN and member.organisation in vouched_for:
            continue
        earlier = winners.get(member.author)
        if earlier is not None:
            standings[earlier.content_key] = Standing.REVISED
        winners[member.author] = member
    return list(winners.values())


def _has_better_signed(member: Member, signers: set[str]) -> bool:
    """Whether the one for whom a member claims to speak has signed a version. A foreign signature is no proof."""
    is_signed = member.credentials.trust is Trust.VERIFIED
    return not is_signed and any(speaks_for(signer, member.contact_domain) for signer in signers)


def _groups(members: Iterable[Member], key: str) -> Iterable[list[Member]]:
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        groups[getattr(member, key)].append(member)
    return groups.values()
