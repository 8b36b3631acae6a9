"""Posts what the outbox holds into Discord's channels, and finds messages whose answer was lost."""

import base64
import hashlib
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.discord.calls import Calls
from bot.discord.failure import CALL_FAILURES, failure
from bot.discord.library import discord
from bot.discord.picture import Draw, drawn
from bot.discord.render import render_message
from bot.discord.sending import files, parts
from bot.transport import TransportError
from commands.reply import Reply

CALL_SECONDS = 15.0
DRAW_SECONDS = 20.0
CLOCK_SKEW = timedelta(minutes=2)
MESSAGES_LOOKED_AT = 1_000
MARK_CHARACTERS = 16
MOST_CALLS = 100
"""The outbox posts into 50 channels at once."""

T = TypeVar("T")


class DiscordTransport:
    """Where the outbox hands its messages to.

    Each message carries a mark made from its key: as its nonce, by which Discord itself drops a double for some
    minutes, and in its small print, by which it is found in the channel's history for as long as it stands there.
    """

    def __init__(
        self, client: Callable[[], discord.Client | None], draw: Draw, call_seconds: float = CALL_SECONDS
    ) -> None:
        self._client = client
        self._draw = draw
        self._call_seconds = call_seconds
        self._calls = Calls(MOST_CALLS)

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        """Post a reply into a channel (an id) and give its reference, `channel/message`. Raises TransportError."""
        place = self._place(channel)
        mark = mark_of(key)
        picture = await drawn(self._draw, reply.chart, DRAW_SECONDS)
        message = render_message(reply, picture=picture, remarks=(said_mark(mark),))
        sending = place.send(**parts(message), files=files(message.files), nonce=mark)
        posted = await self._within_bounds(sending)
        return f"{channel}/{posted.id}"

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Give the reference of the message that was posted with this key at or after `since` (aware).

        None when there is none, and when the bot may not read the channel's history. Raises TransportError when
        Discord cannot be asked now: then nobody knows, and posting again could double the message.
        """
        place = self._place(channel)
        try:
            found = await self._within_bounds(self._found(place, said_mark(mark_of(key)), since - CLOCK_SKEW))
        except TransportError as error:
            if error.refused:
                return None
            raise
        return f"{channel}/{found}" if found else None

    async def stop(self) -> None:
        """End the calls that nobody waits for any more."""
        await self._calls.stop()

    def _place(self, channel: str) -> discord.PartialMessageable:
        if not (channel.isascii() and channel.isdigit()):
            raise TransportError("a channel of Discord is named by its id: discord:123456789", permanent=True)
        client = self._client()
        if client is None:
            raise TransportError("unreachable", permanent=False)
        return client.get_partial_messageable(int(channel))

    async def _found(self, place: discord.PartialMessageable, said: str, since: datetime) -> int | None:
        client = self._client()
        async for message in place.history(limit=MESSAGES_LOOKED_AT, after=since):
            is_ours = client is not None and client.user is not None and message.author.id == client.user.id
            footers = (embed.footer.text or "" for embed in message.embeds)
            if is_ours and any(said in footer.splitlines() for footer in footers):
                return message.id
        return None

    async def _within_bounds(self, call: Coroutine[Any, Any, T]) -> T:
        """Wait for a call, but not so long that the other platforms' messages wait as well."""
        try:
            return await self._calls.within(self._call_seconds, call)
        except CALL_FAILURES as error:
            found = failure(error)
            raise TransportError(
                found.word,
                permanent=found.permanent,
                retry_after=found.retry_after,
                refused=found.refused,
                what_to_do=found.what_to_do,
            ) from error


def mark_of(key: str) -> str:
    """Return what stands for a key in a message: short, in small letters and figures."""
    digest = hashlib.sha256(key.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:MARK_CHARACTERS]


def said_mark(mark: str) -> str:
    """Return the line of small print that carries a mark."""
    return f"Message {mark}"
