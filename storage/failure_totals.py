"""Failed sessions of a domain's days by result type, MX host and reporter, bounded however many a report invents."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from storage.tables import Domain, FailureDay, Reporter, table
from storage.totals import whole, within

MOST_TYPES = 200
"""Result types of an answer."""
MOST_PARTS = 2_000
"""Parts of an answer; the sessions of the others are summed up by type, under no name."""

_FAILURE = table(FailureDay).c
_FIGURES = (
    func.sum(_FAILURE.sessions).label("sessions"),
    func.min(_FAILURE.day).label("first_day"),
    func.max(_FAILURE.day).label("last_day"),
)


@dataclass(frozen=True, slots=True)
class FailurePart:
    """Failed sessions of one result type at one MX host, as one reporter saw them; or the rest of a type, unnamed."""

    result_type: str
    mx_host: str
    reporter: str
    sessions: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class FailureTotals:
    """The failed sessions of a stretch of days; the sums by type are whole."""

    parts: tuple[FailurePart, ...] = ()
    types_left_out: int = 0
    """How many result types there are beyond those of the parts, all with fewer sessions."""


def by_failure(
    connection: Connection, domain_id: int, first: date, last: date, result_type: str | None = None
) -> FailureTotals:
    """Return failed sessions, of one result type or of all, the most sessions first. Days are UTC and inclusive."""
    where = within(_FAILURE, domain_id, first, last)
    if result_type is not None:
        where &= _FAILURE.result_type == result_type
    parts = _parts(connection, where)
    if len(parts) <= MOST_PARTS:
        return _with_most_types(parts)
    types, left_out = _types(connection, where)
    largest = _parts(connection, where & _FAILURE.result_type.in_([one.result_type for one in types]))[:MOST_PARTS]
    return FailureTotals((*largest, *_rest(types, largest)), left_out)


def has_failed_with(connection: Connection, domain_id: int, result_type: str) -> bool:
    """Tell whether any report that counts, of any day, names this result type."""
    statement = select(_FAILURE.day).where(_FAILURE.domain_id == domain_id, _FAILURE.result_type == result_type)
    return connection.execute(statement.limit(1)).first() is not None


def is_reported(connection: Connection, result_type: str) -> bool:
    """Tell whether any report that counts, about any domain and day, names this result type."""
    domain = table(Domain).c
    named = select(_FAILURE.day).where(_FAILURE.domain_id == domain.id, _FAILURE.result_type == result_type).exists()
    return connection.execute(select(domain.id).where(named).limit(1)).first() is not None


def _parts(connection: Connection, where: ColumnElement[bool]) -> list[FailurePart]:
    """Return the parts with the most sessions: one too many when there are more than an answer holds."""
    keys = (_FAILURE.result_type, _FAILURE.mx_host, _FAILURE.reporter_id)
    # Summed up and cut before the names are looked up: there are fewer sums than rows.
    sums = select(*keys, *_FIGURES).where(where).group_by(*keys).order_by(_FIGURES[0].desc(), *keys)
    found = sums.limit(MOST_PARTS + 1).subquery().c
    reporter = table(Reporter).c
    columns = (found.result_type, found.mx_host, reporter.name, found.sessions, found.first_day, found.last_day)
    statement = (
        select(*columns)
        .join(table(Reporter), reporter.id == found.reporter_id)
        .order_by(found.sessions.desc(), found.result_type, found.mx_host, reporter.name)
    )
    return [FailurePart(*row[:3], whole(row[3]), *row[4:]) for row in connection.execute(statement)]


def _with_most_types(parts: Collection[FailurePart]) -> FailureTotals:
    """Cut the parts to so many types as an answer holds."""
    sums: Counter[str] = Counter()
    for part in parts:
        sums[part.result_type] += part.sessions
    kept = frozenset(sorted(sums, key=lambda one: (-sums[one], one))[:MOST_TYPES])
    return FailureTotals(tuple(part for part in parts if part.result_type in kept), len(sums) - len(kept))


def _types(connection: Connection, where: ColumnElement[bool]) -> tuple[list[FailurePart], int]:
    """Return the types with the most sessions as parts without names, and how many more there are."""
    statement = (
        select(_FAILURE.result_type, *_FIGURES, func.count().over().label("types"))
        .where(where)
        .group_by(_FAILURE.result_type)
        .order_by(_FIGURES[0].desc(), _FAILURE.result_type)
        .limit(MOST_TYPES)
    )
    rows: list[Any] = list(connection.execute(statement))
    types = [FailurePart(row.result_type, "", "", whole(row.sessions), row.first_day, row.last_day) for row in rows]
    return types, (rows[0].types - len(rows)) if rows else 0


def _rest(types: Collection[FailurePart], named: Collection[FailurePart]) -> list[FailurePart]:
    """Return, of every type, what the named parts leave."""
    told: Counter[str] = Counter()
    for part in named:
        told[part.result_type] += part.sessions
    return [
        replace(one, sessions=one.sessions - told[one.result_type])
        for one in types
        if one.sessions > told[one.result_type] or one.result_type not in told
    ]
