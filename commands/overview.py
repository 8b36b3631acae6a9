"""`status` without a domain: every registered domain, worst first, then those that were merely seen in reports."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from commands.context import Context
from commands.data import sessions_data, window_data
from commands.paging import Page, page_actions, wanted_page
from commands.period import DEFAULT_PERIOD, Window, window
from commands.phrases import count, days, held_back, listing, percent, plural
from commands.question import Question
from commands.reply import Reply, Table, Tone
from commands.verdict import WORST_FIRST, verdict
from storage import alerts, totals
from storage.domain_name import display_domain
from storage.domains import Thresholds
from storage.totals import DomainTotal

MOST_ALERTS = 3
"""Numbers of alerts in one cell."""
LONGEST_CELL = 60
"""Characters of a name in a table; one long name would make the lines of all others unreadable."""
NOTHING_EXPECTED = (Tone.CRITICAL, Tone.WARNING, Tone.OK, Tone.NO_DATA)
"""The order of domains that are not registered, and of tones in the headline: what has no reports comes last."""


@dataclass(frozen=True, slots=True)
class Line:
    """One domain with its verdict."""

    total: DomainTotal
    tone: Tone
    open_alerts: tuple[int, ...]

    @property
    def rank(self) -> tuple[bool, int, float, str]:
        """Registered first, worst first, most failures first."""
        order = WORST_FIRST if self.total.registered else NOTHING_EXPECTED
        rate = -self.total.sessions.failure_rate
        return not self.total.registered, order.index(self.tone), rate, self.total.name


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    period = question.values.get("period")

    def load(connection: Connection) -> tuple[Window, list[Line], int]:
        oldest, newest = totals.days_with_any_data(connection)
        span = window(period or DEFAULT_PERIOD, today=context.today, oldest=oldest, newest=newest)
        found = totals.overview(connection, span.first, span.last)
        judged = lines(found, alerts.open_alerts(connection), context.thresholds)
        return span, judged, totals.held_reports(connection)

    span, found, held = await context.read(load)
    page = wanted_page(question, context.asker).of(len(found))
    if not found:
        return present_none(span, held, page)
    return replace(present(span, found, held, page, context.today), actions=page_actions(question, page))


def lines(found: Sequence[DomainTotal], open_: Sequence[alerts.AlertRecord], defaults: Thresholds) -> list[Line]:
    """Judge every domain and put the worst first. Pure."""
    by_domain: dict[str, list[alerts.AlertRecord]] = defaultdict(list)
    for alert in open_:
        by_domain[alert.domain].append(alert)
    judged = []
    for total in found:
        thresholds = Thresholds(
            total.failure_rate or defaults.failure_rate, total.min_failures or defaults.min_failures
        )
        mine = by_domain.get(total.name, [])
        severities = [alert.severity for alert in mine]
        tone = verdict(total.sessions, thresholds, severities, has_reports=total.reports > 0)
        judged.append(Line(total, tone, tuple(alert.id for alert in mine)))
    return sorted(judged, key=lambda line: line.rank)


def present(span: Window, found: Sequence[Line], held: int, page: Page, today: date) -> Reply:
    """Say one page of it. Pure."""
    given = page.for_machines(found)
    return Reply(
        title=f"{_summary(found)}, {days(span.first, span.last, today)}{page.in_words}.",
        tone=_overall(found),
        sentences=(held_back(held),) if held else (),
        tables=tuple(_tables(page.cut(found))),
        next_step=f"status {_worst(found).total.name}",
        data={
            **window_data(span),
            "held": held,
            **page.as_data(len(given)),
            "domains": [_data(line) for line in given],
        },
    )


def present_none(span: Window, held: int, page: Page) -> Reply:
    """Say how to begin. Pure."""
    return Reply(
        title="No domain is registered, and no report has come yet.",
        tone=Tone.NO_DATA,
        sentences=(
            "Register a domain with `domain add example.com`: the answer holds the DNS record to publish.",
            "To see the first report now, type `tlsrpt-bot send-report` in another terminal.",
        ),
        next_step="help",
        data={**window_data(span), "held": held, **page.as_data(0), "domains": []},
    )


def _summary(found: Sequence[Line]) -> str:
    words = {
        Tone.CRITICAL: "critical",
        Tone.WARNING: "with a warning",
        Tone.OK: "all right",
        Tone.NO_DATA: "without data",
    }
    parts = [(tone, sum(line.tone is tone for line in found)) for tone in WORST_FIRST]
    return f"{plural(len(found), 'domain')}: " + ", ".join(
        f"{number} {words[tone]}" for tone, number in parts if number
    )


def _overall(found: Sequence[Line]) -> Tone:
    """Return the worst that is wrong, be it of a stranger; else ok where any domain has data."""
    return min((line.tone for line in found), key=NOTHING_EXPECTED.index)


def _worst(found: Sequence[Line]) -> Line:
    """Return the line to look at next: the worst where anything is wrong, else the first."""
    wrong = (line for tone in (Tone.CRITICAL, Tone.WARNING) for line in found if line.tone is tone)
    return next(wrong, found[0])


def _tables(found: Sequence[Line]) -> list[Table]:
    groups = (("Registered", True), ("Seen in reports, not registered", False))
    tables = []
    for title, registered in groups:
        group = [line for line in found if line.total.registered is registered]
        if group:
            heads = ("Domain", "State", "Secure", "Failed", "Success", "Newest", "Alerts")
            rows = tuple(_row(line) for line in group)
            tables.append(Table(heads, rows, title=title, numeric=frozenset({2, 3, 4})))
    return tables


def _row(line: Line) -> tuple[str, ...]:
    total = line.total
    return (
        _cell(total.name),
        line.tone.value,
        count(total.sessions.successful),
        count(total.sessions.failed),
        percent(total.sessions.success_rate),
        total.newest_day.isoformat() if total.newest_day else "–",
        listing([str(alert) for alert in line.open_alerts], MOST_ALERTS) or "–",
    )


def _cell(name: str) -> str:
    """Leave the middle of a very long name out: its end says whose it is. The whole name stands in the data."""
    for shown in (display_domain(name), name):
        if len(shown) <= LONGEST_CELL:
            return shown
    return f"{name[: LONGEST_CELL // 2]}…{name[1 - LONGEST_CELL // 2 :]}"


def _data(line: Line) -> dict[str, Any]:
    sessions = line.total.sessions
    return {
        "domain": line.total.name,
        "registered": line.total.registered,
        "verdict": line.tone.value,
        "sessions": sessions_data(sessions),
        "success_rate": sessions.success_rate,
        "newest_day": line.total.newest_day.isoformat() if line.total.newest_day else None,
        "open_alerts": list(line.open_alerts),
    }
