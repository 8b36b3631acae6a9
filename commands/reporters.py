"""`reporters DOMAIN`: who reports, how much, when, and how well signed."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import rfc3339, sessions_data, window_data
from commands.domain_names import A_DOMAIN, A_PERIOD, Subject, asked_about
from commands.period import Period, Window
from commands.phrases import count, days, plural
from commands.question import Command, Question
from commands.reply import Reply, Table, Tone
from storage.reporters import ReporterSummary, reporters

MOST_ROWS = 30
SPARE_DAYS = 2
"""How many days a reporter may be behind its usual delay before it is called late."""
SILENT_AFTER_DAYS = 7

Loaded = tuple[Subject, Window, list[ReporterSummary]]


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    period = question.values.get("period")
    found = await context.read(lambda c: load(c, question.values["domain"], period, context.today))
    return present(*found, context.clock())


REPORTERS = Command(
    name="reporters",
    summary="Who reports, how much, at which hour, last seen, DKIM verdicts",
    answer=answer,
    parameters=(
        A_DOMAIN,
        A_PERIOD,
    ),
    examples=("reporters example.com", "reporters example.com 90d"),
)


def load(connection: Connection, name: str, period: Period | None, today: date) -> Loaded:
    """Return the facts, in one state of the database."""
    subject, span = asked_about(connection, name, period, today)
    return subject, span, reporters(connection, subject.record.id, span.first, span.last)


def present(subject: Subject, span: Window, found: list[ReporterSummary], now: datetime) -> Reply:
    """Say it. Pure."""
    when = days(span.first, span.last, now.date())
    held = sum(one.held for one in found)
    sentences = subject.unknown_sentences()
    if held:
        sentences.append(f"{plural(held, 'report')} held back: not verified by DKIM, and not counted.")
    return Reply(
        title=f"{subject.shown}: {plural(len(found), 'reporter')}, {when}.",
        tone=Tone.PLAIN if found else Tone.NO_DATA,
        sentences=tuple(sentences),
        tables=(_table(found, now),) if found else (),
        next_step=f"reports {subject.record.name}" if found else f"status {subject.record.name}",
        data={
            "domain": subject.record.name,
            **window_data(span),
            "reporters": [_data(one, now) for one in found],
        },
    )


def state(one: ReporterSummary, today: date) -> str:
    """Return `on time`, `late` or `silent`, measured by the reporter's own usual delay."""
    expected = today - timedelta(days=max(one.usual_delay_days, 1))
    behind = (expected - one.last_day).days
    if behind > SILENT_AFTER_DAYS:
        return "silent"
    return "late" if behind > SPARE_DAYS else "on time"


def _table(found: list[ReporterSummary], now: datetime) -> Table:
    rows = tuple(
        (
            one.name or "(not named)",
            one.organisation if one.verified else "–",
            count(one.reports),
            count(one.sessions.successful),
            count(one.sessions.failed),
            f"{one.usual_hour:02d}:00, +{plural(one.usual_delay_days, 'day')}",
            one.last_day.isoformat(),
            state(one, now.date()),
            ", ".join(f"{verdict} {count(number)}" for verdict, number in sorted(one.dkim.items())),
        )
        for one in found[:MOST_ROWS]
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
    more = max(0, len(found) - MOST_ROWS)
    return Table(heads, rows, numeric=frozenset({2, 3, 4}), more=more)


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
