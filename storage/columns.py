"""Column types that both databases keep alike, and what all tables have in common."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, TypeDecorator
from sqlmodel import Field

NAME_LENGTH = 255
WITHOUT_ROWID = {"sqlite_with_rowid": False}
NEVER_REUSED_IDS = {"sqlite_autoincrement": True}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time. SQLite hands times back without a zone; this puts it back. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def json_field(*, nullable: bool = False) -> Any:
    return Field(sa_column=Column(JSON, nullable=nullable))


def sessions_field(*, nullable: bool = False) -> Any:
    """Return a column for a count of sessions."""
    return Field(sa_type=BigInteger, nullable=nullable)


def time_field(*, nullable: bool = False, index: bool = False) -> Any:
    return Field(sa_type=UtcDateTime, nullable=nullable, index=index)
