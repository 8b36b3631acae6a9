"""How much of what could not be read is kept: bounds in all and for one sender, so that none pushes out the others."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from storage.arrival import Delivery, QuarantineKind
from storage.reception_tables import Quarantined
from storage.tables import Original, table

MEBIBYTE = 2**20
LOOK_EVERY = 64
"""After so many mails, or after `LARGE_BATCH` bytes at once, all that is kept is looked at: in between there may be a
little more than the bounds say."""
LARGE_BATCH = MEBIBYTE
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many mails are kept, and how many bytes; of a sender the newest mail at least."""

    mails: int
    size: int
    mails_of_one: int
    """Of one sender."""
    size_of_one: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A mail that could not be read."""

    id: int
    sender: str
    size: int
    """Bytes."""


UNREADABLE = frozenset({QuarantineKind.UNREADABLE})
FILED = frozenset(QuarantineKind) - UNREADABLE
"""What is no report and never was: DMARC reports, bounces, automatic replies, mails to postmaster."""
BOUNDS_OF_UNREADABLE = Bounds(10_000, 1_024 * MEBIBYTE, 1_000, 100 * MEBIBYTE)
BOUNDS_OF_FILED = Bounds(2_000, 200 * MEBIBYTE, 200, 20 * MEBIBYTE)
SHELVES = ((UNREADABLE, BOUNDS_OF_UNREADABLE), (FILED, BOUNDS_OF_FILED))
_COLUMNS = table(Quarantined).c


def make_room(
    connection: Connection,
    deliveries: Sequence[Delivery],
    shelves: Iterable[tuple[Collection[QuarantineKind], Bounds]] = SHELVES,
) -> int:
    """Remove the oldest mails beyond the bounds; return how many. Must run after what came is stored, with it."""
    removed = 0
    for kinds, bounds in shelves:
        came = [one for one in deliveries if one.kind in kinds]
        if came and _is_time_to_look(connection, came):
            gone = beyond(_kept(connection, kinds), bounds)
            _remove(connection, gone)
            removed += len(gone)
    return removed


def beyond(kept: Iterable[Kept], bounds: Bounds) -> list[int]:
    """Return the ids of those that have to go, given what is kept, the newest first. Pure.

    Of each sender the oldest go. Of all, those go first whose sender has the most newer ones.
    """
    mails: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    gone: list[int] = []
    ranked: list[tuple[int, Kept]] = []
    for one in kept:
        mails[one.sender] += 1
        sizes[one.sender] += one.size
        rank = mails[one.sender]
        if rank > 1 and (rank > bounds.mails_of_one or sizes[one.sender] > bounds.size_of_one):
            gone.append(one.id)
        else:
            ranked.append((rank, one))
    size = 0
    for number, (_, one) in enumerate(sorted(ranked, key=lambda ranked_one: ranked_one[0]), 1):
        size += one.size
        if number > 1 and (number > bounds.mails or size > bounds.size):
            gone.append(one.id)
    return gone


def _is_time_to_look(connection: Connection, came: Sequence[Delivery]) -> bool:
    newest: int = connection.execute(select(func.max(_COLUMNS.id))).scalar() or 0
    many = newest // LOOK_EVERY != (newest - len(came)) // LOOK_EVERY
    return many or sum(len(one.original.body) for one in came) >= LARGE_BATCH


def _kept(connection: Connection, kinds: Collection[QuarantineKind]) -> list[Kept]:
    columns = (_COLUMNS.id, _COLUMNS.sender, _COLUMNS.size)
    newest_first = select(*columns).where(_COLUMNS.kind.in_(kinds)).order_by(_COLUMNS.id.desc())
    return [Kept(*row) for row in connection.execute(newest_first)]


def _remove(connection: Connection, ids: Sequence[int]) -> None:
    """Remove originals; what stands in quarantine goes with them."""
    original = table(Original)
    for start in range(0, len(ids), _AT_ONCE):
        chosen = select(_COLUMNS.original_id).where(_COLUMNS.id.in_(ids[start : start + _AT_ONCE]))
        connection.execute(delete(original).where(original.c.id.in_(chosen)))
