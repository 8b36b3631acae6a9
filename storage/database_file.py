"""The file of the database: whether it is still the one that was opened."""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Engine, QueuePool


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Tells a file from others that had or will have its name."""

    device: int
    inode: int


def identity_of(file: str) -> FileIdentity | None:
    """Return what file has this name now; None when there is none."""
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return FileIdentity(found.st_dev, found.st_ino)


def let_go(*engines: Engine) -> bool:
    """Close all connections to a file that has lost its name; False while some are in use.

    Its log is emptied into it first. SQLite finds the log by name, and would play it back into the file that has taken
    the place.
    """
    if any(_pool(engine).checkedout() for engine in engines):
        return False
    with suppress(sqlite3.Error):
        for engine in engines:
            if _pool(engine).checkedin() and not _log_is_emptied(engine):
                return False
            engine.dispose()
        return True
    return False


def _log_is_emptied(engine: Engine) -> bool:
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((is_busy, *_),) = cursor.fetchall()
    return not is_busy


def _pool(engine: Engine) -> QueuePool:
    return cast("QueuePool", engine.pool)
