"""All that `status DOMAIN` rests on, loaded in one state of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from commands.change_notes import Changes, changes_in
from commands.domain_names import Subject, asked_about
from commands.faults import Fault, faults
from commands.no_data import Waiting
from commands.period import Period, Window
from commands.waiting import waiting_for
from storage import alerts, totals
from storage.daily_failures import TypeOfDay, failures_by_day, largest_types
from storage.failure_totals import by_failure
from storage.totals import DayTotal, PolicyTotal, ReportCount, Sessions


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer says."""

    subject: Subject
    window: Window
    sessions: Sessions
    previous: Sessions
    daily: tuple[DayTotal, ...]
    failed_by_day: Mapping[date, Sequence[TypeOfDay]]
    policies: tuple[PolicyTotal, ...]
    faults: tuple[Fault, ...]
    types_left_out: int
    """Failure types that are not among the faults: there are too many."""
    count: ReportCount
    alerts: tuple[alerts.AlertRecord, ...]
    newest_sessions: Sessions
    newest_arrival: datetime | None
    changes: Changes
    waiting: Waiting


def load(connection: Connection, name: str, period: Period | None, now: datetime) -> Facts:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, now.date())
    record = subject.record
    newest = subject.newest_day
    stretch = (connection, record.id, span.first, span.last)
    previous = Sessions()
    if span.previous_first and span.previous_last:
        previous = totals.sessions(connection, record.id, span.previous_first, span.previous_last)
    failures = by_failure(*stretch)
    return Facts(
        subject=subject,
        window=span,
        sessions=totals.sessions(*stretch),
        previous=previous,
        daily=tuple(totals.by_day(*stretch)),
        failed_by_day=failures_by_day(*stretch, largest_types(failures.parts)),
        policies=tuple(totals.by_policy(*stretch)),
        faults=tuple(faults(failures.parts)),
        types_left_out=failures.types_left_out,
        count=totals.report_count(*stretch),
        alerts=tuple(alerts.open_alerts(connection, record.id)),
        newest_sessions=totals.sessions(connection, record.id, newest, newest) if newest else Sessions(),
        newest_arrival=totals.newest_arrival(connection, record.id, newest) if newest else None,
        changes=changes_in(connection, record.id, span, now.date()),
        waiting=waiting_for(connection, subject, now),
    )
