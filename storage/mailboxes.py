"""How far each mailbox was read."""

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from storage.reception_tables import MailboxPosition
from storage.tables import table


@dataclass(frozen=True, slots=True)
class Position:
    """Mails up to `last_uid` were read; it counts within one `uid_validity` (RFC 9051 section 2.3.1.1)."""

    uid_validity: int
    last_uid: int = 0


def position_of(connection: Connection, mailbox: str) -> Position | None:
    """Return how far a mailbox was read; None when it never was."""
    column = table(MailboxPosition).c
    statement = select(column.uid_validity, column.last_uid).where(column.mailbox == mailbox)
    row = connection.execute(statement).first()
    return Position(row.uid_validity, row.last_uid) if row else None


def move(connection: Connection, mailbox: str, position: Position) -> None:
    """Note how far a mailbox was read. Must run in a writing transaction."""
    values = {"uid_validity": position.uid_validity, "last_uid": position.last_uid}
    statement = insert(table(MailboxPosition)).values(mailbox=mailbox, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["mailbox"], set_=values))
