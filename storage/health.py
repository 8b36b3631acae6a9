"""Whether the database's file is sound."""

import time

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

STEPS = 100_000
"""Instructions of SQLite's machine between two looks at the clock."""


def damage(connection: Connection, seconds: float) -> str | None:
    """Check the whole file for so many seconds; return what is wrong, empty if nothing; None when time ran out."""
    driver = connection.connection.driver_connection
    ends_at = time.monotonic() + seconds
    driver.set_progress_handler(lambda: time.monotonic() > ends_at, STEPS)  # type: ignore[union-attr]
    try:
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except OperationalError:
        return None
    finally:
        driver.set_progress_handler(None, 0)  # type: ignore[union-attr]
    return "" if said == "ok" else str(said)
