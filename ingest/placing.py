"""On which day and for which domains a report counts, and what is odd about that."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ingest.reader.dates import exclusive_end
from ingest.reader.frame import MailFrame
from ingest.reader.repairs import Repairs
from ingest.subject_matter import SubjectMatter
from storage.arrival import PlacedPolicy
from storage.report import Report

_FIRST_MOMENT = datetime(2016, 1, 1, tzinfo=UTC)
"""RFC 8460 was drafted in that year: nothing was reported before."""
_LONGEST_DAY = timedelta(hours=25)
_LATE_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a report counts."""

    policies: tuple[PlacedPolicy, ...]
    day: date
    """UTC."""
    longer_than_a_day: bool
    marks: tuple[str, ...]
    """The report's own repairs, then what placing it found: sentences, each once, twenty at most."""


def place(
    report: Report,
    *,
    frame: MailFrame | None,
    file_name: str,
    token_domain: str,
    recipients: tuple[str, ...],
    sent_at: datetime,
    arrived_at: datetime,
    now: datetime,
) -> Placing:
    """Place a report on the UTC day on which it starts, and each of its policies on a domain.

    `frame` is None for a file by itself; `token_domain` is the registered domain whose address the report came to, or
    empty; `recipients` are addresses of the envelope; `sent_at` is a mail's possible Date. Never raises.
    """
    marks = Repairs()
    for sentence in report.repairs:
        marks.note(sentence)
    about = SubjectMatter.of(report, frame, file_name, token_domain, recipients)
    policies = tuple(about.place(policy, marks) for policy in report.policies)
    _mark_token(policies, token_domain, marks)
    day, is_long = _day(report, sent_at, now, marks)
    if frame is not None:
        _mark_frame(report, frame, marks)
        _mark_lateness(report.end, arrived_at, marks)
    _mark_counts(report, marks)
    return Placing(policies, day, is_long, marks.sentences)


def is_possible(moment: datetime, now: datetime) -> bool:
    """Tell whether anything about a report can have happened then: since 2016, and not in the future."""
    return _FIRST_MOMENT <= moment <= now


def _day(report: Report, sent_at: datetime, now: datetime, marks: Repairs) -> tuple[date, bool]:
    start = report.start
    if start is None or not is_possible(start, now):
        one_day = timedelta(days=1)
        day = max(sent_at, _FIRST_MOMENT + one_day).astimezone(UTC).date() - one_day
        marks.note(f"The range of the report cannot be right: it was put on {day}, the day before it was sent.")
        return day, False
    if report.end is None:
        return start.date(), False
    end = exclusive_end(report.end)
    if end < start:
        marks.note("The range of the report ends before it starts.")
    is_long = end - start > _LONGEST_DAY
    if is_long:
        marks.note(f"The report covers {_days(end - start)}: it was put on the first of them.")
    return start.date(), is_long


def _mark_lateness(end: datetime | None, arrived_at: datetime, marks: Repairs) -> None:
    if end is not None and end >= _FIRST_MOMENT and arrived_at - end > _LATE_AFTER:
        marks.note(f"The report came {_days(arrived_at - end)} after the end of its range.")


def _days(length: timedelta) -> str:
    days = round(length / timedelta(days=1))
    return "1 day" if days == 1 else f"{days} days"


def _mark_token(policies: tuple[PlacedPolicy, ...], token_domain: str, marks: Repairs) -> None:
    if token_domain and policies and all(placed.domain != token_domain for placed in policies):
        marks.note(f"The report came to the address of {token_domain}, but is not about that domain.")


def _mark_frame(report: Report, frame: MailFrame, marks: Repairs) -> None:
    if not frame.report_domain:
        marks.note("The mail has no usable TLS-Report-Domain field.")
    if not frame.submitter:
        marks.note("The mail has no TLS-Report-Submitter field.")
    contact = report.contact_info.rpartition("@")[2].strip("<> ").lower()
    if frame.submitter and contact and contact != frame.submitter:
        marks.note(f"The submitter ({frame.submitter}) differs from the domain of the contact address ({contact}).")


def _mark_counts(report: Report, marks: Repairs) -> None:
    for policy in report.policies:
        detailed = sum(failure.failed_sessions or 0 for failure in policy.failures)
        if detailed and not policy.failed:
            marks.note("A policy lists failures although its summary counts none: the summary counts.")
