"""What stands in quarantine: sums, a page of it, one mail with its original; and removing one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from storage import arrival as arrivals
from storage.arrival import QuarantineKind
from storage.reception_tables import Quarantined
from storage.recheck import original_to_read
from storage.tables import Original, table

_COLUMNS = table(Quarantined).c


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    """A mail as it stands in a list."""

    id: int
    arrived_at: datetime
    kind: str
    reason: str
    """A stable word: `gzip-truncated`."""
    detail: str
    """The same for people, in a sentence."""
    sender: str
    """Domain that it came from, as it says itself; empty when it says none."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Group:
    """Mails of one sender with one reason."""

    sender: str
    reason: str
    mails: int


@dataclass(frozen=True, slots=True)
class QuarantinedMail:
    """One mail, with its bytes."""

    line: QuarantinedLine
    original: arrivals.Original


_LINE = (
    *(_COLUMNS.id, _COLUMNS.arrived_at, _COLUMNS.kind, _COLUMNS.reason, _COLUMNS.detail),
    *(_COLUMNS.sender, _COLUMNS.size),
)
_UNTOLD = (_COLUMNS.kind == QuarantineKind.UNREADABLE, _COLUMNS.told.is_(False))


def count_kept(connection: Connection, kinds: Collection[QuarantineKind]) -> int:
    """Return how many mails of some kinds are kept."""
    statement = select(func.count()).select_from(table(Quarantined)).where(_COLUMNS.kind.in_(kinds))
    return connection.execute(statement).scalar_one()


def newest(
    connection: Connection, kinds: Collection[QuarantineKind], limit: int, offset: int = 0
) -> list[QuarantinedLine]:
    """Return a part of the mails of some kinds, the newest first."""
    chosen = select(*_LINE).where(_COLUMNS.kind.in_(kinds)).order_by(_COLUMNS.arrived_at.desc(), _COLUMNS.id.desc())
    return [QuarantinedLine(*row) for row in connection.execute(chosen.limit(limit).offset(offset))]


def groups(connection: Connection, kinds: Collection[QuarantineKind], limit: int) -> list[Group]:
    """Return who sent them and why they cannot be read, the most mails first."""
    return _groups(connection, [_COLUMNS.kind.in_(kinds)], limit)


def untold(connection: Connection, before: datetime, limit: int) -> list[Group]:
    """Return the unreadable mails that no daily message has counted yet; none when all came after a moment."""
    oldest = connection.execute(select(func.min(_COLUMNS.arrived_at)).where(*_UNTOLD)).scalar()
    return _groups(connection, _UNTOLD, limit) if oldest is not None and oldest <= before else []


def mark_told(connection: Connection) -> None:
    """Note that all that is unreadable was told."""
    connection.execute(update(table(Quarantined)).where(*_UNTOLD).values(told=True))


def find_quarantined(connection: Connection, quarantined_id: int) -> QuarantinedMail | None:
    """Return one mail; None when there is none of that id."""
    statement = select(*_LINE, _COLUMNS.original_id).where(_COLUMNS.id == quarantined_id)
    row = connection.execute(statement).first()
    original = original_to_read(connection, row.original_id) if row else None
    return QuarantinedMail(QuarantinedLine(*row[:-1]), original) if row and original else None


def ids_of(connection: Connection, kinds: Collection[QuarantineKind]) -> list[int]:
    """Return the ids of all mails of some kinds, the oldest first."""
    return list(connection.execute(select(_COLUMNS.id).where(_COLUMNS.kind.in_(kinds)).order_by(_COLUMNS.id)).scalars())


def remove_quarantined(connection: Connection, quarantined_id: int) -> bool:
    """Remove a mail with its original; return whether there was one. Must run in a writing transaction."""
    original = table(Original)
    of_mail = select(_COLUMNS.original_id).where(_COLUMNS.id == quarantined_id).scalar_subquery()
    return bool(connection.execute(delete(original).where(original.c.id == of_mail)).rowcount)


def _groups(connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[Group]:
    mails = func.count().label("mails")
    columns = (_COLUMNS.sender, _COLUMNS.reason)
    statement = select(*columns, mails).where(*conditions).group_by(*columns)
    return [Group(*row) for row in connection.execute(statement.order_by(mails.desc(), *columns).limit(limit))]
