"""The transfer of one mail: its bytes as they come, the memory that they take, and the pace that they keep."""

import asyncio
from collections.abc import Callable

from ingest.smtp.commands import Cut
from ingest.smtp.data import MessageData
from ingest.smtp.memory import Hold
from ingest.smtp.refusals import Refusal
from ingest.smtp.values import SmtpLimits

BLOCK_BYTES = 256 * 1024


class Transfer:
    """Reads one mail to its end. `data` has the content; `fits` is false when there was no memory for it."""

    def __init__(self, limits: SmtpLimits, wait_at_most: Callable[[float], None]) -> None:
        """Take what is told before each wait how many seconds the sender has for the next bytes."""
        self.data = MessageData(limits.max_message_bytes)
        self.fits = True
        self._limits = limits
        self._wait_at_most = wait_at_most
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._received = 0

    async def run(self, reader: asyncio.StreamReader, hold: Hold) -> bytes:
        """Return what follows the mail. Raises EOFError when the sender is gone, and Cut."""
        while True:
            self._wait_at_most(self._seconds_left())
            block = await reader.read(BLOCK_BYTES)
            if not block:
                raise EOFError
            self._received += len(block)
            rest = self.data.feed(block)
            if not hold.resize(self.data.held_bytes):
                self.data.drop()
                hold.keep(self.data.held_bytes)  # at once: the others need not go as well
                self.fits = False
            if rest is not None:
                return rest
            if self._received > self._limits.max_message_bytes + self._limits.max_bytes_to_discard:
                raise Cut(Refusal.WITHOUT_END)

    def _seconds_left(self) -> float:
        """Until the average falls below the least pace."""
        allowed = self._limits.seconds_before_slow + self._received / self._limits.min_bytes_per_second
        return max(0.001, self._began + allowed - self._loop.time())
