"""Brings answers to where they belong: to the asker alone or to the channel.

A deferred answer is the asker's alone from the start, and Discord makes the first follow-up of it. So the deferral is
always edited first, and what the channel is to see follows as a message of its own.
"""

import asyncio
from dataclasses import replace

import structlog

from bot.discord.failure import CALL_FAILURES, failure
from bot.discord.library import discord
from bot.discord.message import DiscordMessage
from bot.discord.sending import files, parts

SEND_SECONDS = 60.0
_REFUSED_AS_IT_IS = 400


async def acknowledge(interaction: discord.Interaction) -> bool:
    """Tell Discord that an answer will come; whether it heard. What it did not hear must not be acted upon."""
    try:
        await interaction.response.defer(ephemeral=True, thinking=True)
    except CALL_FAILURES as error:
        if not interaction.response.is_done():
            # Delivered twice, or too late: the asker is told by Discord itself.
            structlog.get_logger("discord").warning("discord.not-acknowledged", reason=failure(error).word)
            return False
    return True


async def show_to_asker(interaction: discord.Interaction, message: DiscordMessage) -> bool:
    """Show a message to the asker alone, with plain words if its form is refused; tell whether Discord took it."""
    for form in (message, DiscordMessage(message.content)):
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await interaction.edit_original_response(**parts(form), attachments=files(form.files))
        except CALL_FAILURES as error:
            structlog.get_logger("discord").warning("discord.answer-not-sent", reason=failure(error).word)
            if not (isinstance(error, discord.HTTPException) and error.status == _REFUSED_AS_IT_IS):
                return False
        else:
            return True
    return False


async def show_in_channel(interaction: discord.Interaction, message: DiscordMessage, note: DiscordMessage) -> None:
    """Show a message to the channel and a note to the asker; where the channel is refused, the asker gets both."""
    await show_to_asker(interaction, note)
    try:
        async with asyncio.timeout(SEND_SECONDS):
            await interaction.followup.send(**parts(message), files=files(message.files), wait=True)
    except CALL_FAILURES as error:
        found = failure(error)
        structlog.get_logger("discord").warning("discord.answer-not-shared", reason=found.word)
        said = f"{message.content}\n-# This could not be shown in the channel."
        await show_to_asker(interaction, replace(message, content=said))
