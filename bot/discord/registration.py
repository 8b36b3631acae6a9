"""Keeps the slash command of each served guild as it is declared: asks first, and writes only what is different."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import structlog

from bot.discord.calls import Calls
from bot.discord.declaration import is_same
from bot.discord.failure import CALL_FAILURES, failure
from bot.discord.library import discord

LONGEST_PAUSE_SECONDS = 600.0
CALL_SECONDS = 60.0
MOST_CALLS = 100
HINT = "invite the bot again with the scopes bot and applications.commands"


class Registration:
    """Writes the command; tries again by itself for as long as Discord cannot be asked."""

    def __init__(self, command: Mapping[str, Any], first_pause: float) -> None:
        self._command = dict(command)
        self._first_pause = first_pause
        self._trying: dict[int, asyncio.Task[None]] = {}
        self._calls = Calls(MOST_CALLS)
        self._log = structlog.get_logger("discord")

    def begin(self, client: discord.Client, guilds: Collection[int]) -> None:
        """Begin to look after these guilds through this client; what was tried through an older one ends."""
        self._try_no_more()
        for guild in guilds:
            name = f"discord-commands-{guild}"
            self._trying[guild] = asyncio.create_task(self._keep_trying(client, guild), name=name)

    async def stop(self) -> None:
        """Try no more, and leave no call open."""
        self._try_no_more()
        await self._calls.stop()

    def _try_no_more(self) -> None:
        for task in self._trying.values():
            task.cancel()
        self._trying.clear()

    async def _keep_trying(self, client: discord.Client, guild: int) -> None:
        pause, told = self._first_pause, False
        while True:
            try:
                await self._calls.within(CALL_SECONDS, self._registered(client, guild))
            except CALL_FAILURES as error:
                found = failure(error)
                self._log.warning("discord.commands-not-registered", guild=guild, reason=found.word)
                if found.refused and not told:
                    told = True
                    self._log.error("discord.commands-refused", guild=guild, hint=HINT)
                if found.permanent:
                    return
                await asyncio.sleep(max(found.retry_after or 0.0, pause))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            else:
                return

    async def _registered(self, client: discord.Client, guild: int) -> None:
        application = client.application_id
        if application is None:
            return
        if is_same(self._command, await client.http.get_guild_commands(application, guild)):
            return
        await client.http.bulk_upsert_guild_commands(application, guild, [self._command])
        self._log.info("discord.commands-registered", guild=guild)
