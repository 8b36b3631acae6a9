"""Keeps the daily totals in step with the reports that count, within the transaction that stores them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlmodel import SQLModel

from storage.shares import Share
from storage.tables import ChangedDay, DomainDay, FailureDay, PolicyDay, table


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report's share counts."""

    domain_id: int
    reporter_id: int
    day: date
    longer: bool


_MARK = insert(table(ChangedDay)).on_conflict_do_nothing()


class Deltas:
    """What a batch adds to the totals, and takes from them when a report no longer counts."""

    def __init__(self) -> None:
        self._rows: dict[type[SQLModel], dict[tuple[Any, ...], list[int]]] = defaultdict(dict)
        self._subtracts = False
        self.news: set[tuple[int, date]] = set()
        """(domain id, day) at which the alert rules should look again."""

    def add(self, share: Share, place: Place, *, sign: int) -> None:
        """Add a report's share of one domain (`sign` 1), or take it back (-1)."""
        self._subtracts |= sign < 0
        day, longer = (place.domain_id, place.day), sign if place.longer else 0
        ok, bad = share.successful, share.failed
        self._count(DomainDay, day, sign, sign * ok, sign * bad, longer * ok, longer * bad)
        for key, (successful, failed) in share.by_policy.items():
            self._count(PolicyDay, (*day, *key), sign, sign * successful, sign * failed)
        for failure, sessions in share.by_failure.items():
            self._count(FailureDay, (*day, *failure, place.reporter_id), sign, sign * sessions, longer * sessions)

    def _count(self, model: type[SQLModel], key: tuple[Any, ...], *amounts: int) -> None:
        row = self._rows[model].setdefault(key, [0] * len(amounts))
        for position, amount in enumerate(amounts):
            row[position] += amount

    def write(self, connection: Connection) -> None:
        """Apply everything; totals to which no report contributes any more are removed."""
        for model, rows in self._rows.items():
            target = table(model)
            keys = [column.name for column in target.primary_key]
            counts = [column.name for column in target.columns if not column.primary_key]
            names = keys + counts
            add_to(connection, target, (dict(zip(names, (*key, *row), strict=True)) for key, row in rows.items()))
            if self._subtracts:
                _remove_empty(connection, target, keys, rows)


def add_to(connection: Connection, target: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, or add their counts to those that are there under the same key."""
    connection.execute(_adding_to(target), list(rows))


@cache
def _adding_to(target: Table) -> Insert:
    # Made once for each table: making a statement costs as much as carrying it out for a small batch.
    statement = insert(target)
    counts = {c.name: c + statement.excluded[c.name] for c in target.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=list(target.primary_key), set_=counts)


def mark_changed(connection: Connection, days: Iterable[tuple[int, date]], now: datetime) -> None:
    """Leave (domain id, day) pairs for the alert rules to look at. A mark that is there keeps its time."""
    rows = [{"domain_id": domain_id, "day": day, "changed_at": now} for domain_id, day in days]
    if rows:
        connection.execute(_MARK, rows)


def _remove_empty(connection: Connection, target: Table, keys: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    condition = [target.c[name] == bindparam(f"key_{name}") for name in keys]
    parameters = [{f"key_{name}": value for name, value in zip(keys, key, strict=True)} for key in rows]
    connection.execute(delete(target).where(*condition, target.c.reports == 0), parameters)
