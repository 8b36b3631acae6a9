"""Everything that the alert rules look at for one domain's day, and the days that wait for them."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, func, or_, select, tuple_

from storage import totals
from storage.arrival import Trust
from storage.domains import DomainRecord, by_id
from storage.shares import NOT_ITEMISED
from storage.standing import Standing
from storage.tables import (
    ChangedDay,
    DomainDay,
    Failure,
    FailureDay,
    Report,
    ReportDomain,
    Reporter,
    ReportPolicy,
    table,
)
from storage.totals import Sessions

BASELINE_DAYS = 28


@dataclass(frozen=True, slots=True)
class FailedSessions:
    """Failed sessions of one type at one MX host, as one reporter saw them on the day."""

    result_type: str
    mx_host: str
    reporter: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A report that counts on the day."""

    reporter: str
    organisation: str
    trust: Trust
    sessions: Sessions
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """One domain's day. Reports longer than a day are left out: they say nothing about single days."""

    domain: DomainRecord
    day: date
    sessions: Sessions
    failures: tuple[FailedSessions, ...]
    failing_policies: Mapping[str, frozenset[tuple[str, str]]]
    """Result type -> (policy type, mode) of the policies under which sessions failed with it."""
    types_seen_before: frozenset[str]
    """Of the day's result types, those that were known before its reports came."""
    has_history: bool
    """Whether any earlier day has data."""
    baseline: Sessions
    """The 28 days before."""
    witnesses: tuple[Witness, ...]


def waiting_days(connection: Connection, until: datetime, limit: int) -> list[tuple[int, date]]:
    """Return (domain id, day) of days that changed at `until` or before, the longest waiting first."""
    changed = table(ChangedDay).c
    statement = select(changed.domain_id, changed.day).where(changed.changed_at <= until)
    return [(row[0], row[1]) for row in connection.execute(statement.order_by(changed.changed_at).limit(limit))]


def forget_waiting(connection: Connection, days: list[tuple[int, date]]) -> None:
    """Note that the rules have looked at these days."""
    changed = table(ChangedDay).c
    if days:
        connection.execute(delete(table(ChangedDay)).where(tuple_(changed.domain_id, changed.day).in_(days)))


def day_evidence(connection: Connection, domain_id: int, day: date) -> DayEvidence:
    """Load what the rules need, in one state of the database."""
    yesterday = day - timedelta(days=1)
    failures = _failures(connection, domain_id, day)
    return DayEvidence(
        domain=by_id(connection, domain_id),
        day=day,
        sessions=_sessions(connection, domain_id, day),
        failures=failures,
        failing_policies=_failing_policies(connection, domain_id, day),
        types_seen_before=_seen_before(connection, domain_id, day, {one.result_type for one in failures}),
        has_history=_has_history(connection, domain_id, day),
        baseline=totals.sessions(connection, domain_id, day - timedelta(days=BASELINE_DAYS), yesterday),
        witnesses=_witnesses(connection, domain_id, day),
    )


def _sessions(connection: Connection, domain_id: int, day: date) -> Sessions:
    columns = table(DomainDay).c
    row = connection.execute(
        select(columns.successful - columns.longer_successful, columns.failed - columns.longer_failed).where(
            columns.domain_id == domain_id, columns.day == day
        )
    ).first()
    return Sessions(row[0], row[1]) if row else Sessions()


def _failures(connection: Connection, domain_id: int, day: date) -> tuple[FailedSessions, ...]:
    columns, reporter = table(FailureDay).c, table(Reporter).c
    statement = (
        select(columns.result_type, columns.mx_host, reporter.name, columns.sessions - columns.longer_sessions)
        .join(table(Reporter), reporter.id == columns.reporter_id)
        .where(columns.domain_id == domain_id, columns.day == day, columns.sessions > columns.longer_sessions)
    )
    return tuple(FailedSessions(*row) for row in connection.execute(statement))


def _failing_policies(connection: Connection, domain_id: int, day: date) -> Mapping[str, frozenset[tuple[str, str]]]:
    """Find them in the details; for sessions without details, every policy that failed may be the one."""
    failure, policy, report = table(Failure).c, table(ReportPolicy).c, table(Report).c
    joined = table(Failure).join(
        table(ReportPolicy),
        (policy.report_id == failure.report_id) & (policy.position == failure.policy_position),
    )
    statement = (
        select(failure.result_type, policy.policy_type, policy.mode)
        .select_from(joined.join(table(Report), report.id == failure.report_id))
        .where(failure.domain_id == domain_id, failure.day == day)
        .where(report.standing == Standing.COUNTED, policy.chosen)
        .distinct()
    )
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in connection.execute(statement):
        found[row.result_type].add((row.policy_type, row.mode))
    failed = {
        (one.policy_type, one.mode) for one in totals.by_policy(connection, domain_id, day, day) if one.sessions.failed
    }
    found[NOT_ITEMISED] |= failed
    return {result_type: frozenset(policies) for result_type, policies in found.items()}


def _seen_before(connection: Connection, domain_id: int, day: date, types: set[str]) -> frozenset[str]:
    """Return the types that an earlier day knows, or a later one that the rules have looked at already."""
    failure, changed = table(FailureDay).c, table(ChangedDay).c
    waits = exists().where(changed.domain_id == failure.domain_id, changed.day == failure.day)
    known = or_(failure.day < day, and_(failure.day > day, ~waits))
    return frozenset(
        type_
        for type_ in types
        if connection.execute(
            select(exists().where(failure.domain_id == domain_id, failure.result_type == type_, known))
        ).scalar()
    )


def _has_history(connection: Connection, domain_id: int, day: date) -> bool:
    columns = table(DomainDay).c
    return bool(connection.execute(select(exists().where(columns.domain_id == domain_id, columns.day < day))).scalar())


def _witnesses(connection: Connection, domain_id: int, day: date) -> tuple[Witness, ...]:
    part, report, reporter = table(ReportDomain).c, table(Report).c, table(Reporter).c
    statement = (
        select(reporter.name, report.organisation, report.trust, part.successful, part.failed, report.arrived_at)
        .select_from(table(ReportDomain).join(table(Report)).join(table(Reporter), reporter.id == part.reporter_id))
        .where(part.domain_id == domain_id, part.day == day, part.standing == Standing.COUNTED)
        .where(report.longer_than_a_day.is_(False))
        .order_by(reporter.name)
    )
    return tuple(
        Witness(row[0], row[1], Trust(row[2]), Sessions(row[3], row[4]), row[5])
        for row in connection.execute(statement)
    )


def days_since(connection: Connection, domain_id: int, after: date, until: date) -> Sessions:
    """Return the sessions of the days after one day, up to another one (inclusive)."""
    return totals.sessions(connection, domain_id, after + timedelta(days=1), until)


def failed_with(connection: Connection, domain_id: int, types: tuple[str, ...], after: date, until: date) -> int:
    """Return the failed sessions of some result types on the days after one day, up to another one (inclusive)."""
    columns = table(FailureDay).c
    statement = select(func.sum(columns.sessions)).where(
        columns.domain_id == domain_id, columns.result_type.in_(types), columns.day > after, columns.day <= until
    )
    return int(connection.execute(statement).scalar() or 0)
