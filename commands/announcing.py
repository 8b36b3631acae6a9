"""Saying something in a channel at once: what a command asks of the chats, and what became of it. Pure."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from commands.channels import Channel
from commands.reply import Reply


class Fate(Enum):
    """What became of an announcement."""

    SAID = auto()
    REFUSED_YET = auto()
    """The bot may not post there, which people can mend."""
    REFUSED = auto()
    """The bot can never post there."""
    NOT_KNOWN = auto()
    """The platform could not be asked, or did not answer."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What became of it, and why, in words."""

    fate: Fate
    why: str = ""
    """The platform's word, or what keeps it from being asked; without a full stop."""
    what_to_do: str = ""
    """A sentence; empty where there is nothing to say."""
    channel_id: str = ""
    """The platform's own id of the channel, where it was named and something was said there."""


Announce = Callable[[Channel, Reply], Awaitable[Announced]]
"""Says something in a channel, once; never raises, and takes no longer than an asker waits."""


async def nobody_announces(_channel: Channel, _reply: Reply) -> Announced:
    """Stand in where no chat is connected, as with one command on the command line."""
    return Announced(Fate.NOT_KNOWN, "Nothing is connected to the chat from here")
