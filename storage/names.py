"""Ids of domains and reporters, made when they are first seen."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from storage.tables import Domain, Reporter, table

T = TypeVar("T")
_MOST_VALUES = 500


def domain_ids(connection: Connection, names: Collection[str], now: datetime) -> dict[str, int]:
    """Return the id of every name; those not seen before get one."""
    domain = table(Domain)
    found: dict[str, int] = {}
    for chunk in _chunks(sorted(set(names))):
        statement = select(domain.c.name, domain.c.id).where(domain.c.name.in_(chunk))
        found |= {row.name: row.id for row in connection.execute(statement)}
        missing = [name for name in chunk if name not in found]
        if missing:
            fresh = [{"name": name, "first_seen_at": now, "registered_by": ""} for name in missing]
            connection.execute(insert(domain).on_conflict_do_nothing(), fresh)
            found |= {row.name: row.id for row in connection.execute(statement)}
    return found


def reporter_ids(connection: Connection, reporters: Collection[tuple[str, bool]]) -> dict[tuple[str, bool], int]:
    """Return the id of every (name, is a verified signer); those not seen before get one."""
    reporter = table(Reporter)
    found: dict[tuple[str, bool], int] = {}
    for chunk in _chunks(sorted(set(reporters))):
        statement = select(reporter).where(reporter.c.name.in_({name for name, _ in chunk}))
        found |= {(row.name, row.is_signer): row.id for row in connection.execute(statement)}
        missing = [pair for pair in chunk if pair not in found]
        if missing:
            fresh = [{"name": name, "is_signer": signer} for name, signer in missing]
            connection.execute(insert(reporter).on_conflict_do_nothing(), fresh)
            found |= {(row.name, row.is_signer): row.id for row in connection.execute(statement)}
    return found


def _chunks(values: list[T]) -> list[list[T]]:
    return [values[start : start + _MOST_VALUES] for start in range(0, len(values), _MOST_VALUES)]
