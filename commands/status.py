"""`status DOMAIN`: the verdict in one sentence, and what it rests on. `status` alone is `commands.overview`."""

from datetime import date, datetime
from typing import Any

from commands import overview
from commands.change_notes import chart_notes, note_sentences, notes_data
from commands.context import Context
from commands.daily_chart import day_bars
from commands.data import rfc3339, sessions_data, window_data
from commands.domain_names import A_PERIOD, WHAT_UNKNOWN_IS
from commands.faults import Fault
from commands.no_data import Reception, no_data_yet
from commands.paging import A_PAGE
from commands.phrases import age, count, day, days, held_back, iso_days, listing, of_total, percent, plural
from commands.question import Command, Kind, Parameter, Question
from commands.reply import Chart, Field, Reply, Table, Tone
from commands.status_facts import Facts, load
from commands.verdict import verdict
from commands.waiting import reception_of
from storage.domain_name import UNKNOWN_DOMAIN
from storage.domains import Thresholds
from storage.totals import PolicyTotal

MOST_FAULTS = 8
MOST_ALERTS = 5
MOST_ALERT_IDS = 10
QUIET_DAYS = 5
"""Reports come the day after; some senders are days late."""


async def answer(question: Question, context: Context) -> Reply:
    """Load and present."""
    name = question.values.get("domain")
    period = question.values.get("period")
    if name is None:
        return await overview.answer(question, context)
    now = context.clock()
    found = await context.read(lambda connection: load(connection, name, period, now))
    return present(found, context.thresholds, reception_of(context), now)


STATUS = Command(
    name="status",
    summary="How TLS sessions went: verdict, figures, failures, alerts; without a domain: all, worst first",
    answer=answer,
    parameters=(
        Parameter("domain", Kind.DOMAIN, "a policy domain; all domains unless said"),
        A_PERIOD,
        A_PAGE,
    ),
    examples=("status", "status example.com", "status example.com 2026-03"),
)


def present(facts: Facts, defaults: Thresholds, reception: Reception, now: datetime) -> Reply:
    """Say it. Pure."""
    tone = verdict(
        facts.sessions,
        facts.subject.record.thresholds(defaults),
        [alert.severity for alert in facts.alerts],
        has_reports=facts.count.counted > 0,
    )
    today = now.date()
    return Reply(
        title=_title(facts, today),
        tone=tone,
        sentences=tuple(_sentences(facts, reception, today)),
        fields=tuple(_fields(facts, now)),
        chart=_chart(facts),
        tables=tuple(_tables(facts)),
        notes=tuple(_notes(facts)),
        next_step=_next_step(facts),
        data=_data(facts, tone),
    )


def _title(facts: Facts, today: date) -> str:
    name = facts.subject.shown
    when = days(facts.window.first, facts.window.last, today)
    if facts.sessions.total:
        figures = f"{count(facts.sessions.successful)} of {plural(facts.sessions.total, 'session')}"
        return f"{name}: {figures} were secure, {when} ({percent(facts.sessions.success_rate)}{_before(facts)})."
    if facts.count.counted:
        return f"{name}: {plural(facts.count.counted, 'report')}, {when}, and not one session in them."
    return f"{name}: no data for {when}."


def _before(facts: Facts) -> str:
    rate = facts.previous.success_rate
    return f", before {percent(rate)}" if rate is not None else ""


def _sentences(facts: Facts, reception: Reception, today: date) -> list[str]:
    said = _alert_sentences(facts)
    if facts.subject.newest_day is None:
        said += no_data_yet(facts.subject, facts.waiting, reception)
    elif facts.count.held:
        said.append(held_back(facts.count.held, facts.subject.record.name))
    if facts.subject.newest_day is not None and not facts.count.counted:
        said.append(
            f"The newest data is about {day(facts.subject.newest_day, today)}: {of_total(facts.newest_sessions)}. "
            f"See it with `status {facts.subject.record.name} {facts.subject.newest_day}`."
        )
    said += _old_news(facts, today)
    return said + note_sentences(facts.changes, facts.subject.record.name, today)


def _old_news(facts: Facts, today: date) -> list[str]:
    """Say that reports have stopped, where they have: sessions of long ago say nothing about today."""
    newest = facts.subject.newest_day
    if newest is None or not facts.count.counted or facts.window.last < newest or (today - newest).days <= QUIET_DAYS:
        return []
    name = facts.subject.record.name
    return [f"No report is about a day after {day(newest, today)}: `reporters {name}` says who has fallen silent."]


def _alert_sentences(facts: Facts) -> list[str]:
    """Tell the worst alerts, and how many more there are."""
    worst_first = sorted(facts.alerts, key=lambda alert: (alert.severity != Tone.CRITICAL, alert.id))
    said = [f"Alert {alert.id} ({alert.severity}): {alert.message}" for alert in worst_first[:MOST_ALERTS]]
    more = len(worst_first) - len(said)
    if more:
        verb = "is" if more == 1 else "are"
        name = facts.subject.record.name
        said.append(f"And {count(more)} more {verb} open: `status {name}` tells the next ones once these are over.")
    return said


def _fields(facts: Facts, now: datetime) -> list[Field]:
    if not facts.count.counted:
        return []
    found = [
        Field("Sessions", f"{count(facts.sessions.successful)} secure, {count(facts.sessions.failed)} failed"),
        Field("Reports", f"{count(facts.count.counted)} by {plural(facts.count.reporters, 'reporter')}"),
    ]
    if facts.newest_arrival is not None:
        found.append(Field("Newest report", f"{age(facts.newest_arrival, now)} old"))
    ids = [f"no. {alert.id}" for alert in facts.alerts]
    found.append(Field("Open alerts", f"{len(ids)}: {listing(ids, MOST_ALERT_IDS)}" if ids else "none"))
    return found


def _chart(facts: Facts) -> Chart | None:
    if not facts.sessions.total:
        return None
    return Chart("Sessions by day (UTC)", day_bars(facts.daily, facts.failed_by_day), chart_notes(facts.changes))


def _tables(facts: Facts) -> list[Table]:
    found = []
    if facts.faults:
        found.append(
            Table(
                ("Failure", "Sessions", "MX", "Reporters", "Seen"),
                tuple(_fault_row(fault) for fault in facts.faults[:MOST_FAULTS]),
                title="Failures by type",
                numeric=frozenset({1}),
                more=max(0, len(facts.faults) - MOST_FAULTS) + facts.types_left_out,
            )
        )
    if facts.policies:
        rows = tuple(_policy_row(policy) for policy in facts.policies)
        heads = ("Policy", "Mode", "Secure", "Failed")
        found.append(Table(heads, rows, title="By policy", numeric=frozenset({2, 3})))
    return found


def _fault_row(fault: Fault) -> tuple[str, ...]:
    return (
        fault.result_type or "(not named)",
        count(fault.sessions),
        listing(fault.mx_hosts, 2) or "–",
        listing(fault.reporters, 2) or "–",
        iso_days(fault.first_day, fault.last_day),
    )


def _policy_row(policy: PolicyTotal) -> tuple[str, ...]:
    return (
        policy.policy_type or "–",
        policy.mode or "–",
        count(policy.sessions.successful),
        count(policy.sessions.failed),
    )


def _notes(facts: Facts) -> list[str]:
    notes = []
    if {"sts", "tlsa"} <= {policy.policy_type for policy in facts.policies}:
        notes.append("One session can stand under sts and under tlsa: the policy rows are not to be added up.")
    name = facts.subject.record.name
    if name == UNKNOWN_DOMAIN:
        notes.append(f"{WHAT_UNKNOWN_IS} `reports {name}` lists them.")
    elif not facts.subject.record.registered and (facts.subject.newest_day is not None or facts.waiting.held):
        notes.append(f"Not registered: `domain add {name}` gives it a report address of its own.")
    return notes


def _next_step(facts: Facts) -> str:
    subject, name = facts.subject, facts.subject.record.name
    if facts.faults:
        return f"failures {name}"
    if facts.count.counted:
        return f"reporters {name}"
    if subject.suggestion:
        return f"status {subject.suggestion}"
    if name == UNKNOWN_DOMAIN:
        return "status"
    return f"domain show {name}" if subject.record.registered else f"domain add {name}"


def _data(facts: Facts, tone: Tone) -> dict[str, Any]:
    return {
        "domain": facts.subject.record.name,
        "registered": facts.subject.record.registered,
        **window_data(facts.window),
        "verdict": tone.value,
        "reports": facts.count.counted,
        "reporters": facts.count.reporters,
        "held": facts.count.held,
        "sessions": sessions_data(facts.sessions),
        "success_rate": facts.sessions.success_rate,
        "previous": sessions_data(facts.previous) | {"success_rate": facts.previous.success_rate},
        "failures": [fault.as_data() for fault in facts.faults],
        "failure_types_left_out": facts.types_left_out,
        "policies": [
            {
                "type": policy.policy_type,
                "mode": policy.mode or None,
                "successful": policy.sessions.successful,
                "failed": policy.sessions.failed,
            }
            for policy in facts.policies
        ],
        "daily": [
            {"day": one.day.isoformat(), "successful": one.sessions.successful, "failed": one.sessions.failed}
            for one in facts.daily
        ],
        "open_alerts": [alert.id for alert in facts.alerts],
        "newest_report": rfc3339(facts.newest_arrival),
        "notes": notes_data(facts.changes.newest),
    }
