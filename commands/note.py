"""`note DOMAIN text` keeps a change in the words of whoever made it; `note DOMAIN` lists, `note remove ID` undoes."""

from datetime import datetime

from sqlalchemy import Connection

from commands import typed_values
from commands.change_notes import notes_data
from commands.context import Context
from commands.domain_names import Subject, look_up
from commands.phrases import day, noted, plural
from commands.question import Asker, Command, Kind, Parameter, Question, UsageError
from commands.reply import Reply, Table, Tone
from storage import notes
from storage.domain_name import display_domain
from storage.notes import NoteRecord

REMOVE = "remove"
MOST_A_DAY = 20
"""Notes about one domain on one UTC day, by all people together."""
MOST_ROWS = 20
"""Notes in a list; the newest ones are wanted."""


async def answer(question: Question, context: Context) -> Reply:
    """Write a note, take one back, or list them."""
    name, text = question.values["domain"], question.values.get("text")
    if name == REMOVE:
        return await _remove(text or "", context)
    subject = await context.read(lambda connection: look_up(connection, name))
    if not subject.known:
        raise UsageError(
            "unknown-domain", " ".join([*subject.unknown_sentences(), f"`domain add {name}` registers it."])
        )
    if text is None:
        return await _list(subject, context)
    return await _write(subject, text, context)


NOTE = Command(
    name="note",
    summary="Note a change: it shows on charts and in alerts of the days after; without a text: list them",
    answer=answer,
    parameters=(
        Parameter("domain", Kind.DOMAIN, f"a policy domain; or `{REMOVE}`", required=True, choices=(REMOVE,)),
        Parameter("text", Kind.TEXT, f"what changed; after `{REMOVE}` the id of a note, which takes it back"),
    ),
    examples=("note example.com mx1 certificate rotated", "note example.com", f"note {REMOVE} 17"),
)


async def _write(subject: Subject, text: str, context: Context) -> Reply:
    now = context.clock()

    def write(connection: Connection) -> NoteRecord | None:
        today = now.date()
        if notes.count_notes(connection, subject.record.id, today, today) >= MOST_A_DAY:
            return None
        return notes.write_note(connection, subject.record.id, context.asker.name, text, now)

    written = await context.change(write)
    if written is None:
        raise UsageError(
            "too-many-notes",
            f"{subject.shown} has {MOST_A_DAY} notes of today, which is the most. `note {subject.record.name}` lists "
            f"them; `note {REMOVE} ID` takes one back.",
        )
    return present_written(written, now)


def present_written(note: NoteRecord, now: datetime) -> Reply:
    """Say what was noted and how to undo it. Pure."""
    return Reply(
        title=f"Noted for {display_domain(note.domain)}, {day(note.day, now.date())}.",
        tone=Tone.OK,
        sentences=(
            note.text,
            (
                "It shows on the chart and in alerts about today and the three days after. "
                f"`note {REMOVE} {note.id}` takes it back."
            ),
        ),
        next_step=f"status {note.domain}",
        private=False,
        data={"domain": note.domain, "notes": notes_data([note])},
    )


async def _remove(typed: str, context: Context) -> Reply:
    number = typed_values.number(typed)
    if number is None:
        raise UsageError("bad-number", f"Which one? `note DOMAIN` lists notes with their ids; then `note {REMOVE} 17`.")

    def remove(connection: Connection) -> NoteRecord | None:
        note = notes.find_note(connection, number)
        if note is not None and _may_remove(note, context.asker):
            notes.remove_note(connection, number)
        return note

    note = await context.change(remove)
    if note is None:
        raise UsageError("unknown-note", f"There is no note {number}. `note DOMAIN` lists them.")
    if not _may_remove(note, context.asker):
        raise UsageError("not-allowed", f"Note {number} is by {note.author}: only they and admins take it back.")
    return Reply(
        title=f"Note {note.id} about {display_domain(note.domain)} is taken back.",
        tone=Tone.OK,
        sentences=(f"It was: {noted(note, context.today)}",),
        next_step=f"note {note.domain}",
        private=False,
        data={"domain": note.domain, "removed": note.id},
    )


def _may_remove(note: NoteRecord, asker: Asker) -> bool:
    return asker.is_admin or note.author == asker.name


async def _list(subject: Subject, context: Context) -> Reply:
    def load(connection: Connection) -> tuple[list[NoteRecord], int]:
        domain_id = subject.record.id
        return notes.newest_notes(connection, domain_id, MOST_ROWS), notes.count_notes(connection, domain_id)

    return present_list(subject, *await context.read(load))


def present_list(subject: Subject, newest: list[NoteRecord], number: int) -> Reply:
    """List the newest notes. Pure."""
    name = subject.record.name
    rows = tuple((str(note.id), note.day.isoformat(), note.author, note.text) for note in newest)
    table = Table(("Id", "Day", "By", "Note"), rows, numeric=frozenset({0}), more=number - len(rows))
    month = f"{newest[-1].day:%Y-%m}" if number > len(rows) else ""
    older = f"Older ones show in the answer for their month, such as `status {name} {month}`." if month else ""
    return Reply(
        title=f"{subject.shown}: {plural(number, 'note')}.",
        sentences=tuple(filter(None, (older,))),
        tables=(table,) if rows else (),
        notes=(f"`note {REMOVE} ID` takes one back.",) if rows else (),
        next_step=f"status {name}",
        data={"domain": name, "total": number, "notes": notes_data(newest)},
    )
