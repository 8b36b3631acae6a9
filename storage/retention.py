"""Removes what is kept for a while only: originals, and failure details. Small batches, so that nobody waits long."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, select, update

from storage.tables import Domain, Failure, Original, Report, table

MOST_ORIGINALS = 200
MOST_BYTES = 16 * 2**20
"""Of one batch; an original that is larger is a batch of its own."""
MOST_REPORTS = 50
DETAILS_REMOVED = "Its failure details are no longer kept."


def remove_originals(connection: Connection, before: datetime) -> int:
    """Remove a batch of the originals that were taken before a moment (aware UTC), and with them what was unreadable.

    An old mail from a mailbox or an archive is kept as long as a new one. Reports stay. Returns how many were removed:
    0 when none are left.
    """
    original = table(Original)
    size = func.length(original.c.body)  # SQLite and PostgreSQL know it without reading the body
    statement = select(original.c.id, size).where(original.c.kept_since < before).order_by(original.c.kept_since)
    old = _together([tuple(row) for row in connection.execute(statement.limit(MOST_ORIGINALS))])
    connection.execute(delete(original).where(original.c.id.in_(old)))
    return len(old)


def _together(sized: Sequence[tuple[int, int]]) -> list[int]:
    """Return the first ids whose sizes fit into one batch: at least one."""
    chosen: list[int] = []
    left = MOST_BYTES
    for id_, size in sized:
        if chosen and size > left:
            break
        chosen.append(id_)
        left -= size
    return chosen


def domains_with_details(connection: Connection, before: date) -> list[int]:
    """Return the ids of the domains that have failure details of days before one."""
    domain, failure = table(Domain).c.id, table(Failure).c
    has_any = select(failure.day).where(failure.domain_id == domain, failure.day < before).exists()
    return list(connection.execute(select(domain).where(has_any)).scalars())


def remove_details(connection: Connection, domain_id: int, before: date) -> int:
    """Remove the failure details of a batch of one domain's reports about days before one; the totals stay.

    Each report is marked. Returns how many reports there were: 0 when none are left.
    """
    failure, report = table(Failure), table(Report)
    old = select(failure.c.report_id).where(failure.c.domain_id == domain_id, failure.c.day < before)
    ids = list(connection.execute(old.distinct().limit(MOST_REPORTS)).scalars())
    if not ids:
        return 0
    connection.execute(delete(failure).where(failure.c.report_id.in_(ids)))
    for id_, marks in connection.execute(select(report.c.id, report.c.marks).where(report.c.id.in_(ids))).all():
        connection.execute(update(report).where(report.c.id == id_).values(marks=[*marks, DETAILS_REMOVED]))
    return len(ids)
