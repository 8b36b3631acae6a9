"""Says something in a channel at once, through the chats that are connected."""

import asyncio
import secrets
from collections.abc import Mapping

import structlog

from bot.transport import Transport, TransportError
from commands.announcing import Announced, Fate, nobody_announces
from commands.channels import Channel
from commands.question import Platform
from commands.reply import Reply
from storage.outbox import channel_id_of

SECONDS = 10.0
"""An asker waits for it."""

log = structlog.get_logger(__name__)


class Announcer:
    """Knows the chats as soon as they are started: commands may come before."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._transports: Mapping[str, Transport] = {}

    def speak_through(self, transports: Mapping[str, Transport]) -> None:
        """Take what posts on each platform."""
        self._transports = transports

    async def __call__(self, channel: Channel, reply: Reply) -> Announced:
        """Post a reply, and tell what became of it."""
        transport = self._transports.get(channel.platform)
        if transport is None:
            return await nobody_announces(channel, reply)
        try:
            async with asyncio.timeout(self._seconds):
                reference = await transport.post(channel.name, reply, f"announcement:{secrets.token_hex(8)}")
        except TransportError as error:
            return _refused(channel, error)
        except TimeoutError:
            return _not_known(channel, "too slow")
        except Exception as error:
            log.exception("announcing failed", channel=str(channel))
            return _not_known(channel, type(error).__name__)
        return Announced(Fate.SAID, channel_id=channel_id_of(reference) if channel.is_named else "")


def _refused(channel: Channel, error: TransportError) -> Announced:
    if error.permanent:
        return Announced(Fate.REFUSED, error.reason, error.what_to_do)
    if error.refused and error.what_to_do:
        return Announced(Fate.REFUSED_YET, error.reason, error.what_to_do)
    return _not_known(channel, error.reason)


def _not_known(channel: Channel, reason: str) -> Announced:
    return Announced(Fate.NOT_KNOWN, f"{Platform(channel.platform).title()} could not be asked now ({reason})")
