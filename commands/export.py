"""`export DOMAIN [PERIOD] [csv|json]`: the reports about a domain as a file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from commands.context import Context
from commands.data import window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, Subject, asked_about
from commands.export_formats import CSV, JSON, MEDIA_TYPES, lines_of
from commands.no_data import Reception, Waiting, no_data_yet, none_in_these_days
from commands.period import Period, Window
from commands.phrases import days, plural
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.reply import Attachment, Reply, Tone
from commands.waiting import reception_of, waiting_for
from storage.export import Scope, count_rows, export_rows
from storage.reports import count_reports

LARGEST_FILE = 8 * 2**20
"""Bytes; what every platform takes as an attached file."""
MEBIBYTE = 2**20
HOW_ELSE = "Ask for fewer days, or let the program write all of it, in the folder in which the bot runs:"
LONGEST_NAME = 100
"""Characters of the domain in a file's name, so that every file system takes it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was found, in one state of the database."""

    subject: Subject
    window: Window
    form: str
    reports: int
    rows: int
    waiting: Waiting
    file: bytes | None = None
    """None when it is larger than `LARGEST_FILE`, or was not asked for."""


async def answer(question: Question, context: Context) -> Reply:
    """Load and present; a domain that nobody knows is the asker's mistake."""
    name, period = question.values["domain"], question.values.get("period")
    form = question.values.get("format", CSV)
    now = context.clock()
    found = await context.read(lambda connection: load(connection, name, period, now, form))
    return present(found, reception_of(context), now.date())


EXPORT = Command(
    name="export",
    summary="The reports about a domain as a file, a row for each policy and each failure",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
        Parameter("format", Kind.CHOICE, "csv unless said", choices=(CSV, JSON)),
    ),
    examples=("export example.com", "export example.com 2026-03 json"),
)


def load(connection: Connection, name: str, period: Period | None, now: datetime, form: str) -> Exported:
    """Return the file and what it holds. Raises UsageError `unknown-domain`."""
    found = find(connection, name, period, now, form)
    return replace(found, file=gathered(lines(connection, found), LARGEST_FILE))


def find(connection: Connection, name: str, period: Period | None, now: datetime, form: str) -> Exported:
    """Return what the file will hold. Raises UsageError `unknown-domain`."""
    subject, span = asked_about(connection, name, period, now.date())
    if not subject.known:
        raise UsageError("unknown-domain", " ".join(subject.unknown_sentences()))
    stretch = (connection, subject.record.id, span.first, span.last)
    return Exported(
        subject=subject,
        window=span,
        form=form,
        reports=count_reports(*stretch),
        rows=count_rows(*stretch),
        waiting=waiting_for(connection, subject, now),
    )


def lines(connection: Connection, found: Exported) -> Iterator[str]:
    """Give the lines of the file as they are read."""
    scope = Scope(found.subject.record.id, found.subject.record.name)
    return lines_of(export_rows(connection, [scope], found.window.first, found.window.last), found.form)


def gathered(parts: Iterable[str], most: int) -> bytes | None:
    """Return lines as one file; None when it has more than `most` bytes, of which no more are read than needed."""
    file = bytearray()
    for line in parts:
        file += line.encode("utf-8")
        if len(file) > most:
            return None
    return bytes(file)


def present(found: Exported, reception: Reception, today: date) -> Reply:
    """Say it. Pure."""
    if not found.reports:
        return _nothing(found, reception, today)
    if found.file is None:
        return _too_large(found, today)
    attachment = Attachment(file_name(found), MEDIA_TYPES[found.form], found.file)
    return replace(_whole(found, len(found.file), today), attachments=(attachment,))


def present_saved(found: Exported, size: int, reception: Reception, today: date) -> Reply:
    """Say it where the file is written elsewhere; `size` is in bytes. Pure."""
    return _whole(found, size, today) if found.reports else _nothing(found, reception, today)


def _whole(found: Exported, size: int, today: date) -> Reply:
    return Reply(
        title=f"{_about(found, today)}: {_amount(found)}.",
        sentences=("The sums of the policy rows whose `counted` is true are the totals of `status`.",),
        next_step=f"status {_typed(found)}",
        data=_data(found, size),
    )


def _too_large(found: Exported, today: date) -> Reply:
    name = found.subject.record.name
    period = f"{found.window.first}..{found.window.last}"
    return Reply(
        title=f"{_about(found, today)}: {_amount(found)}, too much for a message.",
        tone=Tone.INFO,
        sentences=(f"{LARGEST_FILE // MEBIBYTE} MiB is the most. {HOW_ELSE}",),
        code=f"tlsrpt-bot export --domain {name} {period} --format {found.form} > {file_name(found)}",
        next_step=f"export {name} {found.window.last} {found.form}",
        data=_data(found, None),
    )


def _nothing(found: Exported, reception: Reception, today: date) -> Reply:
    subject = found.subject
    missing = none_in_these_days(subject, found.window, EXPORT.name, today)
    if subject.newest_day is None:
        missing = no_data_yet(subject, found.waiting, reception)
    return Reply(
        title=f"{_about(found, today)}: no reports, so there is no file.",
        tone=Tone.NO_DATA,
        sentences=tuple(missing),
        next_step=f"export {subject.record.name} all" if subject.newest_day else f"status {subject.record.name}",
        data=_data(found, None),
    )


def file_name(found: Exported) -> str:
    """Name the file by what is in it."""
    name = found.subject.record.name[:LONGEST_NAME]
    return f"tlsrpt-{name}-{found.window.first}-to-{found.window.last}.{found.form}"


def _about(found: Exported, today: date) -> str:
    return f"{found.subject.shown}, {days(found.window.first, found.window.last, today)}"


def _amount(found: Exported) -> str:
    return f"{plural(found.rows, 'row')} of {plural(found.reports, 'report')}"


def _typed(found: Exported) -> str:
    return f"{found.subject.record.name} {found.window.first}..{found.window.last}"


def _data(found: Exported, size: int | None) -> dict[str, object]:
    return {
        "domain": found.subject.record.name,
        **window_data(found.window),
        "format": found.form,
        "reports": found.reports,
        "rows": found.rows,
        "file": file_name(found) if size is not None else None,
        "bytes": size,
    }
