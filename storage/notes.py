"""Notes: what people changed on a day, in their own words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from storage.tables import Domain, Note, table

_NOTE = table(Note).c


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """One note; `day` is the UTC day on which it was written."""

    id: int
    domain: str
    day: date
    noted_at: datetime
    author: str
    text: str


def write_note(connection: Connection, domain_id: int, author: str, text: str, now: datetime) -> NoteRecord:
    """Store a note of today."""
    values = {"domain_id": domain_id, "day": now.date(), "noted_at": now, "author": author, "text": text}
    note_id = connection.execute(insert(table(Note)).values(values).returning(_NOTE.id)).scalar_one()
    return _notes(connection, _NOTE.id == note_id, limit=1)[0]


def find_note(connection: Connection, note_id: int) -> NoteRecord | None:
    return next(iter(_notes(connection, _NOTE.id == note_id, limit=1)), None)


def remove_note(connection: Connection, note_id: int) -> None:
    connection.execute(delete(table(Note)).where(_NOTE.id == note_id))


def newest_notes(connection: Connection, domain_id: int, limit: int) -> list[NoteRecord]:
    """Return the newest notes about a domain, newest first."""
    return _notes(connection, _NOTE.domain_id == domain_id, limit=limit)


def notes_between(connection: Connection, domain_id: int, first: date, last: date, limit: int) -> list[NoteRecord]:
    """Return the newest notes of some days (inclusive), newest first."""
    return _notes(connection, _NOTE.domain_id == domain_id, _NOTE.day.between(first, last), limit=limit)


def count_notes(connection: Connection, domain_id: int, first: date | None = None, last: date | None = None) -> int:
    """Count the notes about a domain, of all days or of some (inclusive)."""
    statement = select(func.count()).where(_NOTE.domain_id == domain_id)
    if first is not None and last is not None:
        statement = statement.where(_NOTE.day.between(first, last))
    return connection.execute(statement).scalar_one()


def _notes(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[NoteRecord]:
    columns: tuple[Any, ...] = (_NOTE.id, table(Domain).c.name, _NOTE.day, _NOTE.noted_at, _NOTE.author, _NOTE.text)
    statement = select(*columns).join(table(Domain)).where(*conditions)
    statement = statement.order_by(_NOTE.day.desc(), _NOTE.id.desc()).limit(limit)
    return [NoteRecord(*row) for row in connection.execute(statement)]
