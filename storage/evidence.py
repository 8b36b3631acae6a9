"""Everything that the alert rules look at for one domain's day, and the days that wait for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, or_, select

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
class FailedPolicy:
    """A policy under which sessions failed with a type, as a report says that counts on the day."""

    result_type: str | None
    """None: any type, since the entry counts the same sessions as another one, which gives the types."""
    policy_type: str
    mode: str
    reporter: str
    trust: Trust


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
    failed_policies: tuple[FailedPolicy, ...]
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
        statement = delete(table(ChangedDay)).where(
            changed.domain_id == bindparam("of_domain"), changed.day == bindparam("on_day")
        )
        connection.execute(statement, [{"of_domain": domain_id, "on_day": day} for domain_id, day in days])


def day_evidence(connection: Connection, domain_id: int, day: date, alerted: Mapping[str, date]) -> DayEvidence:
    """Load what the rules need, in one state of the database.

    `alerted` are the types that have an alert, and its first day: they stay as new as they were on that day.
    """
    yesterday = day - timedelta(days=1)
    failures = _failures(connection, domain_id, day)
    return DayEvidence(
        domain=by_id(connection, domain_id),
        day=day,
        sessions=_sessions(connection, domain_id, day),
        failures=failures,
        failed_policies=_failed_policies(connection, domain_id, day),
        types_seen_before=_seen_before(connection, domain_id, day, {one.result_type for one in failures}, alerted),
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


def _failed_policies(connection: Connection, domain_id: int, day: date) -> tuple[FailedPolicy, ...]:
    part, report, policy, failure = (table(model) for model in (ReportDomain, Report, ReportPolicy, Failure))
    joined = (
        part.join(report, report.c.id == part.c.report_id)
        .join(table(Reporter), table(Reporter).c.id == part.c.reporter_id)
        # + 0: found by its report, not by the index of domains, which knows no days
        .join(policy, and_(policy.c.report_id == report.c.id, policy.c.domain_id + 0 == part.c.domain_id))
        .outerjoin(failure, and_(failure.c.report_id == report.c.id, failure.c.policy_position == policy.c.position))
    )
    columns = (policy.c.policy_type, policy.c.mode, table(Reporter).c.name, report.c.trust)
    statement = (
        select(failure.c.result_type, policy.c.chosen, *columns)
        .select_from(joined)
        .where(part.c.domain_id == domain_id, part.c.day == day, part.c.standing == Standing.COUNTED)
        .where(report.c.longer_than_a_day.is_(False), policy.c.failed > 0)
        .distinct()
    )
    found: dict[FailedPolicy, None] = {}
    for type_, chosen, policy_type, mode, reporter, trust in connection.execute(statement):
        itemised = NOT_ITEMISED if type_ is None else type_
        for said in (itemised, NOT_ITEMISED) if chosen else (None,):  # details may leave out some sessions
            found[FailedPolicy(said, policy_type, mode, reporter, Trust(trust))] = None
    return tuple(found)


def _seen_before(
    connection: Connection, domain_id: int, day: date, types: set[str], alerted: Mapping[str, date]
) -> frozenset[str]:
    """Return the types that an earlier day knows, or a later one that the rules have looked at already."""
    failure, changed = table(FailureDay).c, table(ChangedDay).c
    waits = select(changed.day).where(changed.domain_id == failure.domain_id, changed.day == failure.day).exists()
    known = or_(failure.day < day, and_(failure.day > day, ~waits))

    def is_known(type_: str) -> bool:
        when = failure.day < min(day, alerted[type_]) if type_ in alerted else known
        found = select(failure.day).where(failure.domain_id == domain_id, failure.result_type == type_, when)
        return bool(connection.execute(select(found.exists())).scalar())

    return frozenset(filter(is_known, types))


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
    columns = table(DomainDay).c
    statement = select(
        func.sum(columns.successful - columns.longer_successful), func.sum(columns.failed - columns.longer_failed)
    ).where(columns.domain_id == domain_id, columns.day > after, columns.day <= until)
    row = connection.execute(statement).one()
    return Sessions(int(row[0] or 0), int(row[1] or 0))


def failed_with(connection: Connection, domain_id: int, types: tuple[str, ...], after: date, until: date) -> int:
    """Return the failed sessions of some result types on the days after one day, up to another one (inclusive)."""
    columns = table(FailureDay).c
    statement = select(func.sum(columns.sessions - columns.longer_sessions)).where(
        columns.domain_id == domain_id, columns.result_type.in_(types), columns.day > after, columns.day <= until
    )
    return int(connection.execute(statement).scalar() or 0)
