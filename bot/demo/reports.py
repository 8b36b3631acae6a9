"""Which reports there are, about which stretch of time, and when they are sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle

from bot.demo.cast import (
    BIGMAIL,
    BROKEN_POLICY,
    CAST,
    EXPIRED,
    HEALTHY,
    OFFICEPOST,
    RECEIVERS,
    Receiver,
    Sender,
    passers_by,
)
from bot.demo.story import DayAtSender, Failed, day_at_sender, days_before

HISTORY_DAYS = 60
EARLY_HOUR = 4
"""Who sends before this hour has reported about yesterday already when the demo starts, whenever that is."""
WEEK = 7
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class MadeUpReport:
    """One report, before it is written down."""

    receiver: Receiver
    sender: Sender
    first: datetime
    """Aware UTC; the sender's own midnight."""
    last: datetime
    """The last second of the range."""
    what: DayAtSender
    sent_at: datetime


def history(now: datetime) -> list[MadeUpReport]:
    """Return what has come before `now` (aware UTC), in the order in which it came."""
    found = [
        _report(receiver, sender, day, now)
        for receiver in RECEIVERS
        for sender in CAST[: receiver.senders]
        for day in days_before(now.date(), HISTORY_DAYS, 1)
    ]
    return sorted((one for one in found if one and _has_come(one, now)), key=lambda report: report.sent_at)


def to_come(now: datetime) -> Iterator[MadeUpReport]:
    """Return what comes while one watches, about yesterday: what makes the alert, the rest, a tail of small ones."""
    day = _yesterday(now.date())
    late = [
        (receiver, sender)
        for receiver in (EXPIRED, HEALTHY, BROKEN_POLICY)
        for sender in CAST[: receiver.senders]
        if not sender.weekly and not sender.zone_hours
    ]
    opening = [(EXPIRED, OFFICEPOST), (HEALTHY, BIGMAIL), (BROKEN_POLICY, OFFICEPOST), (HEALTHY, OFFICEPOST)]
    rest = sorted((pair for pair in late if pair not in opening), key=lambda pair: (pair[1].hour, pair[0].name))
    small = zip(cycle((HEALTHY, EXPIRED, BROKEN_POLICY)), passers_by(), strict=False)
    for receiver, sender in (*opening, *rest, *small):
        report = _report(receiver, sender, day, now)
        if report is not None and not _has_come(report, now):
            yield report


def _yesterday(today: date) -> date:
    return today - timedelta(days=1)


def _has_come(report: MadeUpReport, now: datetime) -> bool:
    """Whether a report is in before the demo starts. About yesterday few are, and none of the healthy domain."""
    if report.sent_at > now:
        return False
    is_early = report.sender.hour < EARLY_HOUR and report.sender in CAST
    return report.first.date() < _yesterday(now.date()) or (is_early and report.receiver is not HEALTHY)


def _report(receiver: Receiver, sender: Sender, day: date, now: datetime) -> MadeUpReport | None:
    """Return the report that counts on a day; None where there is none. A week's report counts on its Monday."""
    length = WEEK if sender.weekly else 1
    if sender.weekly and day.weekday():
        return None
    midnight = datetime.combine(day, time(), UTC)
    first = midnight + timedelta(hours=24 - sender.zone_hours if sender.zone_hours else 0)
    end = first + timedelta(days=length)
    days = [day + timedelta(days=ahead) for ahead in range(length)]
    what = _together([day_at_sender(receiver, sender, one, now.date()) for one in days])
    if not what.sessions:
        return None
    return MadeUpReport(receiver, sender, first, end - SECOND, what, _sent_at(sender, end, now))


def _sent_at(sender: Sender, end: datetime, now: datetime) -> datetime:
    """Return when it was sent. Today's hours are as short as the day is young: any time will do for the demo."""
    midnight = datetime.combine(end.date(), time(), UTC)
    if midnight.date() < now.date() or sender.weekly:
        return midnight + timedelta(hours=sender.hour)
    return midnight + (now - midnight) * (sender.hour / 24)


def _together(days: list[DayAtSender]) -> DayAtSender:
    sums: dict[tuple[str, str], int] = {}
    for failed in (one for day in days for one in day.failures):
        key = failed.result_type, failed.mx_host
        sums[key] = sums.get(key, 0) + failed.sessions
    failures = tuple(Failed(*key, sessions) for key, sessions in sums.items())
    return DayAtSender(sum(day.sessions for day in days), failures)
