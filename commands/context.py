"""What an answer may use: the database, the clock, and what the settings say."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Connection

from commands.announcing import Announce, nobody_announces
from commands.doctor import Examine, nobody_examines
from commands.question import Asker, Platform
from commands.records.addresses import Home
from commands.rereading import ReadAgain, nobody_reads
from storage.database import Database
from storage.domains import Thresholds

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to every answer."""

    database: Database
    clock: Callable[[], datetime]
    """Returns now, in aware UTC."""
    thresholds: Thresholds
    """The defaults."""
    report_domain: str
    shared_address: str
    """Local part; empty when there is none."""
    asker: Asker
    public_url: str = ""
    """Of the HTTPS endpoint; empty when there is none."""
    mailbox: str = ""
    """User, server and folder of the mailbox that is read for reports; empty when there is none."""
    platforms: frozenset[str] = frozenset({Platform.SLACK.value, Platform.DISCORD.value})
    """Chat platforms that are connected."""
    announce: Announce = nobody_announces
    """Says something in a channel at once."""
    examine: Examine = nobody_examines
    """Looks at the bot's own set-up."""
    read_again: ReadAgain = nobody_reads
    """Reads mails from quarantine once more."""

    @property
    def home(self) -> Home:
        return Home(self.report_domain, self.public_url)

    @property
    def today(self) -> date:
        return self.clock().date()

    async def read(self, question: Callable[[Connection], T]) -> T:
        """Run queries off the loop, on one state of the database."""

        def run() -> T:
            with self.database.reading() as connection:
                return question(connection)

        return await asyncio.to_thread(run)

    async def change(self, act: Callable[[Connection], T]) -> T:
        """Run changes off the loop, in one durable transaction."""

        def run() -> T:
            with self.database.writing() as connection:
                return act(connection)

        return await asyncio.to_thread(run)
