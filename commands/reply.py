"""An answer before any platform has drawn it: frozen, plain text. Only renderers know markup, escapes and limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """State of what is said; every platform shows it as a sign and a word, never as a colour alone."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"
    NO_DATA = "no-data"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Field:
    """A short label with its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column heads. Every row has as many cells as there are heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    numeric: frozenset[int] = frozenset()
    """Columns that are aligned to the right."""
    more: int = 0
    """Rows that were left out."""


@dataclass(frozen=True, slots=True)
class DayBar:
    """Sessions of one UTC day."""

    day: date
    successful: int
    failed: int
    by_type: tuple[tuple[str, int], ...] = ()
    """(result type, failed sessions), the most first; they may add up to more or less than `failed`."""


@dataclass(frozen=True, slots=True)
class ChartNote:
    """A change that somebody noted on a UTC day."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Sessions by day, oldest first; days without data are left out."""

    title: str
    bars: tuple[DayBar, ...]
    notes: tuple[ChartNote, ...] = ()
    """Oldest first; they may stand on days without data."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button, and the command that does the same."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the answer."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `title` is the finding, `next_step` the last line: a command to type, or empty."""

    title: str
    tone: Tone = Tone.PLAIN
    sentences: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    chart: Chart | None = None
    tables: tuple[Table, ...] = ()
    code: str = ""
    """Text to copy as it is: a DNS record, a shell command."""
    notes: tuple[str, ...] = ()
    """Small print: freshness, evidence."""
    next_step: str = ""
    actions: tuple[Action, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    private: bool = True
    """Shown to the asker alone (reads), or to the channel (acts, alerts)."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The same for machines (`ask --json`)."""
