"""What the alert rules look at, made by hand: a quiet day, and one fault at a time on request."""

from datetime import UTC, date, datetime
from typing import Any

from commands.alerts.rules import Finding, judge
from storage.alerts import AlertRecord
from storage.arrival import Trust
from storage.domains import DomainRecord, Thresholds
from storage.evidence import DayEvidence, FailedPolicy, FailedSessions, Witness
from storage.totals import Sessions
from tests.builders import DAY, NOW

ENFORCE, TESTING, DANE, NO_POLICY = ("sts", "enforce"), ("sts", "testing"), ("tlsa", ""), ("no-policy-found", "")
GOOGLE, MICROSOFT = "google.com", "microsoft.com"
EXPIRED = "certificate-expired"
THRESHOLDS = Thresholds(failure_rate=0.05, min_failures=3)
CAME = datetime(2026, 3, 10, 8, tzinfo=UTC)


def record(name: str = "example.com", *, registered: bool = True) -> DomainRecord:
    return DomainRecord(
        id=1,
        name=name,
        token="token" if registered else None,
        registered_at=NOW if registered else None,
        registered_by="",
        failure_rate=None,
        min_failures=None,
        silence_days=None,
        certificate_days=None,
    )


def failed(
    type_: str = EXPIRED, sessions: int = 6, reporter: str = GOOGLE, mx: str = "mx1.example.com"
) -> FailedSessions:
    return FailedSessions(type_, mx, reporter, sessions)


def under(
    policy: tuple[str, str], reporter: str = GOOGLE, type_: str | None = EXPIRED, trust: Trust = Trust.VERIFIED
) -> FailedPolicy:
    return FailedPolicy(type_, *policy, reporter, trust)


def witness(
    reporter: str = GOOGLE, trust: Trust = Trust.VERIFIED, organisation: str = "", ok: int = 47, bad: int = 3
) -> Witness:
    return Witness(reporter, organisation or reporter, trust, Sessions(ok, bad), CAME)


def a_day(*failures: FailedSessions, ok: int = 94, bad: int | None = None, **more: Any) -> DayEvidence:
    """A day of a domain with history; every reporter of a failure is verified unless said otherwise."""
    reporters = dict.fromkeys(part.reporter for part in failures)
    values: dict[str, Any] = {
        "domain": record(),
        "day": DAY,
        "failures": failures,
        "sessions": Sessions(ok, sum(part.sessions for part in failures) if bad is None else bad),
        "failed_policies": tuple(under(TESTING, part.reporter, part.result_type) for part in failures),
        "types_seen_before": frozenset(part.result_type for part in failures),
        "has_history": True,
        "baseline": Sessions(999, 1),
        "witnesses": tuple(witness(reporter) for reporter in reporters),
    }
    return DayEvidence(**values | more)


def found(evidence: DayEvidence, thresholds: Thresholds = THRESHOLDS) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what the rules find: (rule, severity, result types)."""
    return [(one.rule.value, one.severity.value, one.result_types) for one in judge(evidence, thresholds)]


def the_finding(evidence: DayEvidence) -> Finding:
    (one,) = judge(evidence, THRESHOLDS)
    return one


def an_alert(
    alert_id: int = 1, *types: str, severity: str = "warning", state: str = "open", **more: Any
) -> AlertRecord:
    values: dict[str, Any] = {
        "domain_id": 1,
        "domain": "example.com",
        "rule": "failure-rate",
        "mx_hosts": ("mx1.example.com",),
        "reporters": (GOOGLE,),
        "first_day": DAY,
        "last_day": DAY,
        "opened_at": NOW,
        "resolved_at": None,
        "failed": 6,
        "total": 100,
        "baseline_rate": 0.001,
        "message": "TLS sessions fail. The certificate has expired.",
    }
    return AlertRecord(id=alert_id, severity=severity, state=state, result_types=types or (EXPIRED,), **values | more)


def days_before(number: int) -> date:
    """Return the day so many days before `DAY`."""
    return date.fromordinal(DAY.toordinal() - number)
