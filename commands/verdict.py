"""The verdict on a domain: one word for how it stands. Pure."""

from collections.abc import Iterable

from commands.reply import Tone
from storage.domains import Thresholds
from storage.totals import Sessions

WORST_FIRST = (Tone.CRITICAL, Tone.WARNING, Tone.NO_DATA, Tone.OK)
"""Of a registered domain, reports are expected: their lack is worse than ok."""


def over_threshold(sessions: Sessions, thresholds: Thresholds) -> bool:
    """Whether more than the rate failed, and at least the minimum."""
    return sessions.failed >= thresholds.min_failures and sessions.failure_rate > thresholds.failure_rate


def verdict(sessions: Sessions, thresholds: Thresholds, severities: Iterable[str], *, has_reports: bool) -> Tone:
    """Return the worst open alert, else warning when the window is over the threshold, else ok.

    A domain without reports in the window and without an alert is `no-data`.
    """
    severities = set(severities)
    if Tone.CRITICAL in severities:
        return Tone.CRITICAL
    if Tone.WARNING in severities or over_threshold(sessions, thresholds):
        return Tone.WARNING
    return Tone.OK if has_reports else Tone.NO_DATA
