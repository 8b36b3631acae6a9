"""Reads a mailbox all the time: connects, reads what is new, waits for more, and begins again when that fails."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

import structlog

from ingest.imap.faults import MailboxFault, Trouble
from ingest.imap.mailbox import Account
from ingest.imap.pace import Pace, Pauses
from ingest.imap.round import Positions, Round, Take
from ingest.imap.session import Session
from ingest.imap.state import MailboxState
from ingest.smtp.values import OurFault
from ingest.traces import trace_of

log = structlog.get_logger(__name__)


class MailboxWatch:
    """Reads one mailbox until it is cancelled."""

    def __init__(
        self,
        account: Account,
        take: Take,
        positions: Positions,
        *,
        max_message_bytes: int,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self.state = MailboxState()
        self._account = account
        self._take = take
        self._positions = positions
        self._max_message_bytes = max_message_bytes
        self._clock = clock
        self._pace = pace or Pace()
        self._failures = 0
        """In a row, since all was read."""

    async def run(self) -> None:
        """Read for ever. No fault of the server, of the network or of ours ends it."""
        pauses = Pauses(self._pace)
        while True:
            began = time.monotonic()
            self._tell(await self._read_until_it_fails())
            await asyncio.sleep(pauses.after(time.monotonic() - began))

    async def _read_until_it_fails(self) -> MailboxFault:
        try:
            return await self._read()
        except MailboxFault as fault:
            return fault
        except OurFault as fault:
            return MailboxFault(Trouble.OUR_FAULT, f"What was read could not be stored: {fault}.")
        except Exception as error:  # noqa: BLE001 -- whatever it is: it is tried again
            return _unforeseen(error)

    async def _read(self) -> NoReturn:
        session = await Session.open(self._account, self._pace.command)
        try:
            while True:
                more = await Round(session, self._take, self._positions, self._max_message_bytes).run()
                if not more:
                    self._note_that_all_is_read()
                await asyncio.sleep(self._pace.breath)
                if not more:
                    await self._wait(session)
        finally:
            session.close()

    async def _wait(self, session: Session) -> None:
        if session.tells_news:
            await session.wait_for_news(self._pace.idle)
        else:
            await asyncio.sleep(self._pace.poll)

    def _note_that_all_is_read(self) -> None:
        if self.state.fault or self.state.read_at is None:
            log.info("all mails of the mailbox are read", mailbox=str(self._account.address))
        self._failures = 0
        self.state.is_read(self._clock())

    def _tell(self, fault: MailboxFault) -> None:
        """Log each trouble once. Servers end connections as they like: that one ended is no trouble yet."""
        self._failures += 1
        if fault.trouble is Trouble.LOST and self._failures == 1 and self.state.read_at:
            log.info("connecting to the mailbox again", reason=fault.detail)
            return
        known = self.state.fault
        self.state.fails(fault, self._clock())
        if known is None or fault.trouble is not known.trouble:
            log.error(
                "the mailbox cannot be read",
                trouble=fault.trouble.value,
                reason=fault.detail,
                what_to_do=fault.what_to_do or "Nothing: it is tried again.",
                mailbox=str(self._account.address),
            )


def _unforeseen(error: Exception) -> MailboxFault:
    log.error("reading the mailbox failed", reason=type(error).__name__, trace=trace_of(error))
    return MailboxFault(Trouble.OUR_FAULT, f"Reading failed ({type(error).__name__}).")
