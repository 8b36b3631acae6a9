"""Finds the stored reports with which new ones may compete."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from storage.arrival import Trust
from storage.standing import Credentials, Member, Standing
from storage.tables import Report, table

_MOST_ROUNDS = 8
"""Families reach each other through twins; honest ones do so once or twice."""
_MOST_KEYS = 500
"""Values in one IN list."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that is in the database already."""

    report_id: int
    reporter_id: int
    original_id: int | None
    day: date
    longer_than_a_day: bool
    standing: Standing
    copies: int
    member: Member

    def with_copy(self, credentials: Credentials) -> "Stored":
        """Return it as it is after one more copy of the same content has come."""
        best = self.member.credentials.best(credentials)
        return replace(self, copies=self.copies + 1, member=replace(self.member, credentials=best))


def competitors(connection: Connection, newcomers: Collection[Member]) -> dict[str, Stored]:
    """Return, by content key, every stored report of the newcomers' families and twins, and of theirs in turn."""
    found: dict[str, Stored] = {}
    wanted = _Keys.of(newcomers)
    asked = _Keys()
    for _ in range(_MOST_ROUNDS):
        fresh = wanted.without(asked)
        if not fresh:
            break
        found |= _load(connection, fresh)
        asked = asked.plus(fresh)
        wanted = _Keys.of([stored.member for stored in found.values()])
    return found


@dataclass(frozen=True, slots=True)
class _Keys:
    families: frozenset[str] = frozenset()
    twins: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()

    @classmethod
    def of(cls, members: Collection[Member]) -> "_Keys":
        return cls(
            frozenset(m.family_key for m in members),
            frozenset(m.twin_key for m in members),
            frozenset(m.content_key for m in members),
        )

    def without(self, other: "_Keys") -> "_Keys":
        return _Keys(self.families - other.families, self.twins - other.twins, self.contents - other.contents)

    def plus(self, other: "_Keys") -> "_Keys":
        return _Keys(self.families | other.families, self.twins | other.twins, self.contents | other.contents)

    def __bool__(self) -> bool:
        return bool(self.families or self.twins or self.contents)


def _load(connection: Connection, keys: _Keys) -> Mapping[str, Stored]:
    found: dict[str, Stored] = {}
    for statement, values in ((_OF_FAMILIES, keys.families), (_OF_TWINS, keys.twins), (_OF_CONTENTS, keys.contents)):
        ordered = sorted(values)
        for start in range(0, len(ordered), _MOST_KEYS):
            rows = connection.execute(statement, {"keys": ordered[start : start + _MOST_KEYS]})
            found |= {row.content_key: _stored(row) for row in rows}
    return found


_COLUMNS = (
    *("id", "reporter_id", "original_id", "day", "longer_than_a_day", "standing", "copies", "organisation"),
    *("content_key", "family_key", "twin_key", "held", "trust", "sent_at", "signer"),
)
_REPORT = table(Report).c
_MEMBERS = select(*(_REPORT[name] for name in _COLUMNS))
_OF_FAMILIES = _MEMBERS.where(_REPORT.family_key.in_(bindparam("keys", expanding=True)))
_OF_TWINS = _MEMBERS.where(_REPORT.twin_key.in_(bindparam("keys", expanding=True)))
_OF_CONTENTS = _MEMBERS.where(_REPORT.content_key.in_(bindparam("keys", expanding=True)))


def _stored(row: Row[Any]) -> Stored:
    credentials = Credentials(row.held, Trust(row.trust), row.sent_at, row.signer)
    return Stored(
        report_id=row.id,
        reporter_id=row.reporter_id,
        original_id=row.original_id,
        day=row.day,
        longer_than_a_day=row.longer_than_a_day,
        standing=Standing(row.standing),
        copies=row.copies,
        member=Member(row.content_key, row.family_key, row.twin_key, row.organisation.casefold(), credentials),
    )
