"""Questions to the daily totals: sessions by day, policy, failure type and domain. Days are UTC and inclusive."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from storage.standing import Standing
from storage.tables import Domain, DomainDay, PolicyDay, Report, ReportDomain, table

_DAY, _POLICY = table(DomainDay).c, table(PolicyDay).c


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions of a stretch of days."""

    successful: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.successful + self.failed

    @property
    def success_rate(self) -> float | None:
        """0 to 1; None without sessions. 1 only when none failed."""
        return _rate(self.successful, self.total) if self.total else None

    @property
    def failure_rate(self) -> float:
        """0 to 1; 0 without sessions. 1 only when every one failed."""
        return _rate(self.failed, self.total) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Sessions of one day with data, and how many reports counted them."""

    day: date
    reports: int
    sessions: Sessions


@dataclass(frozen=True, slots=True)
class PolicyTotal:
    """Sessions under one policy type and mode. Not to be added up: `sts` and `tlsa` count the same sessions."""

    policy_type: str
    mode: str
    sessions: Sessions


@dataclass(frozen=True, slots=True)
class ReportCount:
    """Reports of a stretch of days."""

    counted: int = 0
    reporters: int = 0
    held: int = 0
    """Kept, but not counted: not verified by DKIM."""


@dataclass(frozen=True, slots=True)
class DomainTotal:
    """One domain in the overview."""

    name: str
    registered: bool
    reports: int
    sessions: Sessions
    newest_day: date | None
    failure_rate: float | None
    """The domain's own threshold, if it has one."""
    min_failures: int | None


def _rate(part: int, total: int) -> float:
    """Divide without rounding up to 1 what is less than 1."""
    return 1.0 if part == total else min(part / total, math.nextafter(1.0, 0.0))


def whole(total: float | None) -> int:
    """Return a sum as a whole number: SQLite makes one a float when it outgrows 64 bits, and none of no rows."""
    return int(total or 0)


def _sessions(successful: float | None, failed: float | None) -> Sessions:
    return Sessions(whole(successful), whole(failed))


def within(columns: Any, domain_id: int, first: date, last: date) -> ColumnElement[bool]:
    """Limit a table of daily totals to a domain and days."""
    return and_(columns.domain_id == domain_id, columns.day.between(first, last))


def days_with_reports(connection: Connection, domain_id: int) -> tuple[date | None, date | None]:
    """Return the oldest and the newest day of a domain about which there is a report, be it counted or not."""
    part = table(ReportDomain).c
    oldest = select(func.min(part.day)).where(part.domain_id == domain_id).scalar_subquery()
    newest = select(func.max(part.day)).where(part.domain_id == domain_id).scalar_subquery()
    row = connection.execute(select(oldest, newest)).one()
    return row[0], row[1]


def newest_day(connection: Connection, domain_id: int) -> date | None:
    """Return the newest day of a domain with data that count."""
    return connection.execute(select(func.max(_DAY.day)).where(_DAY.domain_id == domain_id)).scalar()


def days_with_any_data(connection: Connection) -> tuple[date | None, date | None]:
    """Return the oldest and the newest day with data of all domains."""
    newest = select(func.max(_DAY.day)).where(_DAY.domain_id == table(Domain).c.id).scalar_subquery()
    oldest = select(func.min(_DAY.day)).where(_DAY.domain_id == table(Domain).c.id).scalar_subquery()
    row = connection.execute(select(func.min(oldest), func.max(newest)).select_from(table(Domain))).one()
    return row[0], row[1]


def sessions(connection: Connection, domain_id: int, first: date, last: date) -> Sessions:
    sums = select(func.sum(_DAY.successful), func.sum(_DAY.failed)).where(within(_DAY, domain_id, first, last))
    row = connection.execute(sums).one()
    return _sessions(row[0], row[1])


def by_day(connection: Connection, domain_id: int, first: date, last: date) -> list[DayTotal]:
    """Return the days with data, oldest first."""
    statement = select(table(DomainDay)).where(within(_DAY, domain_id, first, last)).order_by(_DAY.day)
    return [
        DayTotal(row.day, whole(row.reports), _sessions(row.successful, row.failed))
        for row in connection.execute(statement)
    ]


def by_policy(connection: Connection, domain_id: int, first: date, last: date) -> list[PolicyTotal]:
    """Return one entry for each policy type and mode, in alphabetical order."""
    keys = (_POLICY.policy_type, _POLICY.mode)
    statement = (
        select(*keys, func.sum(_POLICY.successful), func.sum(_POLICY.failed))
        .where(within(_POLICY, domain_id, first, last))
        .group_by(*keys)
        .order_by(*keys)
    )
    return [PolicyTotal(row[0], row[1], _sessions(row[2], row[3])) for row in connection.execute(statement)]


def report_count(connection: Connection, domain_id: int, first: date, last: date) -> ReportCount:
    """Count the reports about a domain."""
    part = table(ReportDomain).c
    statement = (
        select(part.standing, func.count().label("reports"), func.count(part.reporter_id.distinct()).label("reporters"))
        .where(within(part, domain_id, first, last))
        .group_by(part.standing)
    )
    found: dict[str, Row[Any]] = {row.standing: row for row in connection.execute(statement)}
    counted, held = found.get(Standing.COUNTED), found.get(Standing.HELD)
    return ReportCount(
        counted.reports if counted else 0, counted.reporters if counted else 0, held.reports if held else 0
    )


def held_reports(connection: Connection) -> int:
    """Count the reports of all domains that are kept, but not counted, for want of a DKIM pass."""
    return connection.execute(select(func.count()).where(table(Report).c.held)).scalar_one()


def newest_arrival(connection: Connection, domain_id: int, since: date) -> datetime | None:
    """Return when the newest report about a day since `since` arrived."""
    part, report = table(ReportDomain).c, table(Report).c
    statement = (
        select(func.max(report.arrived_at))
        .join(table(ReportDomain), part.report_id == report.id)
        .where(part.domain_id == domain_id, part.day >= since)
    )
    return connection.execute(statement).scalar()


def overview(connection: Connection, first: date, last: date) -> Sequence[DomainTotal]:
    """Return every domain with its sessions in a stretch of days, by name."""
    domain, any_day = table(Domain).c, table(DomainDay).alias().c
    newest = select(func.max(any_day.day)).where(any_day.domain_id == domain.id).correlate(table(Domain))
    statement = (
        select(
            table(Domain),
            newest.scalar_subquery().label("newest"),
            *(func.sum(_DAY[name]).label(name) for name in ("reports", "successful", "failed")),
        )
        .outerjoin(table(DomainDay), and_(_DAY.domain_id == domain.id, _DAY.day.between(first, last)))
        .group_by(domain.id)
        .order_by(domain.name)
    )
    return [
        DomainTotal(
            name=row.name,
            registered=row.registered_at is not None,
            reports=whole(row.reports),
            sessions=_sessions(row.successful, row.failed),
            newest_day=row.newest,
            failure_rate=row.failure_rate,
            min_failures=row.min_failures,
        )
        for row in connection.execute(statement)
    ]
