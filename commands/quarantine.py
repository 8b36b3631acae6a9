"""`quarantine`: the mails in which no report could be read, why, and what to do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from commands import quarantine_one
from commands.context import Context
from commands.paging import A_PAGE, Page, Wanted, page_actions, wanted_page
from commands.phrases import age, count, plural
from commands.quarantine_reasons import filed_as, in_words
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.reply import Reply, Table, Tone
from storage import quarantine_list
from storage.quarantine_list import Group, QuarantinedLine
from storage.quarantine_room import BOUNDS_OF_UNREADABLE, FILED, UNREADABLE

MOST_GROUPS = 8
"""Senders, with the reasons, that stand on top."""
SHOW, RETRY, DELETE, LIST_FILED = "show", "retry", "delete", "filed"
EVERY = "all"
NOT_SAID = "(not said)"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a list says."""

    page: Page
    lines: Sequence[QuarantinedLine]
    """Those of the page."""
    groups: Sequence[Group]
    filed: Mapping[str, int]
    """Mails by kind that are no reports and never were."""
    is_filed: bool
    """These are the ones that are listed."""


async def answer(question: Question, context: Context) -> Reply:
    """List, show one, read again, or delete one."""
    action, number = question.values.get("action", ""), question.values.get("id")
    if action == RETRY and "all" in question.values:
        return await quarantine_one.retry_all(context)
    if action in ("", LIST_FILED):
        wanted, now = wanted_page(question, context.asker), context.clock()
        facts = await context.read(lambda connection: load(connection, wanted, filed=bool(action)))
        return replace(present(facts, now), actions=page_actions(question, facts.page))
    if number is None:
        every = " or `quarantine retry all`" if action == RETRY else ""
        message = f"Which mail? `quarantine` lists them; then `quarantine {action} ID`{every}."
        raise UsageError("missing-argument", message)
    act = {SHOW: quarantine_one.show, RETRY: quarantine_one.retry, DELETE: quarantine_one.delete}[action]
    return await act(number, context)


QUARANTINE = Command(
    name="quarantine",
    summary="Mails in which no report could be read, why, and reading them again",
    answer=answer,
    parameters=(
        Parameter(
            "action",
            Kind.CHOICE,
            "what to do with one, or the DMARC reports, bounces and automatic replies; what is unreadable without it",
            choices=(SHOW, RETRY, DELETE, LIST_FILED),
        ),
        Parameter("id", Kind.NUMBER, "the number of the mail"),
        Parameter("all", Kind.CHOICE, "with `retry`: all that is unreadable", choices=(EVERY,)),
        A_PAGE,
    ),
    changes=lambda _: True,
    examples=(
        "quarantine",
        "quarantine show 17",
        "quarantine retry 17",
        "quarantine retry all",
        "quarantine delete 17",
    ),
)


def load(connection: Connection, wanted: Wanted, *, filed: bool) -> Facts:
    """Return the facts, in one state of the database."""
    kinds = FILED if filed else UNREADABLE
    page = wanted.of(quarantine_list.count_kept(connection, kinds))
    return Facts(
        page,
        quarantine_list.newest(connection, kinds, page.rows, page.start),
        quarantine_list.groups(connection, kinds, MOST_GROUPS),
        {kind.value: quarantine_list.count_kept(connection, (kind,)) for kind in sorted(FILED)},
        filed,
    )


def present(facts: Facts, now: datetime) -> Reply:
    """Say it. Pure."""
    page = facts.page
    is_news = bool(page.total) and not facts.is_filed
    tables = (groups_table(facts.groups), _lines_table(facts.lines, now))
    return Reply(
        title=_title(facts),
        tone=Tone.WARNING if is_news else Tone.OK,
        sentences=_sentences(facts),
        tables=tuple(table for table in tables if table.rows),
        notes=_notes(facts),
        next_step=f"quarantine show {facts.lines[0].id}" if facts.lines else "status",
        data={
            **page.as_data(len(facts.lines)),
            "groups": [{"sender": one.sender, "reason": one.reason, "mails": one.mails} for one in facts.groups],
            "mails": [quarantine_one.line_data(line) for line in facts.lines],
            "filed": dict(facts.filed),
        },
    )


def groups_table(groups: Sequence[Group]) -> Table:
    """Return who sent what cannot be read, and why."""
    rows = tuple((one.sender or NOT_SAID, in_words(one.reason), count(one.mails)) for one in groups)
    return Table(("Sender", "Why", "Mails"), rows, title="By sender and reason", numeric=frozenset({2}))


def _title(facts: Facts) -> str:
    page = facts.page
    if facts.is_filed:
        return f"{plural(page.total, 'mail')} filed: no TLS reports, and never were{page.in_words}."
    return (
        f"{plural(page.total, 'mail')} could not be read{page.in_words}." if page.total else "Every mail could be read."
    )


def _sentences(facts: Facts) -> tuple[str, ...]:
    if facts.is_filed or not facts.page.total:
        return ()
    keep = "They are kept as they came. `quarantine show ID` says more, with the original"
    return (f"{keep}; `quarantine retry all` reads them once more, which is worth a try after an upgrade.",)


def _notes(facts: Facts) -> tuple[str, ...]:
    notes = []
    filed = [filed_as(kind, number) for kind, number in facts.filed.items() if number]
    if filed and not facts.is_filed:
        notes.append(f"Filed as what they are: {', '.join(filed)}. `quarantine filed` lists them.")
    bounds = BOUNDS_OF_UNREADABLE
    if not facts.is_filed and any(one.mails >= bounds.mails_of_one for one in facts.groups):
        notes.append(f"Of one sender the newest {count(bounds.mails_of_one)} are kept, or fewer large ones.")
    return tuple(notes)


def _lines_table(lines: Sequence[QuarantinedLine], now: datetime) -> Table:
    rows = tuple(
        (
            str(one.id),
            f"{age(one.arrived_at, now)} ago",
            one.sender or NOT_SAID,
            count(one.size),
            in_words(one.reason),
        )
        for one in lines
    )
    heads = ("Id", "Came", "Sender", "Bytes", "Why")
    return Table(heads, rows, title="The newest first", numeric=frozenset({0, 3}))
