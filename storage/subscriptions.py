"""Subscriptions: which channel hears of which domain, from which severity on."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from storage.tables import Subscription, table

ALL_DOMAINS = ""
_COLUMNS = table(Subscription).c


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """What one channel hears of one domain, or of all (`ALL_DOMAINS`)."""

    platform: str
    channel: str
    domain: str
    alerts: bool
    digest: bool
    level: str
    """Alerts of this severity and of worse ones."""
    changed_at: datetime
    changed_by: str
    channel_id: str = ""
    """The platform's own id of the channel, where `channel` is a name and the id is known."""


def subscribe(connection: Connection, wanted: SubscriptionRecord) -> SubscriptionRecord | None:
    """Store a subscription in place of the one that there is; return that one. Must run in a writing transaction.

    One channel is one, be it known by its name or by its id.
    """
    before = None
    for name in filter(None, (wanted.channel, wanted.channel_id)):
        before = before or find_subscription(connection, wanted.platform, name, wanted.domain)
        unsubscribe(connection, wanted.platform, name, wanted.domain)
    connection.execute(insert(table(Subscription)).values(asdict(wanted)))
    return before


def unsubscribe(connection: Connection, platform: str, channel: str, domain: str) -> bool:
    """Take a subscription back; return whether there was one."""
    removed = connection.execute(delete(table(Subscription)).where(*_is(platform, channel, domain)))
    return bool(removed.rowcount)


def find_subscription(connection: Connection, platform: str, channel: str, domain: str) -> SubscriptionRecord | None:
    return next(iter(_subscriptions(connection, *_is(platform, channel, domain))), None)


def subscriptions_of(connection: Connection, platform: str, channel: str) -> list[SubscriptionRecord]:
    """Return what a channel is subscribed to: all domains first, then by name."""
    return _subscriptions(connection, *_of(platform, channel))


def subscriptions_for(connection: Connection, domain: str) -> list[SubscriptionRecord]:
    """Return the subscriptions to a domain and to all domains, whatever they are to."""
    return _subscriptions(connection, _COLUMNS.domain.in_((domain, ALL_DOMAINS)))


def every_subscription(connection: Connection, limit: int, offset: int) -> list[SubscriptionRecord]:
    """Return a part of all subscriptions, by channel and domain."""
    return _subscriptions(connection, limit=limit, offset=offset)


def channels(connection: Connection) -> list[tuple[str, str]]:
    """Return (platform, channel) of all that are subscribed to something, in order."""
    statement = select(_COLUMNS.platform, _COLUMNS.channel).distinct().order_by(_COLUMNS.platform, _COLUMNS.channel)
    return [(platform, channel) for platform, channel in connection.execute(statement)]


def count_subscriptions(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(table(Subscription))).scalar_one()


def _is(platform: str, channel: str, domain: str) -> tuple[ColumnElement[bool], ...]:
    return *_of(platform, channel), _COLUMNS.domain == domain


def _of(platform: str, channel: str) -> tuple[ColumnElement[bool], ...]:
    """Hold for a channel, by its name or by its id."""
    return _COLUMNS.platform == platform, (_COLUMNS.channel == channel) | (_COLUMNS.channel_id == channel)


def _subscriptions(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None, offset: int = 0
) -> list[SubscriptionRecord]:
    columns: list[Any] = [_COLUMNS[name] for name in SubscriptionRecord.__slots__]
    statement = select(*columns).where(*conditions).order_by(_COLUMNS.platform, _COLUMNS.channel, _COLUMNS.domain)
    return [SubscriptionRecord(*row) for row in connection.execute(statement.limit(limit).offset(offset))]
