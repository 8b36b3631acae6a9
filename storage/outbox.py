"""What is to be said unasked: stored with its reason in one transaction, sent later, once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from storage.tables import OutboxMessage, table

_COLUMNS = table(OutboxMessage).c


@dataclass(frozen=True, slots=True)
class Letter:
    """One message for one channel."""

    id: int
    key: str
    platform: str
    channel: str
    reply: Mapping[str, Any]
    attempts: int
    alert_id: int | None
    """None: it is about no alert."""
    sending_since: datetime | None
    """When a try began whose end is not known: the process died, or the answer was lost."""

    @property
    def subject(self) -> str:
        """What its key says of the occasion, whatever the channel: `alert:17:warning`."""
        return _subject(self.key)


def _subject(key: str) -> str:
    return ":".join(key.split(":")[:3])


def post(
    connection: Connection,
    *,
    key: str,
    platform: str,
    channel: str,
    reply: Mapping[str, Any],
    alert_id: int | None,
    now: datetime,
    instead_of: int | None = None,
) -> None:
    """Leave a message to be sent. A key that was used before is not used again.

    `instead_of` is the id of a message to another channel: once that is out, this one is not sent any more.
    """
    values = {
        "key": key,
        "platform": platform,
        "channel": channel,
        "alert_id": alert_id,
        "reply": dict(reply),
        "state": "waiting",
        "created_at": now,
        "due_at": now,
        "attempts": 0,
        "instead_of": instead_of,
        "reference": "",
        "last_error": "",
    }
    connection.execute(insert(table(OutboxMessage)).values(values).on_conflict_do_nothing())


def hearers(connection: Connection, alert_id: int) -> list[tuple[str, str]]:
    """Return (platform, channel) for which messages about an alert were left, each once, the first one first."""
    statement = select(_COLUMNS.platform, _COLUMNS.channel).where(_COLUMNS.alert_id == alert_id).order_by(_COLUMNS.id)
    return list(dict.fromkeys((row.platform, row.channel) for row in connection.execute(statement)))


def heard(connection: Connection, alert_id: int | None, subject: str) -> list[tuple[str, str]]:
    """Return (platform, channel) for which messages about one occasion (see `Letter.subject`) were left."""
    columns = (_COLUMNS.key, _COLUMNS.platform, _COLUMNS.channel)
    rows = connection.execute(select(*columns).where(_COLUMNS.alert_id == alert_id).order_by(_COLUMNS.id))
    return [(row.platform, row.channel) for row in rows if _subject(row.key) == subject]


def has_subject(connection: Connection, subject: str) -> bool:
    """Tell whether a message about an occasion (see `Letter.subject`) was left for any channel."""
    of_subject = select(_COLUMNS.id).where(_COLUMNS.key >= f"{subject}:", _COLUMNS.key < f"{subject};")
    return connection.execute(of_subject.limit(1)).first() is not None


def channel_id(connection: Connection, platform: str, channel: str) -> str:
    """Return the platform's own id of a channel that is known by its name, once a message got there; else the name."""
    if not channel.startswith("#"):
        return channel
    newest = (
        select(_COLUMNS.reference)
        .where(_COLUMNS.state == "sent", _COLUMNS.platform == platform, _COLUMNS.channel == channel)
        .order_by(_COLUMNS.due_at.desc())
        .limit(1)
    )
    return channel_id_of(connection.execute(newest).scalar() or "") or channel


def channel_id_of(reference: str) -> str:
    """Return the id of the channel in which a message stands, given the platform's reference to it."""
    return reference.partition("/")[0]


def due(connection: Connection, platforms: Sequence[str], now: datetime, limit: int) -> list[Letter]:
    """Return the oldest message of each channel, unless it waits for another try: none overtakes another."""
    oldest = (
        select(func.min(_COLUMNS.id))
        .where(_COLUMNS.state.in_(("sending", "waiting")), _COLUMNS.platform.in_(platforms))
        .group_by(_COLUMNS.platform, _COLUMNS.channel)
    )
    statement = (
        select(table(OutboxMessage))
        .where(_COLUMNS.id.in_(oldest), _COLUMNS.due_at <= now)
        .order_by(_COLUMNS.id)
        .limit(limit)
    )
    return _letters(connection, statement)


def behind(connection: Connection, letter: Letter, limit: int) -> list[Letter]:
    """Return the newest of the messages that wait behind one in its channel, the oldest of them first."""
    newest = (
        select(_COLUMNS.id)
        .where(_COLUMNS.platform == letter.platform, _COLUMNS.channel == letter.channel)
        .where(_COLUMNS.state == "waiting", _COLUMNS.id > letter.id)
        .order_by(_COLUMNS.id.desc())
        .limit(limit)
    )
    return _letters(connection, select(table(OutboxMessage)).where(_COLUMNS.id.in_(newest)).order_by(_COLUMNS.id))


def _letters(connection: Connection, statement: Select[Any]) -> list[Letter]:
    return [
        Letter(
            id=row.id,
            key=row.key,
            platform=row.platform,
            channel=row.channel,
            reply=row.reply,
            attempts=row.attempts,
            alert_id=row.alert_id,
            sending_since=row.sending_since if row.state == "sending" else None,
        )
        for row in connection.execute(statement)
    ]


def mark_sending(connection: Connection, letter: Letter, now: datetime) -> None:
    """Note that a try begins: from now on the message may be out."""
    since = letter.sending_since or now
    _change(connection, letter, {"state": "sending", "sending_since": since, "attempts": letter.attempts + 1})


def mark_sent(connection: Connection, letter: Letter, reference: str) -> None:
    """Note that a message is out; what waits to be said in its place is taken back."""
    waits = (_COLUMNS.state == "waiting", _COLUMNS.instead_of == letter.id)
    connection.execute(delete(table(OutboxMessage)).where(*waits))
    _change(connection, letter, {"state": "sent", "reference": reference, "last_error": ""})


def mark_failed(
    connection: Connection, letter: Letter, error: str, again_at: datetime | None, *, may_be_out: bool
) -> None:
    """Note that a try failed. With `again_at` it is tried again; without it the message is given up and kept."""
    state = "dead" if again_at is None else "sending" if may_be_out else "waiting"
    values: dict[str, Any] = {"state": state, "last_error": error[:500], "attempts": letter.attempts + 1}
    if again_at is not None:
        values["due_at"] = again_at
    _change(connection, letter, values)


def _change(connection: Connection, letter: Letter, values: Mapping[str, Any]) -> None:
    connection.execute(update(table(OutboxMessage)).where(_COLUMNS.id == letter.id).values(dict(values)))
