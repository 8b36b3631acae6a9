"""A mailbox as the event loop sees it: each command has its time, and can be cut."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from ingest.imap.cable import Cable
from ingest.imap.faults import MailboxFault, Trouble, in_our_words
from ingest.imap.mailbox import Account, Head, Mailbox
from ingest.imap.own_thread import in_own_thread

T = TypeVar("T")

SECONDS_TO_OPEN = 90.0


class Session:
    """One connection. Every method raises MailboxFault; after that, or when cancelled, the connection is gone."""

    def __init__(self, mailbox: Mailbox, cable: Cable, seconds: float) -> None:
        self._mailbox = mailbox
        self._cable = cable
        self._seconds = seconds

    @classmethod
    async def open(cls, account: Account, seconds: float) -> "Session":
        """Connect and log in. `seconds` are for each command."""
        cable = Cable()
        opening = min(seconds, SECONDS_TO_OPEN)
        try:
            with in_our_words(broken=Trouble.UNREACHABLE):
                mailbox = await in_own_thread(lambda: cable.using(lambda: Mailbox(account, cable)), opening, cable.cut)
        except MailboxFault:
            cable.cut()
            raise
        return cls(mailbox, cable, seconds)

    async def look(self) -> int:
        """Return the UIDVALIDITY of the folder as it is now."""
        return await self._run(self._mailbox.look)

    async def uids_after(self, uid: int) -> tuple[list[int], bool]:
        """See Mailbox.uids_after."""
        return await self._run(lambda: self._mailbox.uids_after(uid))

    async def heads(self, uids: Sequence[int]) -> list[Head]:
        """See Mailbox.heads."""
        return await self._run(lambda: self._mailbox.heads(uids))

    async def bodies(self, uids: Sequence[int], most: int) -> dict[int, bytes]:
        """See Mailbox.bodies."""
        return await self._run(lambda: self._mailbox.bodies(uids, most))

    @property
    def tells_news(self) -> bool:
        return self._mailbox.tells_news

    async def wait_for_news(self, seconds: float) -> None:
        """See Mailbox.wait_for_news."""
        await self._run(lambda: self._mailbox.wait_for_news(seconds), seconds)

    def close(self) -> None:
        """Cut the connection. Nothing is waited for."""
        self._cable.cut()

    async def _run(self, work: Callable[[], T], more_seconds: float = 0) -> T:
        with in_our_words():
            return await in_own_thread(lambda: self._cable.using(work), self._seconds + more_seconds, self._cable.cut)
