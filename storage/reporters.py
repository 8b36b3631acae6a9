"""Who reports about a domain: how much, when, and how well signed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from statistics import median_low
from typing import Any

from sqlalchemy import Connection, Row, select

from storage.arrival import Source
from storage.standing import Standing
from storage.tables import Report, ReportDomain, Reporter, table
from storage.totals import Sessions


@dataclass(frozen=True, slots=True)
class ReporterSummary:
    """One reporter in a stretch of days."""

    name: str
    organisation: str
    """What it calls itself in its newest report."""
    verified: bool
    reports: int
    held: int
    """Reports that are kept and not counted."""
    sessions: Sessions
    first_day: date
    last_day: date
    last_arrival: datetime
    usual_hour: int | None
    """UTC hour of the day at which its reports usually come (median); None where all were imported."""
    usual_delay_days: int | None
    """Days from the reported day to the arrival (median); None where all were imported."""
    dkim: Mapping[str, int]
    """Verdict -> reports that are counted or held."""


def reporters(connection: Connection, domain_id: int, first: date, last: date) -> list[ReporterSummary]:
    """Return the reporters of a domain's days, the one with the most sessions first."""
    report, part, who = table(Report).c, table(ReportDomain).c, table(Reporter).c
    columns = (who.id, who.name, who.is_signer, part.day, part.standing, part.successful, part.failed)
    statement = (
        select(*columns, report.organisation, report.dkim, report.arrived_at, report.source)
        .select_from(table(ReportDomain).join(table(Report)).join(table(Reporter), who.id == part.reporter_id))
        .where(part.domain_id == domain_id, part.day.between(first, last))
        .order_by(who.id, report.arrived_at)
    )
    rows: Sequence[Any] = connection.execute(statement).all()
    grouped = groupby(rows, key=lambda row: row.id)
    found = [_summary(list(group)) for _, group in grouped]
    return sorted(found, key=lambda one: (-one.sessions.total, one.name))


def _summary(rows: list[Row[Any]]) -> ReporterSummary:
    newest = rows[-1]
    counted = [row for row in rows if row.standing == Standing.COUNTED]
    held = [row for row in rows if row.standing == Standing.HELD]
    # When an imported file came says nothing about its reporter.
    received = [row for row in rows if row.source != Source.IMPORT]
    return ReporterSummary(
        name=newest.name,
        organisation=newest.organisation,
        verified=newest.is_signer,
        reports=len(counted),
        held=len(held),
        sessions=Sessions(sum(row.successful for row in counted), sum(row.failed for row in counted)),
        first_day=min(row.day for row in rows),
        last_day=max(row.day for row in rows),
        last_arrival=newest.arrived_at,
        usual_hour=median_low([row.arrived_at.hour for row in received]) if received else None,
        usual_delay_days=median_low([(row.arrived_at.date() - row.day).days for row in received]) if received else None,
        dkim=Counter(row.dkim for row in [*counted, *held]),
    )
