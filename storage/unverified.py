"""Reports whose sender nothing proves: those that are held back, and the newest of those that count all the same."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from storage.arrival import Trust
from storage.recheck import next_try
from storage.tables import Domain, Original, Report, ReportDomain, Reporter, table

NEWEST_HELD = 5_000
"""Reports that are held back and looked at when they are summed up by reporter."""
NEWEST_COUNTED = 1_000
"""Reports that count and are looked at for those that are not verified."""
MOST_DOMAINS = 5
"""Names that a line holds."""
BEGINNING = 64 * 1024
"""Bytes of an original that are loaded for its header."""

_REPORT = table(Report).c


@dataclass(frozen=True, slots=True)
class UnverifiedLine:
    """A report as it stands in a list."""

    id: int
    day: date
    arrived_at: datetime
    reporter: str
    """The name that it gives itself."""
    contact_info: str
    source: str
    dkim: str
    held: bool
    standing: str
    domains: tuple[str, ...]
    """That it is about: the first few."""
    number_of_domains: int
    successful: int
    failed: int
    next_try: datetime | None
    """When its DKIM key is looked up again."""


@dataclass(frozen=True, slots=True)
class Group:
    """Reports of one reporter that are held back for one reason."""

    reporter: str
    source: str
    dkim: str
    reports: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """How a report came, as far as its original is kept."""

    envelope_from: str
    recipients: tuple[str, ...]
    media_type: str
    size: int
    """Bytes."""
    beginning: bytes
    next_try: datetime | None


def held_back(connection: Connection, limit: int, offset: int = 0) -> list[UnverifiedLine]:
    """Return a part of the reports that are held back, the newest first."""
    return _lines(connection, _newest(held=True).limit(limit).offset(offset))


def counted(connection: Connection, limit: int) -> list[UnverifiedLine]:
    """Return those of the newest reports that count though nothing proves who sent them."""
    newest = _newest(held=False).limit(NEWEST_COUNTED).subquery()
    unverified = select(newest).where(newest.c.trust == Trust.UNVERIFIED)
    return _lines(connection, unverified.order_by(newest.c.arrived_at.desc(), newest.c.id.desc()).limit(limit))


def held_groups(connection: Connection, limit: int) -> list[Group]:
    """Return who is held back and why, the most reports first, of the newest ones."""
    newest = _newest(held=True).limit(NEWEST_HELD).subquery()
    name, reports = table(Reporter).c.name, func.count().label("reports")
    columns = (name, newest.c.source, newest.c.dkim)
    statement = (
        select(*columns, reports)
        .join_from(newest, table(Reporter), table(Reporter).c.id == newest.c.reporter_id)
        .group_by(*columns)
        .order_by(reports.desc(), *columns)
        .limit(limit)
    )
    return [Group(*row) for row in connection.execute(statement)]


def envelope_of(connection: Connection, report_id: int) -> Envelope | None:
    """Return how a report came; None when its original is no longer kept."""
    original = table(Original).c
    statement = (
        select(
            *(original.envelope_from, original.recipients, original.media_type),
            func.length(original.body).label("size"),
            func.substr(original.body, 1, BEGINNING).label("beginning"),
            original.id,
        )
        .join_from(table(Report), table(Original), original.id == _REPORT.original_id)
        .where(_REPORT.id == report_id)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    return Envelope(
        row.envelope_from,
        tuple(row.recipients),
        row.media_type,
        row.size,
        row.beginning,
        next_try(connection, row.id),
    )


def _newest(*, held: bool) -> Select[Any]:
    columns = (
        *(_REPORT.id, _REPORT.reporter_id, _REPORT.original_id, _REPORT.day, _REPORT.arrived_at, _REPORT.contact_info),
        *(_REPORT.source, _REPORT.dkim, _REPORT.trust, _REPORT.held, _REPORT.standing),
    )
    is_so: ColumnElement[bool] = _REPORT.held if held else ~_REPORT.held
    return select(*columns).where(is_so).order_by(_REPORT.arrived_at.desc(), _REPORT.id.desc())


def _lines(connection: Connection, chosen: Select[Any]) -> list[UnverifiedLine]:
    rows = connection.execute(chosen).all()
    return [_line(connection, row) for row in rows]


def _line(connection: Connection, row: Row[Any]) -> UnverifiedLine:
    part = table(ReportDomain).c
    of_report = part.report_id == row.id
    name = select(table(Reporter).c.name).where(table(Reporter).c.id == row.reporter_id)
    sums = select(func.count(), func.sum(part.successful), func.sum(part.failed)).where(of_report)
    domains = (
        select(table(Domain).c.name)
        .join_from(table(ReportDomain), table(Domain), table(Domain).c.id == part.domain_id)
        .where(of_report)
        .order_by(part.domain_id)
        .limit(MOST_DOMAINS)
    )
    number, successful, failed = connection.execute(sums).one()
    return UnverifiedLine(
        id=row.id,
        day=row.day,
        arrived_at=row.arrived_at,
        reporter=connection.execute(name).scalar_one(),
        contact_info=row.contact_info,
        source=row.source,
        dkim=row.dkim,
        held=row.held,
        standing=row.standing,
        domains=tuple(connection.execute(domains).scalars()),
        number_of_domains=number,
        successful=successful or 0,
        failed=failed or 0,
        next_try=next_try(connection, row.original_id),
    )
