"""Finds the stored reports with which new ones may compete: those that count, and copies of the same content.

What lost before is hardly ever looked at, so that a flood of versions costs no more than one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from storage.arrival import DkimVerdict, Trust
from storage.standing import Credentials, Member, Standing
from storage.tables import Report, table

_MOST_KEYS = 500
"""Values in one IN list."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A report that is in the database already."""

    report_id: int
    reporter_id: int
    organisation: str
    """As the report names itself."""
    original_id: int | None
    day: date
    longer_than_a_day: bool
    standing: Standing
    copies: int
    dkim: DkimVerdict
    """Of the copy that is kept."""
    member: Member

    @property
    def credentials(self) -> Credentials:
        return self.member.credentials

    @property
    def may_still_be_proven(self) -> bool:
        """Whether its original is one to look at again: it gives way to a proven copy only."""
        return self.dkim is DkimVerdict.TEMPERROR and self.credentials.trust is Trust.UNVERIFIED

    def proven_by(self, credentials: Credentials) -> "Stored":
        """Return it with the better of two proofs."""
        best = self.credentials.best(credentials, self.member.contact_domain)
        return replace(self, member=replace(self.member, credentials=best))

    def with_copy(self, credentials: Credentials) -> "Stored":
        """Return it as it is after one more copy of the same content has come."""
        return replace(self.proven_by(credentials), copies=self.copies + 1)


def competitors(connection: Connection, newcomers: Collection[Member]) -> dict[str, Stored]:
    """Return, by content key, the stored copies of the newcomers, and what counts in their families and twins."""
    copies = _load(connection, _OF_CONTENTS, {one.content_key for one in newcomers})
    members = [*newcomers, *(stored.member for stored in copies.values())]
    families = _load(connection, _WINNERS, {one.family_key for one in members})
    members += [stored.member for stored in families.values()]
    return _load(connection, _COUNTED_TWINS, {one.twin_key for one in members}) | families | copies


def whole_families(connection: Connection, family_keys: Collection[str]) -> dict[str, Stored]:
    """Return, by content key, every report of these families that is not held back, and what counts of their twins."""
    families = _load(connection, _OF_FAMILIES, family_keys)
    return _load(connection, _COUNTED_TWINS, {one.member.twin_key for one in families.values()}) | families


def stored_report(connection: Connection, report_id: int) -> Stored | None:
    """Return one report; None when there is none of that id."""
    row = connection.execute(_MEMBERS.where(_REPORT.id == report_id)).first()
    return _stored(row) if row else None


def waiting_twins(connection: Connection, twin_keys: Collection[str]) -> dict[str, Stored]:
    """Return, by content key, the stored twins one of which may count now that the one that did counts no more."""
    return _load(connection, _WAITING_TWINS, twin_keys)


def _load(connection: Connection, statement: Select[Any], values: Iterable[str]) -> dict[str, Stored]:
    ordered = sorted(set(values))
    found: dict[str, Stored] = {}
    for start in range(0, len(ordered), _MOST_KEYS):
        rows = connection.execute(statement, {"keys": ordered[start : start + _MOST_KEYS]})
        found |= {row.content_key: _stored(row) for row in rows}
    return found


_COLUMNS = (
    *("id", "reporter_id", "original_id", "day", "longer_than_a_day", "standing", "copies", "dkim", "organisation"),
    *("contact_info", "content_key", "family_key", "twin_key", "held", "trust", "sent_at", "signer"),
)
_REPORT = table(Report).c
_KEYS: BindParameter[list[str]] = bindparam("keys", expanding=True)
_MEMBERS = select(*(_REPORT[name] for name in _COLUMNS))
_OF_CONTENTS = _MEMBERS.where(_REPORT.content_key.in_(_KEYS))
_WINNERS = _MEMBERS.where(_REPORT.family_key.in_(_KEYS), _REPORT.standing.in_((Standing.COUNTED, Standing.TWIN)))
_OF_FAMILIES = _MEMBERS.where(_REPORT.family_key.in_(_KEYS), _REPORT.standing != Standing.HELD)
_COUNTED_TWINS = _MEMBERS.where(_REPORT.twin_key.in_(_KEYS), _REPORT.standing == Standing.COUNTED)
_WAITING_TWINS = _MEMBERS.where(_REPORT.twin_key.in_(_KEYS), _REPORT.standing == Standing.TWIN)


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        report_id=row.id,
        reporter_id=row.reporter_id,
        organisation=row.organisation,
        original_id=row.original_id,
        day=row.day,
        longer_than_a_day=row.longer_than_a_day,
        standing=Standing(row.standing),
        copies=row.copies,
        dkim=DkimVerdict(row.dkim),
        member=Member(
            content_key=row.content_key,
            family_key=row.family_key,
            twin_key=row.twin_key,
            organisation=row.organisation.casefold(),
            contact_domain=contact_domain(row.contact_info),
            credentials=Credentials(row.held, Trust(row.trust), row.sent_at, row.signer),
        ),
    )


def contact_domain(contact_info: str) -> str:
    """Return the domain of a contact address, lower-case; empty when there is none."""
    return contact_info.rpartition("@")[2].strip("<> .").lower()
