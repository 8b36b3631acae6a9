"""Notes of changes within an answer about some days: on its chart, as lines, and for machines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from commands.data import rfc3339
from commands.period import Window
from commands.phrases import count, noted
from commands.reply import ChartNote
from storage.notes import NoteRecord, count_notes, notes_between

MOST_ON_A_CHART = 20
MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Changes:
    """The notes about a domain in some days."""

    newest: tuple[NoteRecord, ...] = ()
    """Newest first, at most `MOST_ON_A_CHART`."""
    total: int = 0


def changes_in(connection: Connection, domain_id: int, span: Window, today: date) -> Changes:
    """Return the notes of a window; one that ends with the last complete day reaches to the notes of today."""
    last = today if span.last >= today - timedelta(days=1) else span.last
    newest = notes_between(connection, domain_id, span.first, last, MOST_ON_A_CHART)
    whole = len(newest) < MOST_ON_A_CHART
    return Changes(tuple(newest), len(newest) if whole else count_notes(connection, domain_id, span.first, last))


def chart_notes(changes: Changes) -> tuple[ChartNote, ...]:
    return tuple(ChartNote(note.day, note.text) for note in reversed(changes.newest))


def note_sentences(changes: Changes, name: str, today: date) -> list[str]:
    """Tell the newest few, and how many more there are."""
    told = [f"Noted: {noted(note, today)}" for note in changes.newest[:MOST_LINES]]
    more = changes.total - len(told)
    return [*told, f"{count(more)} more of these days: `note {name}` lists the newest."] if more else told


def notes_data(notes: Iterable[NoteRecord]) -> list[dict[str, Any]]:
    return [
        {
            "id": note.id,
            "day": note.day.isoformat(),
            "noted_at": rfc3339(note.noted_at),
            "author": note.author,
            "text": note.text,
        }
        for note in notes
    ]
