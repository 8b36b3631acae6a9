"""Everything that the alert rules look at for one domain's day, and the days that wait for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, select

from storage import totals
from storage.arrival import Source, Trust
from storage.domains import DomainRecord, by_id
from storage.members import contact_domain
from storage.shares import NOT_ITEMISED
from storage.signers import Claim, doubt_about
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
MOST_TYPES = 50
"""Result types of a day that are looked at: a report may invent any number of them."""
MOST_PARTS = 1_000
"""Parts of a day that are looked at; the sessions of the others are summed up under no name."""


@dataclass(frozen=True, slots=True)
class FailedSessions:
    """Failed sessions of one type at one MX host, as one reporter saw them on the day; or the rest, without names."""

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
    """One domain's day. Reports longer than a day are left out: they say nothing about single days.

    So are unverified mails in the name of a reporter that signs its mails: they cannot raise an alert by themselves.
    """

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
    doubted: int = 0
    """Reports that count on the day and were left out for want of the signature that their reporter makes."""


@dataclass(frozen=True, slots=True)
class _TypeOfDay:
    result_type: str
    sessions: int
    earliest: date
    """The first day that knows the type."""
    judged_later: bool
    """Whether a later day knows it that the rules have looked at already."""


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
    reports = _reports(connection, domain_id, day)
    doubt = doubt_about(connection, [claim for _, claim in reports], day)
    without = doubt.reporter_ids
    types = _types(connection, domain_id, day, without)
    return DayEvidence(
        domain=by_id(connection, domain_id),
        day=day,
        sessions=_less(_sessions(connection, domain_id, day), doubt.sessions),
        failures=_failures(connection, domain_id, day, types, without),
        failed_policies=_failed_policies(connection, domain_id, day, [one.result_type for one in types], without),
        types_seen_before=_seen_before(types, day, alerted),
        has_history=_has_history(connection, domain_id, day),
        baseline=totals.sessions(connection, domain_id, day - timedelta(days=BASELINE_DAYS), yesterday),
        witnesses=tuple(one for at, (one, _) in enumerate(reports) if at not in doubt.claims),
        doubted=len(doubt.claims),
    )


def _sessions(connection: Connection, domain_id: int, day: date) -> Sessions:
    columns = table(DomainDay).c
    row = connection.execute(
        select(columns.successful - columns.longer_successful, columns.failed - columns.longer_failed).where(
            columns.domain_id == domain_id, columns.day == day
        )
    ).first()
    return Sessions(int(row[0]), int(row[1])) if row else Sessions()


def _less(sessions: Sessions, other: Sessions) -> Sessions:
    return Sessions(max(sessions.successful - other.successful, 0), max(sessions.failed - other.failed, 0))


def _types(connection: Connection, domain_id: int, day: date, without: Collection[int]) -> list[_TypeOfDay]:
    """Return the types of a day with the most failed sessions, in one query however many there are."""
    columns = table(FailureDay).c
    sessions = func.sum(columns.sessions - columns.longer_sessions).label("sessions")
    most = (
        select(columns.result_type, sessions)
        .where(columns.domain_id == domain_id, columns.day == day, columns.sessions > columns.longer_sessions)
        .where(columns.reporter_id.not_in(without))
        .group_by(columns.result_type)
        .order_by(sessions.desc(), columns.result_type)
        .limit(MOST_TYPES)
        .subquery()
    )
    other, changed = table(FailureDay).alias().c, table(ChangedDay).c
    same = other.domain_id == domain_id, other.result_type == most.c.result_type
    waits = select(changed.day).where(changed.domain_id == other.domain_id, changed.day == other.day).exists()
    earliest = select(func.min(other.day)).where(*same).scalar_subquery()
    later = select(other.day).where(*same, other.day > day, ~waits).exists()
    statement = select(most.c.result_type, most.c.sessions, earliest, later)
    return [_TypeOfDay(row[0], int(row[1]), row[2], bool(row[3])) for row in connection.execute(statement)]


def _failures(
    connection: Connection, domain_id: int, day: date, types: Sequence[_TypeOfDay], without: Collection[int]
) -> tuple[FailedSessions, ...]:
    columns, reporter = table(FailureDay).c, table(Reporter).c
    sessions = columns.sessions - columns.longer_sessions
    statement = (
        select(columns.result_type, columns.mx_host, reporter.name, sessions)
        .join(table(Reporter), reporter.id == columns.reporter_id)
        .where(columns.domain_id == domain_id, columns.day == day, columns.sessions > columns.longer_sessions)
        .where(columns.result_type.in_([one.result_type for one in types]), columns.reporter_id.not_in(without))
        .order_by(sessions.desc(), columns.result_type, columns.mx_host, reporter.name)
        .limit(MOST_PARTS)
    )
    parts = [FailedSessions(row[0], row[1], row[2], int(row[3])) for row in connection.execute(statement)]
    rest = Counter({one.result_type: one.sessions for one in types})
    for part in parts:
        rest[part.result_type] -= part.sessions
    return (*parts, *(FailedSessions(type_, "", "", sessions) for type_, sessions in (+rest).items()))


def _failed_policies(
    connection: Connection, domain_id: int, day: date, types: Sequence[str], without: Collection[int]
) -> tuple[FailedPolicy, ...]:
    part, report, policy, failure = (table(model) for model in (ReportDomain, Report, ReportPolicy, Failure))
    joined = (
        part.join(report, report.c.id == part.c.report_id)
        .join(table(Reporter), table(Reporter).c.id == part.c.reporter_id)
        # + 0: found by its report, not by the index of domains, which knows no days
        .join(policy, and_(policy.c.report_id == report.c.id, policy.c.domain_id + 0 == part.c.domain_id))
        .outerjoin(
            failure,
            and_(
                failure.c.report_id == report.c.id,
                failure.c.policy_position == policy.c.position,
                failure.c.result_type.in_(types),
            ),
        )
    )
    columns = (policy.c.policy_type, policy.c.mode, table(Reporter).c.name, report.c.trust)
    statement = (
        select(failure.c.result_type, policy.c.chosen, *columns)
        .select_from(joined)
        .where(part.c.domain_id == domain_id, part.c.day == day, part.c.standing == Standing.COUNTED)
        .where(report.c.longer_than_a_day.is_(False), policy.c.failed > 0, part.c.reporter_id.not_in(without))
        .distinct()
    )
    found: dict[FailedPolicy, None] = {}
    for type_, chosen, policy_type, mode, reporter, trust in connection.execute(statement):
        itemised = NOT_ITEMISED if type_ is None else type_
        for said in (itemised, NOT_ITEMISED) if chosen else (None,):  # details may leave out some sessions
            found[FailedPolicy(said, policy_type, mode, reporter, Trust(trust))] = None
    return tuple(found)


def _seen_before(types: Iterable[_TypeOfDay], day: date, alerted: Mapping[str, date]) -> frozenset[str]:
    """Return the types that an earlier day knows, or a later one that the rules have looked at already."""

    def is_known(one: _TypeOfDay) -> bool:
        if one.result_type in alerted:
            return one.earliest < min(day, alerted[one.result_type])
        return one.earliest < day or one.judged_later

    return frozenset(one.result_type for one in types if is_known(one))


def _has_history(connection: Connection, domain_id: int, day: date) -> bool:
    columns = table(DomainDay).c
    return bool(connection.execute(select(exists().where(columns.domain_id == domain_id, columns.day < day))).scalar())


def _reports(connection: Connection, domain_id: int, day: date) -> list[tuple[Witness, Claim]]:
    part, report, reporter = table(ReportDomain).c, table(Report).c, table(Reporter).c
    statement = (
        select(reporter.name, report.organisation, report.trust, part.successful, part.failed, report.arrived_at)
        .add_columns(part.reporter_id, report.source, report.contact_info)
        .select_from(table(ReportDomain).join(table(Report)).join(table(Reporter), reporter.id == part.reporter_id))
        .where(part.domain_id == domain_id, part.day == day, part.standing == Standing.COUNTED)
        .where(report.longer_than_a_day.is_(False))
        .order_by(reporter.name)
    )
    found = []
    for row in connection.execute(statement):
        trust, sessions = Trust(row.trust), Sessions(row.successful, row.failed)
        claim = Claim(row.reporter_id, trust, Source(row.source), contact_domain(row.contact_info), sessions)
        found.append((Witness(row.name, row.organisation, trust, sessions, row.arrived_at), claim))
    return found


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
