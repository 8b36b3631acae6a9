"""`report ID`: one report in full, with the original attached."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339
from commands.paging import A_PAGE, Page, page_actions, wanted_page
from commands.phrases import age
from commands.question import Command, Kind, Parameter, Platform, Question, UsageError
from commands.reply import Field, Reply, Tone
from commands.report_data import report_data
from commands.report_original import attached, why_not_attached
from commands.report_proof import dkim_in_full, missing_proof, trust_in_words
from commands.report_tables import number_of_rows, policy_texts, tables
from commands.reports import STANDINGS
from storage.domain_name import display_domain
from storage.reports import FullReport, PolicyEntry, full_report

TERMINAL_DETAILS = 30
"""Rows of a page, of each table; in a chat as many as of any page."""


async def answer(question: Question, context: Context) -> Reply:
    """Load and present; an id that nobody has is the asker's mistake."""
    number = question.values["id"]
    found = await context.read(lambda connection: load(connection, number))
    if found is None:
        raise UsageError("unknown-report", f"There is no report {number}. `reports DOMAIN` lists them.", "report ID")
    page = wanted_page(question, context.asker, terminal=TERMINAL_DETAILS).of(number_of_rows(found))
    reply = present(found, page, context.asker.platform, context.clock())
    return replace(reply, actions=page_actions(question, page))


REPORT = Command(
    name="report",
    summary="One report in full, with the original attached",
    answer=answer,
    parameters=(Parameter("id", Kind.NUMBER, "the number that `reports` shows", required=True), A_PAGE),
    examples=("report 17",),
)


def load(connection: Connection, number: int) -> FullReport | None:
    """Return the report with all that is odd about it, in one state of the database; None when there is none."""
    found = full_report(connection, number)
    return replace(found, marks=(*found.marks, *missing_proof(connection, found))) if found else None


def present(found: FullReport, page: Page, platform: Platform, now: datetime) -> Reply:
    """Say it; the tables page by page, and machines get all at once. The original goes with the first page. Pure."""
    entries = found.policies
    failed = any(entry.failed for entry in entries)
    reporter = found.reporter or "(not named)"
    files = attached(found, platform)
    return Reply(
        title=f"Report {found.id}: {reporter} about {_about(entries)}, {found.day}{page.in_words}",
        tone=Tone.WARNING if failed else Tone.PLAIN,
        sentences=(*_sentences(found, has_file=bool(files)), *_marks(found)),
        fields=tuple(_fields(found, now)),
        tables=tuple(tables(found, page)),
        code=policy_texts(found, page),
        next_step=f"status {entries[0].domain} {found.day}" if entries else "status",
        attachments=files if page.number == 1 else (),
        data={"report": [report_data(found)]},
    )


def _about(entries: Sequence[PolicyEntry]) -> str:
    names = list(dict.fromkeys(display_domain(entry.domain) for entry in entries))
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else "no domain"


def _sentences(found: FullReport, *, has_file: bool) -> list[str]:
    said = []
    if found.standing != "counted":
        said.append(f"It is kept and not counted: {STANDINGS[found.standing]}.")
    if found.longer_than_a_day:
        said.append("It covers more than a day; all of it stands on its first day, and rules about days leave it out.")
    if not has_file:
        said.append(why_not_attached(found))
    return said


def _marks(found: FullReport) -> list[str]:
    """Return what had to be mended or is odd, numbered: some twenty sentences are kept with a report at most."""
    numbered = [f"{number}. {mark}" for number, mark in enumerate(found.marks, 1)]
    return ["What was mended in it, or is odd about it:", *numbered] if numbered else []


def _fields(found: FullReport, now: datetime) -> list[Field]:
    name = found.original.name if found.original else ""
    came = f"{rfc3339(found.arrived_at)} by {found.source}, {age(found.arrived_at, now)} ago"
    fields = [
        Field("Organisation", found.organisation or "(not named)"),
        Field("Contact", found.contact_info or "–"),
        Field("Report id", found.report_id or "–"),
        Field("From", rfc3339(found.started_at) or "not readable"),
        Field("To", rfc3339(found.ended_at) or "not readable"),
        Field("Came", f"{came}, as {name}" if name else came),
        Field("DKIM", dkim_in_full(found)),
        Field("Trust", trust_in_words(found)),
    ]
    return [*fields, Field("Copies", f"came {found.copies} times, counts once")] if found.copies > 1 else fields
