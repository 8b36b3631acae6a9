"""Alerts put into a database as if the rules had opened them."""

from typing import Any

from sqlalchemy import insert, select

from storage.database import Database
from storage.tables import Alert, Domain, table
from tests.builders import DAY, NOW


def open_alert(db: Database, severity: str = "warning", domain: str = "example.com", **more: Any) -> None:
    """Store an alert of a domain that is known."""
    values: dict[str, Any] = {
        "rule": "failure-rate",
        "severity": severity,
        "state": "open",
        "result_types": ["certificate-expired"],
        "mx_hosts": ["mx1.example.com"],
        "reporters": ["sender.example"],
        "first_day": DAY,
        "last_day": DAY,
        "opened_at": NOW,
        "failed": 6,
        "total": 100,
        "message": "TLS fails, mail is delivered without protection. The certificate has expired.",
    }
    with db.writing() as connection:
        domain_id = connection.execute(select(table(Domain).c.id).where(table(Domain).c.name == domain)).scalar_one()
        connection.execute(insert(table(Alert)).values(values | {"domain_id": domain_id} | more))


def alerts(db: Database, *columns: str) -> list[tuple[Any, ...]]:
    """Return the alerts in the order in which they were opened."""
    target = table(Alert)
    with db.reading() as connection:
        found = connection.execute(select(*(target.c[name] for name in columns)).order_by(target.c.id))
        return [tuple(row) for row in found]


def one_alert(db: Database) -> Any:
    """Return the only alert that there is."""
    with db.reading() as connection:
        return connection.execute(select(table(Alert))).one()
