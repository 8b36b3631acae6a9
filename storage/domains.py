"""Registered domains, their report addresses and thresholds."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.names import domain_ids
from storage.tables import Domain, table

_COLUMNS = table(Domain).c
_TOKEN_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 -- what can be read aloud
_TOKEN_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When the rules speak up. Rates 0 to 1; counts are sessions."""

    failure_rate: float
    min_failures: int
    silence_days: int = 3
    certificate_days: int = 14


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """A domain as it is stored; a threshold of None means the default."""

    id: int
    name: str
    token: str | None
    registered_at: datetime | None
    registered_by: str
    failure_rate: float | None
    min_failures: int | None
    silence_days: int | None
    certificate_days: int | None

    @property
    def registered(self) -> bool:
        return self.registered_at is not None

    def thresholds(self, default: Thresholds) -> Thresholds:
        """Return the domain's own thresholds, completed by the defaults."""
        return Thresholds(
            failure_rate=self.failure_rate or default.failure_rate,
            min_failures=self.min_failures or default.min_failures,
            silence_days=self.silence_days or default.silence_days,
            certificate_days=self.certificate_days or default.certificate_days,
        )


def find(connection: Connection, name: str) -> DomainRecord | None:
    """Return a domain, registered or merely seen; None when nothing is known about it."""
    return _one(connection, _COLUMNS.name == name)


def by_id(connection: Connection, domain_id: int) -> DomainRecord:
    """Return a domain that is known to exist."""
    return _record(connection.execute(select(table(Domain)).where(_COLUMNS.id == domain_id)).one())


def by_token(connection: Connection, token: str) -> DomainRecord | None:
    """Return the registered domain to whose report address a token belongs."""
    record = _one(connection, _COLUMNS.token == token)
    return record if record and record.registered else None


def names(connection: Connection) -> list[str]:
    """Return the names of all domains, in alphabetical order."""
    return list(connection.execute(select(_COLUMNS.name).order_by(_COLUMNS.name)).scalars())


def registered(connection: Connection, limit: int | None = None, offset: int = 0) -> list[DomainRecord]:
    """Return the registered domains, all or a part, in alphabetical order."""
    statement = select(table(Domain)).where(_COLUMNS.registered_at.is_not(None)).order_by(_COLUMNS.name)
    return [_record(row) for row in connection.execute(statement.limit(limit).offset(offset))]


def count_registered(connection: Connection) -> int:
    statement = select(func.count()).where(_COLUMNS.registered_at.is_not(None))
    return connection.execute(statement).scalar_one()


def register(connection: Connection, name: str, by: str, now: datetime) -> DomainRecord:
    """Register a domain. One that was registered before gets its old report address again."""
    domain_ids(connection, [name], now)
    record = find(connection, name)
    assert record is not None  # noqa: S101 -- made in the line before
    if not record.registered:
        values = {"token": record.token or _token(), "registered_at": now, "registered_by": by}
        connection.execute(update(table(Domain)).where(_COLUMNS.id == record.id).values(values))
    return find(connection, name) or record


def unregister(connection: Connection, name: str) -> None:
    """Forget a registration: its address takes no mail any more; what was reported stays."""
    connection.execute(update(table(Domain)).where(_COLUMNS.name == name).values(registered_at=None, registered_by=""))


def change_thresholds(connection: Connection, name: str, values: Mapping[str, float | int | None]) -> None:
    """Set thresholds of a domain; None takes one back to the default."""
    connection.execute(update(table(Domain)).where(_COLUMNS.name == name).values(dict(values)))


def _token() -> str:
    return "".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(_TOKEN_LENGTH))


def _one(connection: Connection, condition: object) -> DomainRecord | None:
    row = connection.execute(select(table(Domain)).where(condition)).first()  # type: ignore[arg-type]  # a column's comparison
    return _record(row) if row else None


def _record(row: object) -> DomainRecord:
    return DomainRecord(**{name: getattr(row, name) for name in DomainRecord.__slots__})
