"""Which channels hear of an alert: those whose subscription routes it, else those of the settings. Pure."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commands.alerts.rules import Severity
from commands.question import Platform
from storage.subscriptions import SubscriptionRecord

LONGEST_KEY = 128
"""Characters of the key of an outgoing message."""
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
    subscribed = [Target(one.platform, one.channel_id or one.channel) for one in subscriptions if _wants(one, severity)]
    return tuple(dict.fromkeys((*terminal, *(subscribed or others))))


def once_per_channel(targets: Iterable[Target], id_of: Callable[[str, str], str]) -> tuple[Target, ...]:
    """Return each channel once, be it known by its name or by its id; `id_of` takes platform and channel."""
    found: dict[tuple[str, str], Target] = {}
    for target in targets:
        found.setdefault((target.platform, id_of(target.platform, target.channel)), target)
    return tuple(found.values())


def key_for(subject: str, target: Target) -> str:
    """Return the key of the message about a subject (`alert:17:warning`) for a channel, however long its name is."""
    words = f"{subject}:{target.platform}:{target.channel}"
    digest = hashlib.sha256(words.encode()).hexdigest()
    return words if len(words) <= LONGEST_KEY else f"{words[:60]}:{digest[:60]}"


def _wants(subscription: SubscriptionRecord, severity: Severity) -> bool:
    return subscription.alerts and Severity(subscription.level).rank <= severity.rank
