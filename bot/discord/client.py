"""The clients: one that makes calls, and for each session one that listens to no more than the guild events."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from bot.discord.failure import in_words
from bot.discord.library import discord

LONGEST_RATE_LIMIT_SECONDS = 30.0
"""The library waits up to so long by itself (it takes no less), and else tells."""
IDENTIFY_PAUSE_SECONDS = 5.0
"""Between two sessions of one client: Discord begins no more than one in that time."""
SILENCE_SECONDS = 60.0
"""A connection on which nothing came for so long, not even the answer to a heartbeat, is cut and made anew."""
CUTS_IN_A_ROW = 5
"""So many connections without an event between them, and the session is given up for a new one, with a pause."""


class TooManyCuts(Exception):
    """The gateway takes connections and ends them at once."""


class Listener(Protocol):
    """Hears what happens on Discord."""

    async def guilds_are_known(self, client: discord.Client) -> None:
        """Take notice: a session has begun, or the bot has entered or left a guild."""

    async def interaction(self, interaction: discord.Interaction) -> None:
        """Somebody typed a command, types into one, or pressed a button."""


def calling_client() -> discord.Client:
    """Return a client that makes calls once it is logged in, whatever becomes of the gateway."""
    return discord.Client(
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=LONGEST_RATE_LIMIT_SECONDS,
    )


class ListeningClient(discord.Client):
    """One session. The library has no way back from some of its faults: after any end, another one is made.

    Its calls are those of the client that has logged in, so that what it began goes on when it has ended.
    """

    def __init__(
        self,
        listener: Listener,
        calling: discord.Client,
        *,
        identify_pause: float = IDENTIFY_PAUSE_SECONDS,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            heartbeat_timeout=silence,
        )
        self._never_opened = self.http
        self.http = self._connection.http = calling.http
        parsers = self._connection.parsers
        parsers.update({name: self._unless_unreadable(name, read) for name, read in parsers.items() if name != "READY"})
        self._listener = listener
        self._identify_pause = identify_pause
        self._cuts = 0
        self.is_connected = False
        """Whether events come in now."""
        self._told: frozenset[int] = frozenset()
        self._given_up = asyncio.Event()
        self._structured_log = structlog.get_logger("discord")

    async def listen(self) -> None:
        """Listen until the session ends. A cut is mended by resuming it; what goes beyond that is raised."""
        await self._async_setup_hook()
        listening = asyncio.create_task(self.connect(reconnect=False), name="discord-gateway")
        giving_up = asyncio.create_task(self._given_up.wait(), name="discord-cuts")
        try:
            await asyncio.wait((listening, giving_up), return_when=asyncio.FIRST_COMPLETED)
            if not listening.done():
                raise TooManyCuts(f"{CUTS_IN_A_ROW} connections broke one after the other")
            listening.result()
        finally:
            for task in (listening, giving_up):
                task.cancel()
            await asyncio.gather(listening, giving_up, return_exceptions=True)

    async def close(self) -> None:
        """End the session alone: the library would close what makes the calls with it."""
        self.http = self._never_opened
        await super().close()

    def forget(self) -> None:
        """End what the library leaves running when it was cut off in the middle of an opening."""
        if self._connection._ready_task is not None:  # noqa: SLF001 -- nothing else leads there
            self._connection._ready_task.cancel()  # noqa: SLF001
        for thread in threading.enumerate():
            if isinstance(thread, discord.gateway.KeepAliveHandler) and thread.ws._connection is self._connection:  # noqa: SLF001
                thread.stop()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before a session that follows another one."""
        del shard_id
        if not initial:
            await asyncio.sleep(self._identify_pause)

    async def on_connect(self) -> None:
        """READY: the ids of all guilds are known."""
        self._cuts = 0
        self.is_connected = True
        self._told = frozenset(guild.id for guild in self.guilds)
        await self._listener.guilds_are_known(self)

    async def on_guild_join(self, _: discord.Guild) -> None:
        await self._guilds_changed()

    async def on_guild_available(self, _: discord.Guild) -> None:
        """Take notice: an outage is over, or the bot was invited in the first seconds of a session."""
        await self._guilds_changed()

    async def on_guild_remove(self, _: discord.Guild) -> None:
        await self._guilds_changed()

    async def on_resumed(self) -> None:
        """Take notice: the connection was cut, and nothing is lost."""
        self._cuts = 0
        self.is_connected = True
        self._structured_log.info("discord.resumed")

    async def on_disconnect(self) -> None:
        """Count: the library connects again at once, as often as the gateway hangs up."""
        self._cuts += 1
        self.is_connected = False
        if self._cuts >= CUTS_IN_A_ROW:
            self._given_up.set()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self._listener.interaction(interaction)

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Log what broke in here."""
        self._structured_log.exception("discord.event-failed", event_name=event_method)

    async def _guilds_changed(self) -> None:
        present = frozenset(guild.id for guild in self.guilds)
        if present != self._told:
            self._told = present
            await self._listener.guilds_are_known(self)

    def _unless_unreadable(self, name: str, read: Callable[[Any], None]) -> Callable[[Any], None]:
        """Read an event, or pass over it: the library would end the session. Without READY there is none."""

        def read_or_passed_over(data: Any) -> None:
            try:
                read(data)
            except Exception as error:  # noqa: BLE001 -- whatever came: the next event has nothing to do with it
                self._structured_log.warning("discord.unreadable-event", event_name=name, reason=in_words(error))

        return read_or_passed_over


def reason_of(error: BaseException) -> str:
    """Say why a session ended; a missing sequence means that it broke before it had begun."""
    return "the gateway broke off" if isinstance(error, AttributeError) else in_words(error)
