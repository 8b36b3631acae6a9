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
from storage.evidence import DayEvidence, FailedSessions, Witness
from storage.shares import NOT_ITEMISED
from storage.totals import Sessions

MOST_OF_THE_FAILURES = 0.8
"""A fault is named after the types that make up so much of a day's failures."""
ENOUGH_TO_AGREE = 2


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
    sessions: Sessions
    """All sessions of the day; `failed` those that belong to the fault."""
    baseline_rate: float | None
    """Failure rate of the 28 days before; None without sessions then."""


def judge(evidence: DayEvidence, thresholds: Thresholds) -> list[Finding]:
    """Return what the rules find, the rate first."""
    over = over_threshold(evidence.sessions, thresholds)
    by_rate = [_over_the_rate(evidence)] if over else []
    return by_rate + _new_types(evidence, thresholds)


def agreeing(evidence: DayEvidence, reporters: Iterable[str]) -> list[Witness]:
    """Return the witnesses among these reporters whose word proves something: verified or imported."""
    names = set(reporters)
    believed = [one for one in evidence.witnesses if one.trust is not Trust.UNVERIFIED and one.reporter in names]
    return list({one.reporter: one for one in believed}.values())


def failing_policies(evidence: DayEvidence, result_types: Iterable[str]) -> set[tuple[str, str]]:
    """Return (policy type, mode) of the policies under which sessions failed with one of these types."""
    return {policy for type_ in result_types for policy in evidence.failing_policies.get(type_, ())}


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
        failed = sum(part.sessions for part in parts)
        finding = _finding(Rule.NEW_FAILURE_TYPE, evidence, [result_type], parts, failed)
        found.append(finding if failed >= thresholds.min_failures else replace(finding, severity=Severity.INFO))
    return found


def _finding(rule: Rule, evidence: DayEvidence, types: list[str], parts: list[FailedSessions], failed: int) -> Finding:
    reporters = ranked((part.reporter, part.sessions) for part in parts)
    refused = mail_is_refused(failing_policies(evidence, types))
    agreed = len(agreeing(evidence, reporters)) >= ENOUGH_TO_AGREE
    return Finding(
        rule=rule,
        severity=Severity.CRITICAL if refused and agreed else Severity.WARNING,
        day=evidence.day,
        result_types=tuple(types),
        mx_hosts=ranked((part.mx_host, part.sessions) for part in parts),
        reporters=reporters,
        sessions=Sessions(max(evidence.sessions.total - failed, 0), failed),
        baseline_rate=evidence.baseline.failure_rate if evidence.baseline.total else None,
    )
