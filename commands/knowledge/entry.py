"""The shape of what is known about one result type."""

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Where a session fails (RFC 8460 section 4.3)."""

    NEGOTIATION = "negotiation"
    """Between the sender and the MX: section 4.3.1."""
    DANE = "dane"
    """In TLSA records or their signatures: section 4.3.2.1."""
    STS_POLICY = "sts-policy"
    """In the MTA-STS policy or its host: section 4.3.2.2."""
    GENERAL = "general"
    """Anything else: section 4.3.3."""


@dataclass(frozen=True, slots=True)
class Look:
    """A way to see the fault oneself, the names being those of example.com."""

    shows: str
    command: str
    """For a POSIX shell."""


@dataclass(frozen=True, slots=True)
class ResultType:
    """One result type in plain words. All texts are whole sentences but the short ones, which are clauses."""

    name: str
    family: Family
    in_short: str
    with_subject: str
    """`in_short` with a place `{}` for the MX host; for a policy (`Family.STS_POLICY`) the domain."""
    fix_in_short: str
    meaning: str
    effect: str
    """On mail, by MTA-STS mode and DANE."""
    causes: tuple[str, ...]
    """The most frequent one first."""
    confirm: tuple[Look, ...]
    fix: tuple[str, ...]
    who: str
    """What it means when one sender sees it, or many do."""
    reference: str
