"""`unverified`: the reports whose sender nothing proves, why, and how to let one count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from commands import unverified_one
from commands.context import Context
from commands.data import rfc3339
from commands.paging import A_PAGE, Page, Wanted, page_actions, wanted_page
from commands.phrases import age, count, plural
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.reply import Reply, Table, Tone
from commands.unverified_reasons import reason_of
from storage import unverified
from storage.domain_name import display_domain
from storage.totals import held_reports
from storage.unverified import NEWEST_HELD, Group, UnverifiedLine

MOST_GROUPS = 5
"""Reporters, with their reasons, that stand on top."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the list says."""

    page: Page
    held: Sequence[UnverifiedLine]
    """Those of the page."""
    groups: Sequence[Group]
    counted: Sequence[UnverifiedLine]
    """The newest that count all the same."""


async def answer(question: Question, context: Context) -> Reply:
    """List, show one, or admit one."""
    action, number = question.values.get("action", ""), question.values.get("id")
    if number is None and action:
        raise UsageError("missing-argument", f"Which report? `unverified` lists them; then `unverified {action} ID`.")
    if number is None:
        wanted, now = wanted_page(question, context.asker), context.clock()
        facts = await context.read(lambda connection: load(connection, wanted))
        return replace(present(facts, now), actions=page_actions(question, facts.page))
    if action == "admit":
        return await unverified_one.admit(number, context)
    return await unverified_one.show(number, question, context)


UNVERIFIED = Command(
    name="unverified",
    summary="Reports that are not verified, why, and letting one count",
    answer=answer,
    parameters=(
        Parameter("action", Kind.CHOICE, "what to do with one; all are listed without it", choices=("show", "admit")),
        Parameter("id", Kind.NUMBER, "the number of the report"),
        A_PAGE,
    ),
    changes=lambda _: True,
    examples=("unverified", "unverified show 17", "unverified admit 17"),
)


def load(connection: Connection, wanted: Wanted) -> Facts:
    """Return the facts, in one state of the database."""
    page = wanted.of(held_reports(connection))
    return Facts(
        page,
        unverified.held_back(connection, page.rows, page.start),
        unverified.held_groups(connection, MOST_GROUPS) if page.total else [],
        unverified.counted(connection, page.rows) if page.number == 1 else [],
    )


def present(facts: Facts, now: datetime) -> Reply:
    """Say it. Pure."""
    page = facts.page
    tables = [table for table in _tables(facts, now) if table.rows]
    verb = "is" if page.total == 1 else "are"
    first = next(iter((*facts.held, *facts.counted)), None)
    return Reply(
        title=f"{plural(page.total, 'report')} {verb} held back, not verified and not counted{page.in_words}."
        if page.total
        else "No report is held back.",
        tone=Tone.WARNING if page.total else Tone.OK,
        sentences=_sentences(facts),
        tables=tuple(tables),
        next_step=f"unverified show {first.id}" if first else "status",
        data={
            **page.as_data(len(facts.held)),
            "reasons": [_group_data(group) for group in facts.groups],
            "reports": [_line_data(line) for line in facts.held],
            "counted": [_line_data(line) for line in facts.counted],
        },
    )


def _sentences(facts: Facts) -> tuple[str, ...]:
    said = []
    if facts.page.total:
        said.append(
            "`unverified show ID` says why, with the original; `unverified admit ID` lets one count. "
            "A signed copy that comes later does so by itself."
        )
    if facts.page.total > NEWEST_HELD:
        said.append(f"Reasons are those of the newest {count(NEWEST_HELD)}.")
    if facts.counted:
        said.append(
            "The newest that count, though nothing proves who sent them, stand below: `unverified admit ID` vouches "
            "for one. Alone they raise a warning at most."
        )
    return tuple(said)


def _tables(facts: Facts, now: datetime) -> tuple[Table, ...]:
    groups = tuple(
        (one.reporter or "(not named)", reason_of(one.dkim, one.source).short, count(one.reports))
        for one in facts.groups
    )
    counted = facts.counted[: facts.page.rows]
    return (
        Table(("Reporter", "Why", "Reports"), groups, title="By reporter and reason", numeric=frozenset({2})),
        _table(facts.held, now, title="Held back"),
        _table(counted, now, title="Counted, and not verified"),
    )


def _table(lines: Sequence[UnverifiedLine], now: datetime, *, title: str) -> Table:
    heads = ("Id", "Came", "Reporter", "About", "Secure", "Failed", "Why")
    rows = tuple(_row(line, now) for line in lines)
    return Table(heads, rows, title=title, numeric=frozenset({0, 4, 5}))


def _row(line: UnverifiedLine, now: datetime) -> tuple[str, ...]:
    more = line.number_of_domains - 1
    about = display_domain(line.domains[0]) + (f" and {more} more" if more else "") if line.domains else "no domain"
    return (
        str(line.id),
        f"{age(line.arrived_at, now)} ago",
        line.reporter or "(not named)",
        about,
        count(line.successful),
        count(line.failed),
        reason_of(line.dkim, line.source).short,
    )


def _group_data(group: Group) -> dict[str, Any]:
    return {
        "reporter": group.reporter,
        "reason": reason_of(group.dkim, group.source).word,
        "reports": group.reports,
    }


def _line_data(line: UnverifiedLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "day": line.day.isoformat(),
        "arrived_at": rfc3339(line.arrived_at),
        "reporter": line.reporter,
        "contact_info": line.contact_info,
        "source": line.source,
        "dkim": line.dkim,
        "reason": reason_of(line.dkim, line.source).word,
        "held": line.held,
        "standing": line.standing,
        "domains": list(line.domains),
        "successful": line.successful,
        "failed": line.failed,
        "next_try": rfc3339(line.next_try),
    }
