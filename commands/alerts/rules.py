"""The rules: what one domain's day shows. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from commands.effect import mail_is_refused
from commands.faults import ranked
from commands.verdict import over_threshold
from storage.arrival import Trust
from storage.domains import Thresholds
from storage.evidence import DayEvidence, FailedPolicy, FailedSessions
from storage.shares import NOT_ITEMISED
from storage.totals import Sessions

MOST_OF_THE_FAILURES = 0.8
"""A fault is named after the types that make up so much of a day's failures."""
ENOUGH_TO_AGREE = 2
BELIEVED = frozenset({Trust.VERIFIED, Trust.IMPORTED})
"""Whose word proves something. What claims a name without proof is evidence, and never agreement."""


class Rule(StrEnum):
    """Why an alert was opened."""

    FAILURE_RATE = "failure-rate"
    NEW_FAILURE_TYPE = "new-failure-type"


class Severity(StrEnum):
    """How bad it is; compare with `rank`."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault that a day shows."""

    rule: Rule
    severity: Severity
    day: date
    result_types: tuple[str, ...]
    """The one with the most failed sessions first."""
    mx_hosts: tuple[str, ...]
    reporters: tuple[str, ...]
    policies: frozenset[tuple[str, str]]
    """(policy type, mode) of the policies under which its sessions failed."""
    agreeing: frozenset[str]
    """The reporters that are believed and saw it."""
    sessions: Sessions
    """All sessions of the day; `failed` those that belong to the fault."""
    baseline_rate: float | None
    """Failure rate of the 28 days before; None without sessions then."""


def judge(evidence: DayEvidence, thresholds: Thresholds) -> list[Finding]:
    """Return what the rules find, the rate first."""
    over = over_threshold(evidence.sessions, thresholds)
    by_rate = [_over_the_rate(evidence)] if over else []
    return by_rate + _new_types(evidence, thresholds)


def _over_the_rate(evidence: DayEvidence) -> Finding:
    sums: Counter[str] = Counter()
    for part in evidence.failures:
        sums[part.result_type] += part.sessions
    types: list[str] = []
    for result_type, _ in sorted(sums.items(), key=lambda item: (-item[1], item[0])):
        types.append(result_type)
        if sum(sums[one] for one in types) >= MOST_OF_THE_FAILURES * evidence.sessions.failed:
            break
    parts = [part for part in evidence.failures if part.result_type in types]
    return _finding(Rule.FAILURE_RATE, evidence, types, parts, evidence.sessions.failed)


def _new_types(evidence: DayEvidence, thresholds: Thresholds) -> list[Finding]:
    """Find types that the domain has never had. Its first day of all knows nothing to compare with."""
    if not evidence.has_history:
        return []
    fresh = {part.result_type for part in evidence.failures} - evidence.types_seen_before - {NOT_ITEMISED}
    found = []
    for result_type in sorted(fresh):
        parts = [part for part in evidence.failures if part.result_type == result_type]
        failed = min(sum(part.sessions for part in parts), evidence.sessions.failed)
        if not failed:  # the summaries count, and by them nothing failed (RFC 8460 section 4.4)
            continue
        finding = _finding(Rule.NEW_FAILURE_TYPE, evidence, [result_type], parts, failed)
        found.append(finding if failed >= thresholds.min_failures else replace(finding, severity=Severity.INFO))
    return found


def _finding(rule: Rule, evidence: DayEvidence, types: list[str], parts: list[FailedSessions], failed: int) -> Finding:
    reporters = ranked((part.reporter, part.sessions) for part in parts)
    policies = [one for one in evidence.failed_policies if one.result_type is None or one.result_type in types]
    return Finding(
        rule=rule,
        severity=Severity.CRITICAL if _many_see_mail_refused(policies) else Severity.WARNING,
        day=evidence.day,
        result_types=tuple(types),
        mx_hosts=ranked((part.mx_host, part.sessions) for part in parts),
        reporters=reporters,
        policies=frozenset((one.policy_type, one.mode) for one in policies),
        agreeing=frozenset(one.reporter for one in policies if one.trust in BELIEVED),
        sessions=Sessions(max(evidence.sessions.total - failed, 0), failed),
        baseline_rate=evidence.baseline.failure_rate if evidence.baseline.total else None,
    )


def _many_see_mail_refused(policies: Iterable[FailedPolicy]) -> bool:
    believed = (one for one in policies if one.trust in BELIEVED)
    seers = {one.reporter for one in believed if mail_is_refused([(one.policy_type, one.mode)])}
    return len(seers) >= ENOUGH_TO_AGREE
