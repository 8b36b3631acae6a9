"""Runs the rules over a day that changed: facts in, alerts and messages out, in one transaction."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from commands.alerts.lifecycle import Joining, Opening, alert_of_types, is_over, last_complete_day, sort_in
from commands.alerts.routing import Target, key_for, once_per_channel, routed
from commands.alerts.rules import Severity, judge
from commands.alerts.wording import Said, alert_reply, message, recovery_reply, strangers_reply
from commands.reply import Reply
from commands.reply_form import to_form
from storage import alerts, outbox
from storage.alerts import AlertRecord
from storage.domains import Thresholds, by_id
from storage.evidence import day_evidence, days_since, failed_with, forget_waiting, waiting_days
from storage.notes import notes_between
from storage.subscriptions import subscriptions_for

MOST_STRANGERS = 10
"""Alerts of domains that are not registered that are told one by one, within a day."""
A_DAY = timedelta(days=1)
DAYS_AT_ONCE = 50
"""Days that are looked up together. Each is judged in its own transaction: reception waits for one day at most."""
NOTES_REACH = timedelta(days=3)
"""A note stands in the alerts about its own day and about so many days after it."""
MOST_NOTES = 3


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation needs beside the database."""

    thresholds: Thresholds
    """The defaults."""
    targets: tuple[Target, ...]
    """The terminal, and the channels that hear of what no subscription routes."""
    delay: timedelta
    """How long after new data the rules run."""
    platforms: frozenset[str] | None = None
    """Those that are connected, if not all: what is routed to another one would be heard by nobody."""

    def reaches(self, platform: str) -> bool:
        return self.platforms is None or platform in self.platforms


def days_to_judge(connection: Connection, rules: Evaluation, now: datetime) -> list[tuple[int, date]]:
    """Return (domain id, day) of days that have waited long enough, in the order in which to judge them."""
    days = waiting_days(connection, now - rules.delay, DAYS_AT_ONCE)
    return sorted(days, key=lambda one: (one[1], one[0]))


def judge_day(connection: Connection, rules: Evaluation, domain_id: int, day: date, now: datetime) -> None:
    """Judge one domain's day; it waits no longer. Must run in a writing transaction of its own."""
    known = alerts.known_on(connection, domain_id, day)
    alerted = {type_: alert.first_day for alert in reversed(known) for type_ in alert.result_types}
    evidence = day_evidence(connection, domain_id, day, alerted)
    thresholds = evidence.domain.thresholds(rules.thresholds)
    for change in sort_in(judge(evidence, thresholds, alert_of_types(known, day)), known):
        said = Said(change.finding, evidence, thresholds, first_day=change.finding.day)
        if isinstance(change, Opening):
            _open(connection, rules, said, now)
        else:
            _join(connection, rules, change, said, now)
    forget_waiting(connection, [(domain_id, day)])


def close_if_over(connection: Connection, rules: Evaluation, alert_id: int, now: datetime) -> bool:
    """Resolve an alert whose fault is over; return whether it was. Must run in a writing transaction of its own."""
    alert = alerts.open_alert_by_id(connection, alert_id)
    if alert is None:
        return False
    today = now.date()
    until = last_complete_day(today)
    since = days_since(connection, alert.domain_id, alert.last_day, until)
    failed = failed_with(connection, alert.domain_id, alert.result_types, alert.last_day, until)
    thresholds = by_id(connection, alert.domain_id).thresholds(rules.thresholds)
    if not is_over(alert, since, failed, thresholds, today):
        return False
    alerts.change_alert(connection, alert.id, {"state": alerts.RESOLVED, "resolved_at": now})
    if outbox.hearers(connection, alert.id):
        reply = recovery_reply(alert, since, failed, today)
        _say(connection, rules, alert, f"alert:{alert.id}:{alerts.RESOLVED}", reply, now)
    return True


def _open(connection: Connection, rules: Evaluation, said: Said, now: datetime) -> None:
    finding = said.finding
    values = {
        "domain_id": said.evidence.domain.id,
        "rule": finding.rule,
        "severity": finding.severity,
        "state": "open",
        "result_types": list(finding.result_types),
        "mx_hosts": list(finding.mx_hosts),
        "reporters": list(finding.reporters),
        "first_day": finding.day,
        "last_day": finding.day,
        "opened_at": now,
        "failed": finding.sessions.failed,
        "total": finding.sessions.total,
        "baseline_rate": finding.baseline_rate,
        "message": message(said),
    }
    alert_id = alerts.open_alert(connection, values)
    _announce(connection, rules, alert_id, said, now)


def _join(connection: Connection, rules: Evaluation, change: Joining, said: Said, now: datetime) -> None:
    alert, finding, after = change.alert, change.finding, change.after
    values: dict[str, object] = {
        "severity": after.severity,
        "result_types": list(after.result_types),
        "mx_hosts": list(after.mx_hosts),
        "reporters": list(after.reporters),
        "first_day": after.first_day,
        "last_day": after.last_day,
    }
    if change.moves_on:
        values |= {"failed": finding.sessions.failed, "total": finding.sessions.total, "message": message(said)}
    alerts.change_alert(connection, alert.id, values)
    if change.is_worse and alert.state != alerts.RESOLVED:  # late news of a fault that is over wakes nobody
        _announce(connection, rules, alert.id, _since(said, alert), now)


def _since(said: Said, alert: AlertRecord) -> Said:
    return Said(said.finding, said.evidence, said.thresholds, min(alert.first_day, said.first_day))


def _announce(connection: Connection, rules: Evaluation, alert_id: int, said: Said, now: datetime) -> None:
    """Say an alert; once for each severity, so that one that gets worse is heard."""
    alert = alerts.open_alert_by_id(connection, alert_id)
    if alert is None:
        return
    severity, day = said.finding.severity, said.finding.day
    notes = notes_between(connection, alert.domain_id, day - NOTES_REACH, day, MOST_NOTES)
    key, reply = f"alert:{alert_id}:{severity}", alert_reply(alert_id, replace(said, notes=tuple(reversed(notes))), now)
    if not said.evidence.domain.registered and _too_many_strangers(connection, now):
        key, reply = f"strangers:{now.date()}:more", strangers_reply(MOST_STRANGERS)
    _say(connection, rules, alert, key, reply, now)


def _too_many_strangers(connection: Connection, now: datetime) -> bool:
    """Whether many domains that nobody registered alarm at once: a report may name any, and drown out the others."""
    return alerts.strangers_since(connection, now - A_DAY, MOST_STRANGERS + 1) > MOST_STRANGERS


def _say(connection: Connection, rules: Evaluation, alert: AlertRecord, key: str, reply: Reply, now: datetime) -> None:
    """Leave a message for every channel that the alert is routed to, and for those that heard of it before."""
    wanted = [one for one in subscriptions_for(connection, alert.domain) if rules.reaches(one.platform)]
    targets = routed(Severity(alert.severity), wanted, rules.targets)
    hearers = [Target(*one) for one in outbox.hearers(connection, alert.id) if rules.reaches(one[0])]
    for target in once_per_channel((*targets, *hearers), partial(outbox.channel_id, connection)):
        outbox.post(
            connection,
            key=key_for(key, target),
            platform=target.platform,
            channel=target.channel,
            reply=to_form(reply),
            alert_id=alert.id,
            now=now,
        )
