"""The database: opened, read, and written in one durable transaction at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

from storage.database_file import FileIdentity, identity_of, let_go

BUSY_SECONDS = 5.0
"""How long a writer waits for another process that writes."""
DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
UNAVAILABLE = DAMAGED | {
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM),
}
"""Primary result codes that are the doing of a file, a disk or another process. All others are faults of ours."""
PRIMARY_CODE = 0xFF
"""The low byte of an extended result code."""


class DatabaseUnavailable(Exception):
    """The database is locked, full, damaged, or gone. Nothing was written; the same may succeed later."""


class DatabaseDamaged(DatabaseUnavailable):
    """The file is no sound database: nothing will succeed until an operator restores it."""


class Database:
    """Connections of one database. Safe to use from several threads; blocking, so call it off the loop."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            raise ValueError("only sqlite:/// databases are supported by this version")
        self.file = parsed.database or ""
        if self.file:
            Path(self.file).parent.mkdir(parents=True, exist_ok=True)
        self._identity: FileIdentity | None = None
        self._changing = Lock()
        self._readers = _engine(url, begin="BEGIN")
        self._writer = _engine(url, begin="BEGIN IMMEDIATE", pool_size=1, max_overflow=0)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database; DatabaseUnavailable when it cannot be read."""
        with _availability():
            self._check_file()
            with self._readers.begin() as connection:
                self._note_file()
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are on disk when the block ends, or not made at all when it raises."""
        with _availability():
            self._check_file()
            with self._writer.begin() as connection:
                before = self._note_file()
                yield connection
            if before != identity_of(self.file):
                raise DatabaseUnavailable(f"{self.file} was taken away while it was written")

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()

    def _note_file(self) -> FileIdentity | None:
        """Remember which file was opened; return it."""
        if self._identity is None:
            self._identity = identity_of(self.file)
        return self._identity

    def _check_file(self) -> None:
        """See to it that nothing is written into a file that has lost its name, and no empty one made in its place.

        Raises DatabaseUnavailable while there is no file, or another one and the old one is still in use.
        """
        if self._identity is None or identity_of(self.file) == self._identity:
            return
        with self._changing:
            found = identity_of(self.file)
            if found is None:
                raise DatabaseUnavailable(f"{self.file} is gone")
            if found != self._identity:
                if not let_go(self._readers, self._writer):
                    raise DatabaseUnavailable(f"{self.file} was replaced by another file")
                self._identity = found


@contextmanager
def _availability() -> Iterator[None]:
    try:
        yield
    except NoConnectionInTime as error:
        raise DatabaseUnavailable("another part of the program has held it for too long") from error
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY_CODE
        if code not in UNAVAILABLE:  # wrong values, wrong statements: our own fault
            raise
        if code in DAMAGED:
            raise DatabaseDamaged(f"the file is damaged, or no database: {error.orig}") from error
        raise DatabaseUnavailable(str(error.orig)) from error


def _engine(url: str, *, begin: str, **pool: Any) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **pool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin by itself: BEGIN IMMEDIATE is ours
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
