"""Alerts as they are stored: one row for each fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from storage.tables import Alert, Domain, table

_ALERT = table(Alert).c
RESOLVED = "resolved"
_NOT_OVER = ("open", "acked", "snoozed")


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One fault, from the day it was noticed until it is over. Days are the UTC days of the evidence."""

    id: int
    domain_id: int
    domain: str
    rule: str
    severity: str
    state: str
    result_types: tuple[str, ...]
    mx_hosts: tuple[str, ...]
    reporters: tuple[str, ...]
    first_day: date
    last_day: date
    opened_at: datetime
    resolved_at: datetime | None
    failed: int
    total: int
    baseline_rate: float | None
    message: str


def open_alerts(connection: Connection, domain_id: int | None = None) -> list[AlertRecord]:
    """Return what is not over, of one domain or of all, oldest first."""
    condition = [_ALERT.state.in_(_NOT_OVER)]
    if domain_id is not None:
        condition.append(_ALERT.domain_id == domain_id)
    return _alerts(connection, *condition)


def open_alert_by_id(connection: Connection, alert_id: int) -> AlertRecord | None:
    """Return an alert unless it is over."""
    return next(iter(_alerts(connection, _ALERT.id == alert_id, _ALERT.state.in_(_NOT_OVER))), None)


def strangers_since(connection: Connection, since: datetime, most: int) -> int:
    """Count the alerts of domains that are not registered, opened since then and not over; no further than `most`."""
    found = (
        select(_ALERT.id)
        .join(table(Domain))
        .where(_ALERT.state.in_(_NOT_OVER), _ALERT.opened_at >= since, table(Domain).c.registered_at.is_(None))
        .limit(most)
    )
    return connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def known_on(connection: Connection, domain_id: int, day: date) -> list[AlertRecord]:
    """Return the alerts that know a domain's day: those that are not over, then those whose evidence goes so far."""
    reaches = or_(_ALERT.state.in_(_NOT_OVER), _ALERT.last_day >= day)
    found = _alerts(connection, _ALERT.domain_id == domain_id, reaches)
    return sorted(found, key=lambda alert: (alert.state == RESOLVED, alert.id))


def _alerts(connection: Connection, *conditions: ColumnElement[bool]) -> list[AlertRecord]:
    statement = select(table(Alert), table(Domain).c.name.label("domain")).join(table(Domain))
    return [_record(row) for row in connection.execute(statement.where(*conditions).order_by(_ALERT.id))]


def open_alert(connection: Connection, values: Mapping[str, Any]) -> int:
    """Store a new alert and return its id."""
    statement = table(Alert).insert().values(dict(values)).returning(_ALERT.id)
    return int(connection.execute(statement).scalar_one())


def change_alert(connection: Connection, alert_id: int, values: Mapping[str, Any]) -> None:
    connection.execute(update(table(Alert)).where(_ALERT.id == alert_id).values(dict(values)))


def _record(row: Any) -> AlertRecord:
    values = {name: getattr(row, name) for name in AlertRecord.__slots__}
    return AlertRecord(**values | {name: tuple(values[name]) for name in ("result_types", "mx_hosts", "reporters")})
