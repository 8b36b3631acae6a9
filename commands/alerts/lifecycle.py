"""The life of an alert: what a finding does to the alerts that are open, and when one is over. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from commands.alerts.rules import Finding, Rule, Severity
from storage.alerts import AlertRecord
from storage.domains import Thresholds
from storage.totals import Sessions

STILL_COMING_IN = timedelta(days=2)
"""Reports about a day come for so long; until then its figures prove no recovery (RFC 8460 section 4.1)."""
NOT_SEEN_AGAIN = timedelta(days=14)
REPORTED_NEXT_DAY = timedelta(days=1)
MOST_KEPT = 1_000
"""Names of types, of hosts and of reporters that an alert may widen to: who invents names fills no database."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A fault that no open alert knows."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Joining:
    """A fault that an open alert knows already: it widens, moves on, or gets worse."""

    alert: AlertRecord
    finding: Finding
    severity: Severity

    @property
    def is_worse(self) -> bool:
        return self.severity.rank > Severity(self.alert.severity).rank

    @property
    def moves_on(self) -> bool:
        """Whether the finding is the newest evidence. A rest that is worth an info at most prolongs no warning."""
        is_rest = self.finding.severity is Severity.INFO and self.alert.severity != Severity.INFO
        return self.finding.day >= self.alert.last_day and not is_rest

    @property
    def after(self) -> AlertRecord:
        """The alert as it is afterwards, but for figures and message."""
        return replace(
            self.alert,
            severity=self.severity.value,
            result_types=_merged(self.alert.result_types, self.finding.result_types),
            mx_hosts=_merged(self.alert.mx_hosts, self.finding.mx_hosts),
            reporters=_merged(self.alert.reporters, self.finding.reporters),
            first_day=min(self.alert.first_day, self.finding.day),
            last_day=self.finding.day if self.moves_on else self.alert.last_day,
        )


def sort_in(findings: Iterable[Finding], open_alerts: Iterable[AlertRecord]) -> list[Opening | Joining]:
    """Return what each finding does. Findings of one day that share a result type are one fault."""
    known = list(open_alerts)
    owners = {type_: at for at, alert in reversed(list(enumerate(known))) for type_ in alert.result_types}
    changes: list[Opening | Joining] = []
    placed: set[str] = set()
    for finding in findings:
        types = set(finding.result_types)
        if types & placed:
            continue
        placed |= types
        position = min((owners[type_] for type_ in types if type_ in owners), default=None)
        if position is None and finding.rule is Rule.NEW_FAILURE_TYPE:
            position = next((at for at, alert in enumerate(known) if _new_types_of(alert, finding.day)), None)
        if position is None:
            changes.append(Opening(finding))
        else:
            severity = max(Severity(known[position].severity), finding.severity, key=lambda one: one.rank)
            change = Joining(known[position], finding, severity)
            known[position] = change.after
            owners |= dict.fromkeys(types, position)
            changes.append(change)
    return changes


def alert_of_types(known: Sequence[AlertRecord], day: date) -> Callable[[str], int | None]:
    """Return what tells the id of the alert that a type belongs to, if it is new on a day."""
    owners = {type_: alert.id for alert in reversed(known) for type_ in alert.result_types}
    of_the_day = next((alert.id for alert in known if _new_types_of(alert, day)), None)
    return lambda type_: owners.get(type_, of_the_day)


def _new_types_of(alert: AlertRecord, day: date) -> bool:
    """Whether new types of a day may have opened the alert. A day opens one, however often it is judged."""
    reaches = alert.first_day <= day <= alert.last_day
    return alert.rule == Rule.NEW_FAILURE_TYPE and reaches and alert.opened_at.date() >= day


def _merged(known: Sequence[str], found: Sequence[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys((*known, *found)), MOST_KEPT))


def enough_to_recover(thresholds: Thresholds) -> int:
    """Return how many sessions prove that a fault is gone: with the fault, they would have raised an alarm."""
    return int(thresholds.min_failures / thresholds.failure_rate)


def last_complete_day(today: date) -> date:
    return today - STILL_COMING_IN


def is_over(alert: AlertRecord, since: Sessions, failed: int, thresholds: Thresholds, today: date) -> bool:
    """Whether the fault is gone, given all sessions and the failed ones of its types on the complete days since.

    It is when enough sessions went by and no more of them failed than may, and after 14 days on which it was not seen.
    """
    last_news = max(alert.last_day, alert.opened_at.date() - REPORTED_NEXT_DAY)  # a report may come weeks late
    if not failed and last_complete_day(today) - last_news >= NOT_SEEN_AGAIN:
        return True
    return since.total >= enough_to_recover(thresholds) and failed / since.total <= thresholds.failure_rate
