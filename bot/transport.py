"""What the program needs of a chat platform."""

from datetime import datetime
from typing import Protocol

from commands.reply import Reply


class CannotStart(Exception):
    """The program cannot start with what is set (a token, an address); only an operator can change that."""


class TransportError(Exception):
    """A message was not posted, or nobody knows whether it was.

    `permanent`: the platform will not take it later either (archived). An invitation cures what is missing otherwise.
    `retry_after`: seconds that the platform asks to wait.
    `reason`: the platform's word, or `unreachable` (nothing was sent), `answer-lost` and `http-503` (look with `find`
    first).
    """

    def __init__(self, reason: str, *, permanent: bool, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


class Transport(Protocol):
    """A platform on which messages are posted."""

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        """Post a message and return the platform's reference to it. Raises TransportError."""
        ...

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the reference of a message that was posted with this key, if the platform can tell."""
        ...
