"""Keeps the daily totals in step with the reports that count, within the transaction that stores them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete
from sqlmodel import SQLModel

from storage.bulk import add_to, insert_missing
from storage.shares import Share
from storage.tables import ChangedDay, DomainDay, FailureDay, PolicyDay, table


@dataclass(frozen=True, slots=True)
class Place:
    """Where a report's share counts."""

    domain_id: int
    reporter_id: int
    day: date
    longer: bool


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


def mark_changed(connection: Connection, days: Iterable[tuple[int, date]], now: datetime) -> None:
    """Leave (domain id, day) pairs for the alert rules to look at. A mark that is there keeps its time."""
    rows = [{"domain_id": domain_id, "day": day, "changed_at": now} for domain_id, day in days]
    insert_missing(connection, table(ChangedDay), rows)


def _remove_empty(connection: Connection, target: Table, keys: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    condition = [target.c[name] == bindparam(f"key_{name}") for name in keys]
    parameters = [{f"key_{name}": value for name, value in zip(keys, key, strict=True)} for key in rows]
    connection.execute(delete(target).where(*condition, target.c.reports == 0), parameters)
