"""How fresh is what is stored."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.tables import Report, table


def newest_arrival(connection: Connection) -> datetime | None:
    """Return when the newest report arrived (aware UTC), counted or not; None when there is none."""
    return connection.execute(select(func.max(table(Report).c.arrived_at))).scalar()
