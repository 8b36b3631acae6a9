"""The life of an alert: what a finding does to the alerts that are open, and when one is over. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from commands.alerts.rules import Finding, Severity
from storage.alerts import AlertRecord
from storage.domains import Thresholds
from storage.totals import Sessions

STILL_COMING_IN = timedelta(days=2)
"""Reports about a day come for so long; until then its figures prove no recovery (RFC 8460 section 4.1)."""
NOT_SEEN_AGAIN = timedelta(days=14)


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
        """Whether the finding's day is the newest evidence."""
        return self.finding.day >= self.alert.last_day


def sort_in(findings: Iterable[Finding], open_alerts: Iterable[AlertRecord]) -> list[Opening | Joining]:
    """Return what each finding does. Findings of one day that share a result type are one fault."""
    known = list(open_alerts)
    changes: list[Opening | Joining] = []
    opened: list[Finding] = []
    for finding in findings:
        alert = next((one for one in known if set(one.result_types) & set(finding.result_types)), None)
        if alert is not None:
            severity = max(Severity(alert.severity), finding.severity, key=lambda one: one.rank)
            changes.append(Joining(alert, finding, severity))
        elif not any(set(one.result_types) & set(finding.result_types) for one in opened):
            opened.append(finding)
            changes.append(Opening(finding))
    return changes


def enough_to_recover(thresholds: Thresholds) -> int:
    """Return how many sessions without the fault prove something: with the fault, they would have raised an alarm."""
    return int(thresholds.min_failures / thresholds.failure_rate)


def last_complete_day(today: date) -> date:
    return today - STILL_COMING_IN


def is_over(alert: AlertRecord, since: Sessions, failed: int, thresholds: Thresholds, today: date) -> bool:
    """Whether the fault is gone, given all sessions and the failed ones of its types on the complete days since.

    It is when enough sessions went by without it, and after 14 days on which it was not seen.
    """
    if failed:
        return False
    if last_complete_day(today) - alert.last_day >= NOT_SEEN_AGAIN:
        return True
    return since.total >= enough_to_recover(thresholds)
