"""What happens in the demo: sessions by day in the rhythm of the week, and the faults. Pure; one `today`, one story."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.demo.cast import (
    BIGMAIL,
    BROKEN_POLICY,
    EXPIRED,
    HEALTHY,
    HERON,
    OFFICEPOST,
    POSTINO,
    SILENT,
    TINY,
    Receiver,
    Sender,
)

WEEKDAYS = (1.0, 1.05, 1.06, 1.03, 0.94, 0.45, 0.4)
"""From Monday on."""
LAST_DAYS_OF_SILENT = 12
"""Days before today on which the silent domain was heard of last."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault of the story."""

    receiver: Receiver
    result_type: str
    begins: int
    """Days before today."""
    mx: int | None
    """Which of the MX hosts; None where it has nothing to do with one."""
    share: float
    """Of a sender's sessions."""
    senders: tuple[Sender, ...] | None = None
    """Who sees it; everybody if None."""
    chance: float = 1.0
    """Part of the days on which it shows."""
    most: int | None = None
    """Sessions of a report, however large."""
    is_news: bool = False
    """It comes to light while one watches; a week's report would tell of it too early."""


TROUBLES = (
    Trouble(EXPIRED, "certificate-expired", begins=6, mx=1, share=0.34),
    Trouble(BROKEN_POLICY, "sts-policy-fetch-error", 3, None, share=0.9, senders=(OFFICEPOST, HERON, POSTINO)),
    Trouble(HEALTHY, "starttls-not-supported", begins=1, mx=1, share=0.27, is_news=True),
    Trouble(HEALTHY, "validation-failure", 60, 0, share=0.002, senders=(BIGMAIL,), chance=0.4, most=3),
    Trouble(HEALTHY, "certificate-not-trusted", 60, 1, share=0.2, senders=(TINY,), chance=0.5, most=1),
    Trouble(EXPIRED, "validation-failure", 60, 0, share=0.004, senders=(BIGMAIL, OFFICEPOST), chance=0.3, most=2),
    Trouble(BROKEN_POLICY, "validation-failure", 60, 0, share=0.01, senders=(BIGMAIL,), chance=0.25, most=1),
)


@dataclass(frozen=True, slots=True)
class Failed:
    """Sessions that failed in one way. `mx_host` is empty where the fault has nothing to do with a host."""

    result_type: str
    mx_host: str
    sessions: int


@dataclass(frozen=True, slots=True)
class DayAtSender:
    """What one sender saw of one domain on one of its days."""

    sessions: int
    failures: tuple[Failed, ...] = ()

    @property
    def failed(self) -> int:
        return sum(one.sessions for one in self.failures)


def day_at_sender(receiver: Receiver, sender: Sender, day: date, today: date) -> DayAtSender:
    """Return what happened; no session at all on days without any."""
    luck = Random(f"{receiver.name} {sender.domain} {day}")  # noqa: S311 -- made-up figures, the same each time
    size = receiver.sessions * sender.share * WEEKDAYS[day.weekday()] * luck.uniform(0.85, 1.15)
    is_silent = receiver is SILENT and (today - day).days < LAST_DAYS_OF_SILENT
    if is_silent or luck.random() >= sender.presence:
        return DayAtSender(0)
    sessions = max(1, round(size))
    return DayAtSender(sessions, tuple(_failures(receiver, sender, sessions, (today - day).days, luck)))


def _failures(receiver: Receiver, sender: Sender, sessions: int, days_ago: int, luck: Random) -> Iterator[Failed]:
    left = sessions
    for trouble in TROUBLES:
        if trouble.receiver is not receiver or days_ago > trouble.begins or luck.random() >= trouble.chance:
            continue
        if (trouble.senders and sender not in trouble.senders) or (trouble.is_news and sender.weekly):
            continue
        wanted = round(sessions * trouble.share * luck.uniform(0.9, 1.1))
        if trouble.most is not None:
            wanted = min(max(1, wanted), trouble.most)
        failed = min(wanted, left)
        left -= failed
        if failed:
            yield Failed(trouble.result_type, "" if trouble.mx is None else receiver.mx_hosts[trouble.mx], failed)


def days_before(today: date, first: int, last: int) -> list[date]:
    """Return the days from `first` to `last` days before today (inclusive), oldest first."""
    return [today - timedelta(days=ago) for ago in range(first, last - 1, -1)]
