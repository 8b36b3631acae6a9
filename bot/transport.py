"""What the program needs of a chat platform."""

from datetime import datetime
from typing import Protocol

from commands.reply import Reply


class CannotStart(Exception):
    """The program cannot start with what is set (a token, an address); only an operator can change that."""


class TransportError(Exception):
    """A message was not posted, or nobody knows whether it was.

    `reason`: the platform's word, or `unreachable` (nothing was sent), `answer-lost` and `http-503` (look with `find`
    first).
    `permanent`: the platform will not take it later either: the channel is gone or archived, the message is wrong.
    What people can mend while the bot runs (an invitation, a scope, a permission) is not permanent.
    `retry_after`: seconds that the platform asks to wait.
    `refused`: the platform read it and did not take it.
    `what_to_do`: in words, for who runs the bot or the channel; empty where nobody can do anything.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        refused: bool = False,
        what_to_do: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.refused = refused
        self.what_to_do = what_to_do


class Transport(Protocol):
    """A platform on which messages are posted."""

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        """Post a message and return the platform's reference to it. Raises TransportError."""
        ...

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Return the reference of a message that was posted with this key, if the platform can tell."""
        ...
