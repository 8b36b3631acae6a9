"""The tables beside reports: what could not be read, what is to be checked again, how far a mailbox was read."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from storage.columns import NAME_LENGTH, NEVER_REUSED_IDS, WITHOUT_ROWID, time_field


class Quarantined(SQLModel, table=True):
    """An original without a readable report, and why."""

    __table_args__ = (Index("quarantined_by_kind", "kind", "arrived_at"), NEVER_REUSED_IDS)
    id: int | None = Field(default=None, primary_key=True)
    original_id: int = Field(
        sa_column=Column(ForeignKey("original.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    arrived_at: datetime = time_field()
    kind: str = Field(max_length=16)
    reason: str = Field(max_length=64)
    detail: str
    content_hash: str = Field(max_length=64, index=True)
    sender: str = Field(max_length=NAME_LENGTH)
    """Domain that it came from, as it says itself; empty when it says none."""
    size: int
    """Bytes of the original."""
    told: bool
    """Whether the daily message has counted it."""


class DkimRecheck(SQLModel, table=True):
    """An original whose DKIM keys could not be looked up (temperror), and when that is tried again."""

    __tablename__ = "dkim_recheck"
    __table_args__ = (WITHOUT_ROWID,)
    original_id: int = Field(sa_column=Column(ForeignKey("original.id", ondelete="CASCADE"), primary_key=True))
    due_at: datetime = time_field(index=True)
    attempts: int


class MailboxPosition(SQLModel, table=True):
    """How far a mailbox was read (RFC 9051 section 2.3.1.1): `last_uid` counts within one `uid_validity`."""

    __tablename__ = "mailbox_position"
    __table_args__ = (WITHOUT_ROWID,)
    mailbox: str = Field(max_length=NAME_LENGTH, primary_key=True)
    uid_validity: int = Field(sa_type=BigInteger)
    last_uid: int = Field(sa_type=BigInteger)
