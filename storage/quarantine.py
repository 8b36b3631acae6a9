"""Keeps mails in which no report could be read: each once, with the reason."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from storage.arrival import Delivery, Outcome, QuarantineKind
from storage.bulk import insert_all, insert_with_ids
from storage.columns import NAME_LENGTH
from storage.reception_tables import Quarantined
from storage.rows import Row, original_row
from storage.tables import Original, table

NEWEST_MAILS = 500
"""So many mails are looked at when those to one address are counted."""


def keep_unread(connection: Connection, deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Store what could not be read; the same bytes are kept once. Returns an outcome for each, in order."""
    if not deliveries:
        return []
    hashes = [hashlib.sha256(delivery.original.body).hexdigest() for delivery in deliveries]
    column = table(Quarantined).c.content_hash
    known = (
        {row.content_hash for row in connection.execute(select(column).where(column.in_(hashes)))} if hashes else set()
    )
    fresh = {key: delivery for key, delivery in zip(hashes, deliveries, strict=True) if key not in known}
    originals = [original_row(delivery.original) for delivery in fresh.values()]
    ids = insert_with_ids(connection, table(Original), originals)
    rows = [_row(delivery, key, id_) for (key, delivery), id_ in zip(fresh.items(), ids, strict=True)]
    insert_all(connection, table(Quarantined), rows)
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
    }


def _outcome(delivery: Delivery) -> Outcome:
    return Outcome.QUARANTINED if delivery.kind is QuarantineKind.UNREADABLE else Outcome.IGNORED
