"""Which channels hear of an alert: those whose subscription routes it, else those of the settings. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from commands.alerts.rules import Severity
from commands.question import Platform
from storage.outbox import Hearer
from storage.subscriptions import SubscriptionRecord

LEVEL_OF_SETTINGS = Severity.WARNING
"""From which severity on the channels of TLSRPT_ALERT_CHANNELS hear, and the terminal."""


@dataclass(frozen=True, slots=True)
class Target:
    """A channel that hears of alerts."""

    platform: str
    channel: str


def routed(
    severity: Severity, subscriptions: Iterable[SubscriptionRecord], settled: Iterable[Target]
) -> tuple[Target, ...]:
    """Return where an alert goes, each channel once.

    `subscriptions` are those to its domain and to all domains; `settled` are the channels of the settings, which hear
    of what no subscription routes, and the terminal, which hears of all from warning on.
    """
    heard = tuple(one for one in settled if severity.rank >= LEVEL_OF_SETTINGS.rank)
    terminal = [one for one in heard if one.platform == Platform.TERMINAL]
    others = [one for one in heard if one.platform != Platform.TERMINAL]
    subscribed = [Target(one.platform, one.channel) for one in subscriptions if _wants(one, severity)]
    return tuple(dict.fromkeys((*terminal, *(subscribed or others))))


def with_hearers(targets: Iterable[Target], hearers: Collection[Hearer]) -> tuple[Target, ...]:
    """Add the channels that heard of the alert before, but for those that are among the targets under their id."""
    found = dict.fromkeys(targets)
    known_by_id = {one.channel for one in hearers if Target(one.platform, one.channel_id) in found}
    for one in hearers:
        if one.channel not in known_by_id:
            found[Target(one.platform, one.channel)] = None
    return tuple(found)


def _wants(subscription: SubscriptionRecord, severity: Severity) -> bool:
    return subscription.alerts and Severity(subscription.level).rank <= severity.rank
