"""How far the mailbox was read, kept in the database beside the reports."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from ingest.smtp.values import OurFault
from storage.database import Database, DatabaseUnavailable
from storage.mailboxes import Position, move, position_of

T = TypeVar("T")


class StoredPosition:
    """The position of one mailbox, under its address."""

    def __init__(self, database: Database, mailbox: str) -> None:
        self._database = database
        self._mailbox = mailbox

    async def known(self) -> Position | None:
        """Return how far the mailbox was read; None at the first time. Raises OurFault."""
        return await _off_the_loop(self._load)

    async def move(self, position: Position) -> None:
        """Return once the position is on disk. Raises OurFault."""
        await _off_the_loop(lambda: self._store(position))

    def _load(self) -> Position | None:
        with self._database.reading() as connection:
            return position_of(connection, self._mailbox)

    def _store(self, position: Position) -> None:
        with self._database.writing() as connection:
            move(connection, self._mailbox, position)


async def _off_the_loop(work: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(work)
    except DatabaseUnavailable as error:
        raise OurFault(str(error)) from error
