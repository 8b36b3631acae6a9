"""Originals whose DKIM keys could not be looked up: when that is tried again, and what becomes of them then."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from storage import arrival as arrivals
from storage.arrival import Delivery, DkimVerdict, Source
from storage.bulk import insert_missing
from storage.proof import ABOUT_DKIM
from storage.reception_tables import DkimRecheck
from storage.tables import Original, Report, table

PAUSES = (
    *(timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)),
    *(timedelta(hours=12), timedelta(hours=24)),
)
"""Before each further try. After the last one nobody asks any more."""
GIVEN_UP = f"{ABOUT_DKIM}nobody looks the key up any more, after {len(PAUSES)} further tries."


@dataclass(frozen=True, slots=True)
class ReadAgain(Delivery):
    """An original that is stored already and was read once more: it is no further copy of its reports."""

    original_id: int = 0

    @property
    def is_undecided(self) -> bool:
        return any(one.dkim is DkimVerdict.TEMPERROR for one in self.arrivals)


def ask_again_about(connection: Connection, original_ids: Iterable[int], now: datetime) -> None:
    """Note that the keys of these originals have to be looked up again."""
    due_at = now + PAUSES[0]
    rows = [{"original_id": id_, "due_at": due_at, "attempts": 0} for id_ in sorted(set(original_ids))]
    insert_missing(connection, table(DkimRecheck), rows)


def is_any_due(connection: Connection, now: datetime) -> bool:
    """Tell whether there is anything for `begin_due`."""
    due = select(table(DkimRecheck).c.original_id).where(table(DkimRecheck).c.due_at <= now)
    return connection.execute(due.limit(1)).first() is not None


def begin_due(connection: Connection, now: datetime, most: int) -> list[int]:
    """Begin the tries that are due; return their originals, the longest due first.

    Each counts as made from here on, whatever becomes of it: one that ends the process is not begun again at once.
    """
    recheck = table(DkimRecheck).c
    statement = select(recheck.original_id, recheck.attempts).where(recheck.due_at <= now)
    due = [(row[0], row[1]) for row in connection.execute(statement.order_by(recheck.due_at).limit(most))]
    _give_up(connection, [id_ for id_, attempts in due if attempts >= len(PAUSES)])
    begun = [(id_, attempts + 1) for id_, attempts in due if attempts < len(PAUSES)]
    if begun:
        change = update(table(DkimRecheck)).where(recheck.original_id == bindparam("of_original"))
        values = [
            {"of_original": id_, "attempts": made, "due_at": now + PAUSES[min(made, len(PAUSES) - 1)]}
            for id_, made in begun
        ]
        connection.execute(change, values)
    return [id_ for id_, _ in begun]


def original_to_read(connection: Connection, original_id: int) -> arrivals.Original | None:
    """Return an original as it came; None when it is no longer kept."""
    row = connection.execute(select(table(Original)).where(table(Original).c.id == original_id)).first()
    if row is None:
        return None
    return arrivals.Original(
        body=row.body,
        media_type=row.media_type,
        source=Source(row.source),
        arrived_at=row.arrived_at or row.kept_since,
        envelope_from=row.envelope_from,
        recipients=tuple(row.recipients),
        name=row.name,
    )


def without_the_settled(connection: Connection, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries; those read again that nobody waits for any more come without reports.

    Meanwhile a better copy may have taken the place of an original, or its time was over.
    """
    asked = {one.original_id for one in deliveries if isinstance(one, ReadAgain)}
    if not asked:
        return list(deliveries)
    column = table(DkimRecheck).c.original_id
    waiting = set(connection.execute(select(column).where(column.in_(asked))).scalars())
    return [
        replace(one, arrivals=()) if isinstance(one, ReadAgain) and one.original_id not in waiting else one
        for one in deliveries
    ]


def note_what_was_read(connection: Connection, deliveries: Iterable[Delivery]) -> None:
    """Ask no more about what is decided now, and about what was asked as often as it is worth."""
    again = [one for one in deliveries if isinstance(one, ReadAgain)]
    if not again:
        return
    _forget(connection, [one.original_id for one in again if not one.is_undecided])
    recheck = table(DkimRecheck).c
    undecided = [one.original_id for one in again if one.is_undecided]
    over = select(recheck.original_id).where(recheck.original_id.in_(undecided), recheck.attempts >= len(PAUSES))
    _give_up(connection, connection.execute(over).scalars().all())


def next_try(connection: Connection, original_id: int | None) -> datetime | None:
    """Return when the keys of an original are looked up again; None when they are not."""
    recheck = table(DkimRecheck).c
    return connection.execute(select(recheck.due_at).where(recheck.original_id == original_id)).scalar()


def _give_up(connection: Connection, original_ids: Collection[int]) -> None:
    """Leave the verdict as it is, and say so with each report."""
    if not original_ids:
        return
    _forget(connection, original_ids)
    report = table(Report)
    undecided = select(report.c.id, report.c.marks).where(
        report.c.original_id.in_(original_ids), report.c.dkim == DkimVerdict.TEMPERROR
    )
    for id_, marks in connection.execute(undecided).all():
        connection.execute(update(report).where(report.c.id == id_).values(marks=[*marks, GIVEN_UP]))


def _forget(connection: Connection, original_ids: Collection[int]) -> None:
    recheck = table(DkimRecheck)
    if original_ids:
        connection.execute(delete(recheck).where(recheck.c.original_id.in_(original_ids)))
