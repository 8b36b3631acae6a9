"""The transfer of one upload: its bytes as they come, the memory that they take, and the pace that they keep."""

import asyncio
from typing import Protocol

from ingest.https.limits import HttpsLimits
from ingest.https.replies import TOO_BUSY, TOO_LARGE, TOO_SLOW, Refused
from ingest.smtp.memory import Hold


class Body(Protocol):
    """What an upload is read from."""

    async def readany(self) -> bytes:
        """Return what is there, at least one byte; nothing at the end. Raises what the connection raises."""
        ...


class Transfer:
    """Reads the body of one request to its end."""

    def __init__(self, limits: HttpsLimits, hold: Hold) -> None:
        self._limits = limits
        self._hold = hold
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    async def run(self, body: Body) -> bytes:
        """Return the whole body. Raises Refused, and what the connection raises when the sender is gone."""
        received = bytearray()
        while True:
            try:
                async with asyncio.timeout(self._seconds_left(len(received))):
                    block = await body.readany()
            except TimeoutError:
                raise Refused(TOO_SLOW) from None
            if not block:
                return bytes(received)
            if len(received) + len(block) > self._limits.max_body_bytes:
                raise Refused(TOO_LARGE)
            if not self._hold.resize(len(received) + len(block)):
                raise Refused(TOO_BUSY)
            received += block

    def _seconds_left(self, received: int) -> float:
        """For the next bytes: until the pause is too long, the average too low, or all of it has taken too long."""
        limits = self._limits
        allowed = min(limits.seconds_per_upload, limits.seconds_before_slow + received / limits.min_bytes_per_second)
        return min(limits.seconds_between_bytes, self._began + allowed - self._loop.time())
