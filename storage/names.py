"""Ids of domains and reporters, made when they are first seen."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import BindParameter, Connection, bindparam, select

from storage.bulk import insert_missing
from storage.tables import Domain, Reporter, table

T = TypeVar("T")
_MOST_VALUES = 500
_NAMES: BindParameter[list[str]] = bindparam("names", expanding=True)
_DOMAINS = select(table(Domain).c.name, table(Domain).c.id).where(table(Domain).c.name.in_(_NAMES))
_REPORTERS = select(table(Reporter)).where(table(Reporter).c.name.in_(_NAMES))


def domain_ids(connection: Connection, names: Collection[str], now: datetime) -> dict[str, int]:
    """Return the id of every name; those not seen before get one."""
    found: dict[str, int] = {}
    for chunk in _chunks(sorted(set(names))):
        asked = {"names": chunk}
        found |= {row.name: row.id for row in connection.execute(_DOMAINS, asked)}
        missing = [name for name in chunk if name not in found]
        if missing:
            fresh = [{"name": name, "first_seen_at": now, "registered_by": ""} for name in missing]
            insert_missing(connection, table(Domain), fresh)
            found |= {row.name: row.id for row in connection.execute(_DOMAINS, asked)}
    return found


def reporter_ids(connection: Connection, reporters: Collection[tuple[str, bool]]) -> dict[tuple[str, bool], int]:
    """Return the id of every (name, is a verified signer); those not seen before get one."""
    found: dict[tuple[str, bool], int] = {}
    for chunk in _chunks(sorted(set(reporters))):
        asked = {"names": sorted({name for name, _ in chunk})}
        found |= {(row.name, row.is_signer): row.id for row in connection.execute(_REPORTERS, asked)}
        missing = [pair for pair in chunk if pair not in found]
        if missing:
            fresh = [{"name": name, "is_signer": signer} for name, signer in missing]
            insert_missing(connection, table(Reporter), fresh)
            found |= {(row.name, row.is_signer): row.id for row in connection.execute(_REPORTERS, asked)}
    return found


def _chunks(values: list[T]) -> list[list[T]]:
    return [values[start : start + _MOST_VALUES] for start in range(0, len(values), _MOST_VALUES)]
