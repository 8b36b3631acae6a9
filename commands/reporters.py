"""`reporters DOMAIN`: who reports, how much, when, and how well signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339, sessions_data, window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, Subject, asked_about
from commands.no_data import Reception, Waiting, no_data_yet, none_in_these_days
from commands.paging import A_PAGE, Page, Wanted, page_actions, wanted_page
from commands.period import Period, Window
from commands.phrases import count, days, plural
from commands.question import Command, Question
from commands.reply import Reply, Table, Tone
from commands.waiting import reception_of, waiting_for
from storage.reporters import ReporterSummary, reporters

SPARE_DAYS = 2
"""How many days a reporter may be behind its usual delay before it is called late."""
SILENT_AFTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer says."""

    subject: Subject
    window: Window
    page: Page
    reporters: list[ReporterSummary]
    """Those of all pages."""
    waiting: Waiting


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    name, period = question.values["domain"], question.values.get("period")
    wanted = wanted_page(question, context.asker)
    now = context.clock()
    found = await context.read(lambda c: load(c, name, period, wanted, now))
    return present(found, question, reception_of(context), now)


REPORTERS = Command(
    name="reporters",
    summary="Who reports, how much, at which hour, last seen, DKIM verdicts",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
        A_PAGE,
    ),
    examples=("reporters example.com", "reporters example.com 90d"),
)


def load(connection: Connection, name: str, period: Period | None, wanted: Wanted, now: datetime) -> Facts:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, now.date())
    found = reporters(connection, subject.record.id, span.first, span.last)
    return Facts(subject, span, wanted.of(len(found)), found, waiting_for(connection, subject, now))


def present(facts: Facts, question: Question, reception: Reception, now: datetime) -> Reply:
    """Say it. Pure."""
    subject, span, page, found = facts.subject, facts.window, facts.page, facts.reporters
    when = days(span.first, span.last, now.date())
    given = page.for_machines(found)
    return Reply(
        title=f"{subject.shown}: {plural(len(found), 'reporter')}, {when}{page.in_words}.",
        tone=Tone.PLAIN if found else Tone.NO_DATA,
        sentences=tuple(_sentences(facts, reception, now.date())),
        tables=(_table(page.cut(found), now),) if found else (),
        next_step=f"reports {subject.record.name}" if found else f"status {subject.record.name}",
        actions=page_actions(question, page),
        data={
            "domain": subject.record.name,
            **window_data(span),
            **page.as_data(len(given)),
            "reporters": [_data(one, now) for one in given],
        },
    )


def _sentences(facts: Facts, reception: Reception, today: date) -> list[str]:
    held = sum(one.held for one in facts.reporters)
    if held:
        return [f"{plural(held, 'report')} held back: not verified by DKIM, and not counted."]
    if facts.reporters:
        return []
    if facts.subject.newest_day is None:
        return no_data_yet(facts.subject, facts.waiting, reception)
    return none_in_these_days(facts.subject, facts.window, REPORTERS.name, today)


def state(one: ReporterSummary, today: date) -> str:
    """Return `on time`, `late` or `silent`, measured by the reporter's own usual delay, or by a day."""
    expected = today - timedelta(days=max(one.usual_delay_days or 0, 1))
    behind = (expected - one.last_day).days
    if behind > SILENT_AFTER_DAYS:
        return "silent"
    return "late" if behind > SPARE_DAYS else "on time"


def _table(found: Sequence[ReporterSummary], now: datetime) -> Table:
    rows = tuple(
        (
            one.name or "(not named)",
            one.organisation if one.verified else "–",
            count(one.reports),
            count(one.sessions.successful),
            count(one.sessions.failed),
            _usual_arrival(one),
            one.last_day.isoformat(),
            state(one, now.date()),
            ", ".join(f"{verdict} {count(number)}" for verdict, number in sorted(one.dkim.items())) or "–",
        )
        for one in found
    )
    heads = (
        "Reporter",
        "Calls itself",
        "Reports",
        "Secure",
        "Failed",
        "Comes (UTC)",
        "Last day",
        "State",
        "DKIM",
    )
    return Table(heads, rows, numeric=frozenset({2, 3, 4}))


def _usual_arrival(one: ReporterSummary) -> str:
    if one.usual_hour is None or one.usual_delay_days is None:
        return "–"
    return f"{one.usual_hour:02d}:00, +{plural(one.usual_delay_days, 'day')}"


def _data(one: ReporterSummary, now: datetime) -> dict[str, Any]:
    return {
        "reporter": one.name,
        "organization": one.organisation,
        "verified": one.verified,
        "reports": one.reports,
        "held": one.held,
        "sessions": sessions_data(one.sessions),
        "first_day": one.first_day.isoformat(),
        "last_day": one.last_day.isoformat(),
        "last_seen": rfc3339(one.last_arrival),
        "usual_hour": one.usual_hour,
        "usual_delay_days": one.usual_delay_days,
        "state": state(one, now.date()),
        "dkim": dict(sorted(one.dkim.items())),
    }
