"""The rules: what one domain's day shows. Pure."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from commands.effect import mail_is_refused
from commands.faults import ranked
from commands.verdict import over_threshold
from storage.arrival import Trust
from storage.domains import Thresholds
from storage.evidence import DayEvidence, FailedPolicy
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


def judge(
    evidence: DayEvidence, thresholds: Thresholds, alert_of: Callable[[str], int | None] = lambda _: None
) -> list[Finding]:
    """Return what the rules find, the rate first.

    The new types of a day are one finding for each alert that they belong to, and one for all the others together:
    who invents hundreds of types opens one alert.
    """
    if not over_threshold(evidence.sessions, thresholds):
        return _new_types(evidence, thresholds, alert_of)
    by_rate = _over_the_rate(evidence)
    return [by_rate, *_new_types(evidence, thresholds, alert_of, placed=frozenset(by_rate.result_types))]


def _over_the_rate(evidence: DayEvidence) -> Finding:
    types: list[str] = []
    named = 0
    for result_type, sessions in _by_type(evidence).items():
        types.append(result_type)
        named += sessions
        if named >= MOST_OF_THE_FAILURES * evidence.sessions.failed:
            break
    return _finding(Rule.FAILURE_RATE, evidence, types, evidence.sessions.failed)


def _by_type(evidence: DayEvidence) -> dict[str, int]:
    """Return the failed sessions of each type, the one with the most first."""
    sums: Counter[str] = Counter()
    for part in evidence.failures:
        sums[part.result_type] += part.sessions
    return dict(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def _new_types(
    evidence: DayEvidence,
    thresholds: Thresholds,
    alert_of: Callable[[str], int | None],
    placed: frozenset[str] = frozenset(),
) -> list[Finding]:
    """Find types that the domain has never had. Its first day of all knows nothing to compare with."""
    if not evidence.has_history or not evidence.sessions.failed:  # the summaries count (RFC 8460 section 4.4)
        return []
    not_new = evidence.types_seen_before | placed | {NOT_ITEMISED}
    fresh: dict[int | None, dict[str, int]] = {}
    for result_type, sessions in _by_type(evidence).items():
        if sessions and result_type not in not_new:
            fresh.setdefault(alert_of(result_type), {})[result_type] = sessions
    return [_as_new(evidence, sums, thresholds) for sums in fresh.values()]


def _as_new(evidence: DayEvidence, sums: Mapping[str, int], thresholds: Thresholds) -> Finding:
    """Only the types that reach the minimum say how bad it is: many rare ones are still rare."""
    most = evidence.sessions.failed
    finding = _finding(Rule.NEW_FAILURE_TYPE, evidence, list(sums), min(sum(sums.values()), most))
    often = {result_type for result_type, sessions in sums.items() if min(sessions, most) >= thresholds.min_failures}
    return replace(finding, severity=_severity(_policies(evidence, often)) if often else Severity.INFO)


def _finding(rule: Rule, evidence: DayEvidence, types: Sequence[str], failed: int) -> Finding:
    named = frozenset(types)
    parts = [part for part in evidence.failures if part.result_type in named]
    policies = _policies(evidence, named)
    return Finding(
        rule=rule,
        severity=_severity(policies),
        day=evidence.day,
        result_types=tuple(types),
        mx_hosts=ranked((part.mx_host, part.sessions) for part in parts),
        reporters=ranked((part.reporter, part.sessions) for part in parts),
        policies=frozenset((one.policy_type, one.mode) for one in policies),
        agreeing=frozenset(one.reporter for one in policies if one.trust in BELIEVED),
        sessions=Sessions(max(evidence.sessions.total - failed, 0), failed),
        baseline_rate=evidence.baseline.failure_rate if evidence.baseline.total else None,
    )


def _policies(evidence: DayEvidence, types: Collection[str]) -> list[FailedPolicy]:
    return [one for one in evidence.failed_policies if one.result_type is None or one.result_type in types]


def _severity(policies: Iterable[FailedPolicy]) -> Severity:
    """Return critical when enough believed reporters see that mail is refused, else warning."""
    believed = (one for one in policies if one.trust in BELIEVED)
    seers = {one.reporter for one in believed if mail_is_refused([(one.policy_type, one.mode)])}
    return Severity.CRITICAL if len(seers) >= ENOUGH_TO_AGREE else Severity.WARNING
