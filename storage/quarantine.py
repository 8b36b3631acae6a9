"""Keeps mails in which no report could be read: each once, with the reason."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.arrival import Delivery, Outcome, QuarantineKind
from storage.bulk import insert_all, insert_with_ids
from storage.rows import Row, original_row
from storage.tables import Original, Quarantined, table


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


def _row(delivery: Delivery, content_hash: str, original_id: int) -> Row:
    return {
        "original_id": original_id,
        "arrived_at": delivery.original.arrived_at,
        "kind": delivery.kind,
        "reason": delivery.reason,
        "detail": delivery.detail,
        "content_hash": content_hash,
    }


def _outcome(delivery: Delivery) -> Outcome:
    return Outcome.QUARANTINED if delivery.kind is QuarantineKind.UNREADABLE else Outcome.IGNORED
