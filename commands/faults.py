"""Failures of a stretch of days, put together by result type. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.failure_totals import FailurePart


@dataclass(frozen=True, slots=True)
class Fault:
    """All failed sessions of one result type."""

    result_type: str
    sessions: int
    mx_hosts: tuple[str, ...]
    """Those that reporters named, the one with the most failed sessions first."""
    reporters: tuple[str, ...]
    """The one with the most failed sessions first."""
    first_day: date
    last_day: date

    def as_data(self) -> dict[str, Any]:
        return {
            "result_type": self.result_type,
            "sessions": self.sessions,
            "mx_hosts": list(self.mx_hosts),
            "reporters": list(self.reporters),
            "first_seen": self.first_day.isoformat(),
            "last_seen": self.last_day.isoformat(),
        }


def faults(parts: Iterable[FailurePart]) -> list[Fault]:
    """Put parts together by result type, the one with the most failed sessions first."""
    by_type: dict[str, list[FailurePart]] = defaultdict(list)
    for part in parts:
        by_type[part.result_type].append(part)
    found = [_fault(result_type, same) for result_type, same in by_type.items()]
    return sorted(found, key=lambda fault: (-fault.sessions, fault.result_type))


def _fault(result_type: str, parts: list[FailurePart]) -> Fault:
    return Fault(
        result_type=result_type,
        sessions=sum(part.sessions for part in parts),
        mx_hosts=ranked((part.mx_host, part.sessions) for part in parts),
        reporters=ranked((part.reporter, part.sessions) for part in parts),
        first_day=min(part.first_day for part in parts),
        last_day=max(part.last_day for part in parts),
    )


def ranked(pairs: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Return the names that are not empty, the one with the most sessions first."""
    sums: dict[str, int] = defaultdict(int)
    for name, sessions in pairs:
        if name:
            sums[name] += sessions
    return tuple(sorted(sums, key=lambda name: (-sums[name], name)))
