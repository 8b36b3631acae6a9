"""Discord's side of a conversation: takes commands and buttons, asks the dispatcher, brings the answers back."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.discord import refusals
from bot.discord.access import Access, Standing
from bot.discord.answers import acknowledge, show_in_channel, show_to_asker
from bot.discord.calls import Calls
from bot.discord.command_line import being_typed
from bot.discord.declaration import slash_command
from bot.discord.failure import CALL_FAILURES, failure, in_words
from bot.discord.files import with_files
from bot.discord.guilds import log_guilds
from bot.discord.interaction import visit_of
from bot.discord.library import discord
from bot.discord.message import DiscordMessage
from bot.discord.picture import Draw, drawn
from bot.discord.registration import Registration
from bot.discord.render import render_message, with_asker
from bot.discord.suggestions import suggestions
from bot.discord.visit import Visit
from bot.refusals import RESTARTING, for_slow_answers
from bot.sharing import can_be_shared
from commands.offers import Names
from commands.question import Asker, Command, Platform
from commands.reply import Reply

AT_ONCE = 16
MOST_DIRECT_MESSAGES = 8
"""Under way at once: each holds its files in memory."""


class Dispatch(Protocol):
    """Turns a command into its answer; never raises."""

    async def reply(self, text: str, asker: Asker) -> Reply:
        """Answer one line."""

    async def names_like(self, which: Names, beginning: str, asker: Asker, most: int) -> list[str]:
        """Complete a name that is stored."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take, in seconds."""

    answer: float = 300.0
    """For one command; Discord takes answers for 15 minutes."""
    suggest: float = 2.0
    """For suggestions; Discord takes them for three."""
    draw: float = 30.0
    hand_over: float = 10.0
    """For each of the two calls that a direct message takes."""
    drain: float = 1.5
    """For answers under way when the bot stops."""
    goodbye: float = 0.5
    """For telling the others that the bot stops."""
    register: float = 2.0
    """Before the command is registered again where that failed; grows."""


UNHURRIED = Timing()


class DiscordAdapter:
    """Listens to one session after the other, as the connection makes them. To be made inside the running loop."""

    def __init__(
        self,
        *,
        dispatch: Dispatch,
        commands: Mapping[str, Command],
        access: Access,
        draw: Draw,
        timing: Timing = UNHURRIED,
    ) -> None:
        self._dispatch = dispatch
        self._commands = commands
        self._access = access
        self._draw = draw
        self._timing = timing
        self._registration = Registration(slash_command(commands), timing.register)
        self._direct_messages = Calls(MOST_DIRECT_MESSAGES)
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._answering: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._log = structlog.get_logger("discord")

    async def guilds_are_known(self, client: discord.Client) -> None:
        """Say which guilds are served, and keep their command up to date."""
        served = self._access.served([guild.id for guild in client.guilds])
        log_guilds(client, self._access.guilds, served)
        if not self._stopping:
            self._registration.begin(client, served)

    async def interaction(self, interaction: discord.Interaction) -> None:
        """Begin to answer; several are answered side by side."""
        if self._stopping:
            return
        answering = self._suggest if interaction.type is discord.InteractionType.autocomplete else self._serve
        task = asyncio.create_task(answering(interaction), name=f"discord-answer-{interaction.id}")
        self._answering.add(task)
        task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """Take nothing more, and let what is under way finish for a moment."""
        self._stopping = True
        await self._registration.stop()
        if self._answering:
            _, late = await asyncio.wait(self._answering, timeout=self._timing.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._direct_messages.stop()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._answering.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._log.error("discord.answer-failed", exc_info=error)

    async def _serve(self, interaction: discord.Interaction) -> None:
        if not await acknowledge(interaction):
            return
        visit = visit_of(interaction, self._commands)
        if visit is None:
            self._log.warning("discord.unreadable-interaction")
            await show_to_asker(interaction, refusals.for_what_cannot_be_read())
            return
        try:
            async with self._at_once:
                await self._answered(interaction, visit)
        except asyncio.CancelledError:
            with suppress(TimeoutError):  # else it would say for ever that the bot is thinking
                async with asyncio.timeout(self._timing.goodbye):
                    await show_to_asker(interaction, DiscordMessage(RESTARTING))
            raise

    async def _answered(self, interaction: discord.Interaction, visit: Visit) -> None:
        refusal, asker = self._judge(interaction.client, visit)
        reply = refusal or await self._answer(visit.text, asker)
        picture = await drawn(self._draw, reply.chart, self._timing.draw)
        sharable = refusal is None and can_be_shared(reply)
        if refusal is None and (not reply.private or (visit.share and sharable)):
            message = with_asker(render_message(reply, picture=picture), visit.user, visit.text)
            await show_in_channel(interaction, message, _note(shared=visit.share))
            return
        files, remarks = await with_files(
            interaction, reply.attachments, visit.text, self._direct_messages, self._timing.hand_over
        )
        share = visit.text if sharable else ""
        message = render_message(reply, picture=picture, share=share, remarks=remarks)
        await show_to_asker(interaction, message.with_files(files))

    def _judge(self, client: discord.Client, visit: Visit) -> tuple[Reply | None, Asker]:
        """Tell why a visit is refused, if it is, and who asks."""
        present = [guild.id for guild in client.guilds]
        standing = self._access.standing(visit, self._access.served(present))
        asker = _asker(visit.user, visit.channel, is_admin=standing is Standing.ADMIN)
        if standing is Standing.STRANGER:
            return refusals.for_strangers(visit, listed=bool(self._access.guilds), present=len(present)), asker
        if not self._access.may_ask_in(visit):
            return refusals.for_other_channels(visit, self._access.channels), asker
        return None, asker

    async def _answer(self, text: str, asker: Asker) -> Reply:
        try:
            async with asyncio.timeout(self._timing.answer):
                return await self._dispatch.reply(text, asker)
        except TimeoutError:
            self._log.warning("discord.answer-too-slow", seconds=self._timing.answer)
            return for_slow_answers(self._timing.answer)

    async def _suggest(self, interaction: discord.Interaction) -> None:
        """Offer what fits, or nothing: an error would stand in the way of typing."""
        found: list[str] = []
        try:
            async with asyncio.timeout(self._timing.suggest):
                found = await self._suggestions(interaction)
        except Exception as error:  # noqa: BLE001 -- one may type without suggestions
            self._log.warning("discord.no-suggestions", reason=in_words(error))
        try:
            await interaction.response.autocomplete([discord.app_commands.Choice(name=one, value=one) for one in found])
        except CALL_FAILURES as error:
            self._log.info("discord.suggestions-not-sent", reason=failure(error).word)

    async def _suggestions(self, interaction: discord.Interaction) -> list[str]:
        typing = being_typed(interaction.data or {}, self._commands)
        visit = visit_of(interaction, self._commands)
        if typing is None or visit is None:
            return []
        refusal, asker = self._judge(interaction.client, visit)
        if refusal is not None:
            return []
        today = interaction.created_at.date()
        return await suggestions(
            typing, lambda which, beginning, most: self._dispatch.names_like(which, beginning, asker, most), today
        )


def _asker(user: int, channel: int, *, is_admin: bool) -> Asker:
    return Asker(platform=Platform.DISCORD, name=f"discord:{user}", is_admin=is_admin, channel=f"discord:{channel}")


def _note(*, shared: bool) -> DiscordMessage:
    return DiscordMessage("Shared in the channel." if shared else "Done: the answer is in the channel.")
