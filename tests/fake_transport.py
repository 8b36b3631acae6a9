"""A platform in memory: it keeps what was posted, and fails as it is told."""

import asyncio
from collections import deque
from datetime import datetime

from bot.transport import TransportError
from commands.reply import Reply

ANSWER_LOST = TransportError("answer-lost", permanent=False)
UNREACHABLE = TransportError("unreachable", permanent=False)
ARCHIVED = TransportError("is_archived", permanent=True)


def asked_to_wait(seconds: float) -> TransportError:
    """The platform's 429."""
    return TransportError("ratelimited", permanent=False, retry_after=seconds)


class FakeTransport:
    """Posts in order. `faults` are raised one after another by `post`, `find_faults` by `find`.

    A lost answer is raised after the message was taken, all others instead of taking it.
    """

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, str]] = []
        """(channel, key, title)."""
        self.looked_for: list[tuple[str, str, datetime]] = []
        self.faults: deque[Exception | None] = deque()
        self.closed: dict[str, Exception] = {}
        """Channels that take nothing, and what they answer."""
        self.find_faults: deque[Exception] = deque()
        self.can_find = True
        self.ids: dict[str, str] = {}
        """Ids of the channels that are known by a name."""
        self.gate = asyncio.Event()
        self.gate.set()

    @property
    def titles(self) -> list[str]:
        return [title for _, _, title in self.posted]

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        await self.gate.wait()
        fault = self.closed.get(channel) or (self.faults.popleft() if self.faults else None)
        if fault is None or fault is ANSWER_LOST:
            self.posted.append((channel, key, reply.title))
        if fault is not None:
            raise fault
        return f"{self.ids.get(channel, channel)}/{len(self.posted)}"

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        self.looked_for.append((channel, key, since))
        if self.find_faults:
            raise self.find_faults.popleft()
        if not self.can_find:
            return None
        places = (number for number, one in enumerate(self.posted, 1) if one[:2] == (channel, key))
        return next((f"{channel}/{number}" for number in places), None)
