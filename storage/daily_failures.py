"""Failed sessions of a domain by day and result type: few types by name and all others together, for charts."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, case, func, select

from storage.failure_totals import FailurePart
from storage.tables import FailureDay, table
from storage.totals import whole, within

NAMED_TYPES = 5

_FAILURE = table(FailureDay).c


@dataclass(frozen=True, slots=True)
class TypeOfDay:
    """Failed sessions of one day with one result type; `result_type` is None for all types without a name here."""

    result_type: str | None
    sessions: int


def largest_types(parts: Collection[FailurePart]) -> list[str]:
    """Return the result types with the most sessions, the most first: at most `NAMED_TYPES`."""
    sums: Counter[str] = Counter()
    for part in parts:
        sums[part.result_type] += part.sessions
    return sorted(sums, key=lambda one: (-sums[one], one))[:NAMED_TYPES]


def failures_by_day(
    connection: Connection, domain_id: int, first: date, last: date, named: Collection[str]
) -> dict[date, list[TypeOfDay]]:
    """Return, for each day with failure details, the sessions of each of the named types and of all others.

    Days are UTC and inclusive. One pass over the days' rows, in the order of the primary key.
    """
    kind = case((_FAILURE.result_type.in_(named), _FAILURE.result_type), else_=None).label("kind")
    statement = (
        select(_FAILURE.day, kind, func.sum(_FAILURE.sessions).label("sessions"))
        .where(within(_FAILURE, domain_id, first, last))
        .group_by(_FAILURE.day, kind)
    )
    found: defaultdict[date, list[TypeOfDay]] = defaultdict(list)
    for day, result_type, sessions in connection.execute(statement):
        found[day].append(TypeOfDay(result_type, whole(sessions)))
    return dict(found)
