"""Whether the database's file is sound, and whether it can be read and written now."""

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


def read_a_little(connection: Connection) -> None:
    """Read one value, so that what keeps us from reading is raised."""
    connection.exec_driver_sql("SELECT max(id) FROM report").scalar()


def write_a_little(connection: Connection) -> None:
    """Write a value that nobody uses, so that what keeps us from writing (a full disk, a lock) is raised."""
    connection.exec_driver_sql("PRAGMA user_version = 0")
