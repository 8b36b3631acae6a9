"""`reports DOMAIN`: the reports about a domain, newest first."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339, window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, Subject, asked_about
from commands.period import Period, Window
from commands.phrases import age, count, days, plural
from commands.question import Command, Question
from commands.reply import Reply, Table, Tone
from storage.arrival import DkimVerdict
from storage.reports import ReportLine, count_reports, list_reports

MOST_ROWS = 50
STANDINGS = {
    "counted": "counts",
    "held": "held back: not verified by DKIM",
    "revised": "replaced by a later version",
    "outranked": "a verified version counts instead",
    "twin": "counts once, under another id",
}

Loaded = tuple[Subject, Window, list[ReportLine], int]


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    period = question.values.get("period")
    found = await context.read(lambda c: load(c, question.values["domain"], period, context.today))
    return present(*found, context.clock())


REPORTS = Command(
    name="reports",
    summary="The reports about a domain, newest first",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
    ),
    examples=("reports example.com", "reports example.com 2026-03-01"),
)


def load(connection: Connection, name: str, period: Period | None, today: date) -> Loaded:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, today)
    stretch = (connection, subject.record.id, span.first, span.last)
    return subject, span, list_reports(*stretch, MOST_ROWS), count_reports(*stretch)


def present(subject: Subject, span: Window, found: list[ReportLine], number: int, now: datetime) -> Reply:
    """Say it. Pure."""
    heads = ("Id", "Day", "Reporter", "Secure", "Failed", "DKIM", "State", "Came")
    rows = tuple(_row(line, now) for line in found)
    return Reply(
        title=f"{subject.shown}: {plural(number, 'report')}, {days(span.first, span.last, now.date())}.",
        tone=Tone.PLAIN if found else Tone.NO_DATA,
        sentences=tuple(subject.unknown_sentences()),
        tables=(Table(heads, rows, numeric=frozenset({0, 3, 4}), more=number - len(rows)),) if rows else (),
        next_step=f"report {found[0].id}" if found else f"status {subject.record.name}",
        data={
            "domain": subject.record.name,
            **window_data(span),
            "total": number,
            "reports": [_data(line) for line in found],
        },
    )


def _row(line: ReportLine, now: datetime) -> tuple[str, ...]:
    return (
        str(line.id),
        line.day.isoformat(),
        line.reporter or "(not named)",
        count(line.successful),
        count(line.failed),
        dkim_in_words(line.dkim),
        STANDINGS[line.standing] + (f", came {line.copies} times" if line.copies > 1 else ""),
        f"{age(line.arrived_at, now)} ago",
    )


def dkim_in_words(verdict: str) -> str:
    """Say a DKIM verdict; one that was not reached for want of DNS is no fault of the sender."""
    return "key not found out (DNS)" if verdict == DkimVerdict.TEMPERROR else verdict


def _data(line: ReportLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "day": line.day.isoformat(),
        "reporter": line.reporter,
        "organization": line.organisation,
        "report_id": line.report_id,
        "successful": line.successful,
        "failed": line.failed,
        "dkim": line.dkim,
        "trust": line.trust,
        "counted": line.standing == "counted",
        "standing": line.standing,
        "arrived_at": rfc3339(line.arrived_at),
        "copies": line.copies,
    }
