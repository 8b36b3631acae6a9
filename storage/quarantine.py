"""Keeps mails in which no report could be read: each once, with the reason, until they can be read."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage.arrival import Delivery, Outcome, QuarantineKind
from storage.bulk import insert_all, insert_with_ids
from storage.columns import NAME_LENGTH
from storage.quarantine_room import make_room
from storage.reception_tables import Quarantined
from storage.rows import Row, original_row
from storage.tables import Original, table

NEWEST_MAILS = 500
"""So many mails are looked at when those to one address are counted."""


@dataclass(frozen=True, slots=True)
class TriedAgain(Delivery):
    """A mail from quarantine that was read once more."""

    quarantined_id: int = 0


def without_the_removed(connection: Connection, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries; those from quarantine that are no longer there come empty: somebody was faster."""
    tried = {one.quarantined_id for one in deliveries if isinstance(one, TriedAgain)}
    if not tried:
        return list(deliveries)
    column = table(Quarantined).c.id
    there = set(connection.execute(select(column).where(column.in_(tried))).scalars())
    return [
        replace(one, arrivals=(), kind=None) if isinstance(one, TriedAgain) and one.quarantined_id not in there else one
        for one in deliveries
    ]


def note_what_was_tried(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Take out of quarantine what was read now; of the others note why they cannot be read today.

    Must run in the transaction that stores the reports.
    """
    quarantined, original = table(Quarantined), table(Original)
    for one in deliveries:
        if not isinstance(one, TriedAgain):
            continue
        is_it = quarantined.c.id == one.quarantined_id
        if one.arrivals:
            kept = select(quarantined.c.original_id).where(is_it).scalar_subquery()
            connection.execute(delete(original).where(original.c.id == kept))
        elif one.kind:
            why = {"kind": one.kind, "reason": one.reason, "detail": one.detail}
            connection.execute(update(quarantined).where(is_it).values(why))


def keep_unread(connection: Connection, deliveries: Sequence[Delivery], now: datetime) -> list[Outcome]:
    """Store what could not be read; the same bytes are kept once. Returns an outcome for each, in order."""
    if not deliveries:
        return []
    hashes = [hashlib.sha256(delivery.original.body).hexdigest() for delivery in deliveries]
    column = table(Quarantined).c.content_hash
    known = set(connection.execute(select(column).where(column.in_(hashes))).scalars())
    fresh = {key: delivery for key, delivery in zip(hashes, deliveries, strict=True) if key not in known}
    originals = [original_row(delivery.original, now) for delivery in fresh.values()]
    ids = insert_with_ids(connection, table(Original), originals)
    rows = [_row(delivery, key, id_) for (key, delivery), id_ in zip(fresh.items(), ids, strict=True)]
    insert_all(connection, table(Quarantined), rows)
    make_room(connection, list(fresh.values()))
    return [_outcome(delivery) for delivery in deliveries]


def unread_mails_to(connection: Connection, local_part: str, since: datetime) -> int:
    """Count the mails since a moment, among the newest, that came to an address and hold no readable report."""
    quarantined, original = table(Quarantined).c, table(Original).c
    statement = (
        select(original.recipients)
        .join(table(Original), original.id == quarantined.original_id)
        .where(quarantined.arrived_at >= since, quarantined.kind == QuarantineKind.UNREADABLE)
        .order_by(quarantined.arrived_at.desc())
        .limit(NEWEST_MAILS)
    )
    found = connection.execute(statement).scalars()
    return sum(any(one.rpartition("@")[0].lower() == local_part for one in recipients) for recipients in found)


def _row(delivery: Delivery, content_hash: str, original_id: int) -> Row:
    return {
        "original_id": original_id,
        "arrived_at": delivery.original.arrived_at,
        "kind": delivery.kind,
        "reason": delivery.reason,
        "detail": delivery.detail,
        "content_hash": content_hash,
        "sender": delivery.sender[:NAME_LENGTH],
        "size": len(delivery.original.body),
        "told": False,
    }


def _outcome(delivery: Delivery) -> Outcome:
    return Outcome.QUARANTINED if delivery.kind is QuarantineKind.UNREADABLE else Outcome.IGNORED
