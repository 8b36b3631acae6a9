"""Supervises the connection: one login for the calls, and a session after the other, whatever breaks one."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.discord.client import ListeningClient, calling_client, reason_of
from bot.discord.failure import in_words
from bot.discord.library import discord


class DiscordRefused(Exception):
    """Discord does not take the token; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things may take, in seconds."""

    login: float = 20.0
    first_pause: float = 1.0
    longest_pause: float = 120.0
    """720 sessions a day at most: Discord allows 1,000."""
    healthy: float = 60.0
    """A session that lasted so long was a sound one: the next pause is short again."""
    close: float = 0.8
    """For saying goodbye."""


_TOKEN_REFUSED = 4004
"""The gateway's code."""
REFUSED = "Discord refuses DISCORD_TOKEN. It has to be the bot's token: Developer Portal, Bot, Reset Token."


class DiscordConnection:
    """Connected from `open` to `close`."""

    def __init__(
        self,
        token: str,
        make_session: Callable[[discord.Client], ListeningClient],
        pace: Pace,
        monotonic: Callable[[], float],
    ) -> None:
        self._token = token
        self._make_session = make_session
        self._pace = pace
        self._monotonic = monotonic
        self._pause = pace.first_pause
        self._client: discord.Client | None = None
        self._session: ListeningClient | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("discord")

    @property
    def client(self) -> discord.Client | None:
        """What makes calls, as soon as it is logged in: it stays while sessions come and go."""
        return self._client

    @property
    def is_open(self) -> bool:
        """Whether events come in now."""
        return self._session is not None and self._session.is_connected

    async def open(self) -> None:
        """Log in and begin to listen. Raises DiscordRefused for a refused token.

        When Discord cannot be reached now, it returns all the same and goes on trying.
        """
        await self._log_in()
        self._keeping = asyncio.create_task(self._keep(), name="discord-connection")

    async def close(self) -> None:
        """Leave nothing open, whatever Discord does."""
        session = self._session
        if self._keeping is not None:
            self._keeping.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeping
        for client in (session, self._client):
            if client is not None:
                await self._shut(client)

    async def _keep(self) -> None:
        while True:
            if self._client is not None:
                await self._listen(self._client)
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, self._pace.longest_pause)
            if self._client is None:
                await self._log_in_late()

    async def _log_in_late(self) -> None:
        try:
            await self._log_in()
        except DiscordRefused as error:
            self._log.error("discord.refused", reason=str(error))
        if self._client is not None:
            self._pause = self._pace.first_pause

    async def _log_in(self) -> None:
        """Make a client that can make calls; None is left when Discord cannot be reached."""
        client = calling_client()
        try:
            async with asyncio.timeout(self._pace.login):
                await client.login(self._token)
        except discord.LoginFailure as error:
            await self._shut(client)
            raise DiscordRefused(REFUSED) from error
        except Exception as error:  # noqa: BLE001 -- whatever it is: the next try makes a new client
            self._log.warning("discord.unreachable", reason=in_words(error))
            await self._shut(client)
        except BaseException:
            await self._shut(client)
            raise
        else:
            self._client = client

    async def _listen(self, client: discord.Client) -> None:
        """Listen until the session ends, whatever ends it."""
        self._session = session = self._make_session(client)
        began = self._monotonic()
        reason = "it ended"
        try:
            await session.listen()
        except Exception as error:  # noqa: BLE001 -- whatever it is: the next session is a new client's
            reason = reason_of(error)
            if isinstance(error, discord.ConnectionClosed) and error.code == _TOKEN_REFUSED:
                self._log.error("discord.refused", reason=REFUSED)
        if self._monotonic() - began >= self._pace.healthy:
            self._pause = self._pace.first_pause
        self._log.warning("discord.connection-lost", reason=reason, next_try_in_seconds=self._pause)
        await self._shut(session)
        self._session = None

    async def _shut(self, client: discord.Client) -> None:
        try:
            with suppress(Exception):
                async with asyncio.timeout(self._pace.close):
                    await client.close()
        finally:
            if isinstance(client, ListeningClient):
                client.forget()
            with suppress(Exception):
                await client.http.close()
