"""`reports DOMAIN`: the reports about a domain, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339, window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, WHAT_UNKNOWN_IS, Subject, asked_about
from commands.no_data import Reception, Waiting, no_data_yet, none_in_these_days
from commands.paging import A_PAGE, Page, Wanted, page_actions, wanted_page
from commands.period import Period, Window
from commands.phrases import age, count, days, plural
from commands.question import Command, Question
from commands.reply import Reply, Table, Tone
from commands.waiting import reception_of, waiting_for
from storage.arrival import DkimVerdict
from storage.domain_name import UNKNOWN_DOMAIN
from storage.reports import ReportLine, count_reports, list_reports

STANDINGS = {
    "counted": "counts",
    "held": "held back: not verified by DKIM",
    "revised": "replaced by a later version",
    "outranked": "a verified version counts instead",
    "twin": "counts once, under another id",
}
NOTE_ON_UNKNOWN = f"{WHAT_UNKNOWN_IS} `report ID` shows what one names."


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer says."""

    subject: Subject
    window: Window
    page: Page
    lines: list[ReportLine]
    """Those of the page."""
    waiting: Waiting


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    name, period = question.values["domain"], question.values.get("period")
    wanted = wanted_page(question, context.asker)
    now = context.clock()
    found = await context.read(lambda c: load(c, name, period, wanted, now))
    return present(found, question, reception_of(context), now)


REPORTS = Command(
    name="reports",
    summary="The reports about a domain, newest first",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
        A_PAGE,
    ),
    examples=("reports example.com", "reports example.com 2026-03-01", "reports example.com page=2"),
)


def load(connection: Connection, name: str, period: Period | None, wanted: Wanted, now: datetime) -> Facts:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, now.date())
    stretch = (connection, subject.record.id, span.first, span.last)
    page = wanted.of(count_reports(*stretch))
    lines = list_reports(*stretch, page.rows, page.start)
    return Facts(subject, span, page, lines, waiting_for(connection, subject, now))


def present(facts: Facts, question: Question, reception: Reception, now: datetime) -> Reply:
    """Say it. Pure."""
    subject, span, page = facts.subject, facts.window, facts.page
    heads = ("Id", "Day", "Reporter", "Secure", "Failed", "DKIM", "State", "Came")
    rows = tuple(_row(line, now) for line in facts.lines)
    when = days(span.first, span.last, now.date())
    return Reply(
        title=f"{subject.shown}: {plural(page.total, 'report')}, {when}{page.in_words}.",
        tone=Tone.PLAIN if rows else Tone.NO_DATA,
        sentences=() if rows else tuple(_missing(facts, reception, now)),
        tables=(Table(heads, rows, numeric=frozenset({0, 3, 4})),) if rows else (),
        notes=(NOTE_ON_UNKNOWN,) if rows and subject.record.name == UNKNOWN_DOMAIN else (),
        next_step=f"report {facts.lines[0].id}" if rows else f"status {subject.record.name}",
        actions=page_actions(question, page),
        data={
            "domain": subject.record.name,
            **window_data(span),
            **page.as_data(len(rows)),
            "reports": [_data(line) for line in facts.lines],
        },
    )


def _missing(facts: Facts, reception: Reception, now: datetime) -> list[str]:
    if facts.subject.newest_day is None:
        return no_data_yet(facts.subject, facts.waiting, reception)
    return none_in_these_days(facts.subject, facts.window, REPORTS.name, now.date())


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
