"""The facts behind `failures`: where sessions of a domain failed, and what the details say about it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from commands.domain_names import Subject, asked_about
from commands.effect import effect_on_mail
from commands.faults import faults
from commands.no_data import Waiting
from commands.period import Period, Window
from commands.result_types import is_known
from commands.waiting import waiting_for
from storage import totals
from storage.failure_totals import FailurePart, by_failure, has_failed_with
from storage.failures import Evidence, evidence
from storage.totals import PolicyTotal, Sessions


@dataclass(frozen=True, slots=True)
class Place:
    """One result type at one MX host, with its evidence."""

    result_type: str
    mx_host: str
    """Empty: no report names one, or what other hosts have beyond those that are told one by one."""
    sessions: int
    reporters: tuple[str, ...]
    first_day: date
    last_day: date
    evidence: Evidence
    effect: str
    """On mail."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer says."""

    subject: Subject
    window: Window
    sessions: Sessions
    places: tuple[Place, ...]
    """The one with the most failed sessions first."""
    types_left_out: int
    """Result types beyond those of the places: there are too many."""
    cut: bool
    """Addresses and reasons come from the newest details only."""
    type_has_failed: bool
    """Whether any report of any day names the type that was asked about."""
    waiting: Waiting

    def is_a_type(self, type_: str) -> bool:
        """Whether RFC 8460 lists the type, or a report about the domain named it, in these days or ever."""
        return is_known(type_) or self.type_has_failed


def load(connection: Connection, name: str, period: Period | None, type_: str | None, now: datetime) -> Facts:
    """Return the facts of one result type or of all, in one state of the database."""
    subject, span = asked_about(connection, name, period, now.date())
    stretch = (connection, subject.record.id, span.first, span.last)
    failures = by_failure(*stretch, type_)
    details, cut = evidence(*stretch, type_)
    return Facts(
        subject=subject,
        window=span,
        sessions=totals.sessions(*stretch),
        places=tuple(_places(failures.parts, details, totals.by_policy(*stretch))),
        types_left_out=failures.types_left_out,
        cut=cut,
        type_has_failed=type_ is not None and has_failed_with(connection, subject.record.id, type_),
        waiting=waiting_for(connection, subject, now),
    )


def _places(
    parts: Sequence[FailurePart], details: Mapping[tuple[str, str], Evidence], policies: Collection[PolicyTotal]
) -> list[Place]:
    by_place: dict[tuple[str, str], list[FailurePart]] = defaultdict(list)
    for part in parts:
        by_place[part.result_type, part.mx_host].append(part)
    otherwise = _effect_of_all(policies)
    found = []
    for key, same in by_place.items():
        (fault,) = faults(same)
        seen = details.get(key, Evidence())
        effect = effect_on_mail(seen.policies) if seen.policies else otherwise
        found.append(Place(*key, fault.sessions, fault.reporters, fault.first_day, fault.last_day, seen, effect))
    return sorted(found, key=lambda place: (-place.sessions, place.result_type, place.mx_host))


def _effect_of_all(policies: Collection[PolicyTotal]) -> str:
    """Return what became of mail under every policy with failures; not known where that differs."""
    effects = {effect_on_mail([(one.policy_type, one.mode)]) for one in policies if one.sessions.failed}
    return effects.pop() if len(effects) == 1 else effect_on_mail([])
