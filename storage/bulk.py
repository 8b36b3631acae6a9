"""Writes many rows at once. Statements are made once: making one costs as much as a small batch takes to write."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, text
from sqlalchemy.dialects.sqlite import insert

_LAST_ID = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
"""The largest id that a table has ever had: AUTOINCREMENT gives none out twice."""


def insert_all(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows."""
    if rows:
        connection.execute(_inserting(target), rows)


def insert_with_ids(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows and return their ids in the same order. Must run in a writing transaction.

    The ids are given out here: with RETURNING, SQLAlchemy inserts row by row where it has to keep the order.
    """
    if not rows:
        return []
    last: int | None = connection.execute(_LAST_ID, {"table": target.name}).scalar()
    ids = range((last or 0) + 1, (last or 0) + 1 + len(rows))
    connection.execute(_inserting(target), [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
    return list(ids)


def insert_missing(connection: Connection, target: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, except those whose key is there."""
    if rows:
        connection.execute(_inserting_missing(target), rows)


def add_to(connection: Connection, target: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, or add their counts to those that are there under the same key."""
    connection.execute(_adding_to(target), list(rows))


@cache
def _inserting(target: Table) -> Insert:
    return target.insert()


@cache
def _inserting_missing(target: Table) -> Insert:
    return insert(target).on_conflict_do_nothing()


@cache
def _adding_to(target: Table) -> Insert:
    statement = insert(target)
    counts = {c.name: c + statement.excluded[c.name] for c in target.columns if not c.primary_key}
    return statement.on_conflict_do_update(index_elements=list(target.primary_key), set_=counts)
