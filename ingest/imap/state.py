"""How it stands with the mailbox, for whoever asks: readiness, heartbeat."""

from dataclasses import dataclass
from datetime import datetime

from ingest.imap.faults import MailboxFault


@dataclass(slots=True)
class MailboxState:
    """Written by what reads the mailbox. Times are aware UTC."""

    fault: MailboxFault | None = None
    """Why the mailbox cannot be read; None while all is well, and until it was tried first."""
    since: datetime | None = None
    """Beginning of the trouble."""
    read_at: datetime | None = None
    """When all mails that were there had been read."""

    async def trouble(self) -> str:
        """Say in a few words of our own what is wrong; empty while nothing is."""
        return f"cannot be read ({self.fault.trouble})" if self.fault else ""

    def fails(self, fault: MailboxFault, now: datetime) -> None:
        self.since = self.since or now
        self.fault = fault.remembered()

    def is_read(self, now: datetime) -> None:
        """Note that nothing is left to be read."""
        self.fault, self.since, self.read_at = None, None, now
