"""What Discord tells about a command or a pressed button, read into a `Visit`."""

from collections.abc import Mapping
from typing import Any

from bot.discord.buttons import press
from bot.discord.command_line import command_line
from bot.discord.library import discord
from bot.discord.visit import Visit
from commands.question import Command


def visit_of(interaction: discord.Interaction, commands: Mapping[str, Command]) -> Visit | None:
    """Read an interaction; None when it is no command and no button as we declare them, or something is missing."""
    asked = _asked(interaction, commands)
    user, channel = interaction.user, interaction.channel
    if asked is None or channel is None or not isinstance(user, discord.User | discord.Member):
        return None
    member = user if isinstance(user, discord.Member) else None
    rights = interaction.permissions
    return Visit(
        user=user.id,
        roles=frozenset(role.id for role in member.roles) if member else frozenset(),
        manages_server=member is not None and (rights.manage_guild or rights.administrator),
        guild=interaction.guild_id,
        channel=channel.id,
        parent=channel.parent_id if isinstance(channel, discord.Thread) else None,
        text=asked[0],
        share=asked[1],
    )


def _asked(interaction: discord.Interaction, commands: Mapping[str, Command]) -> tuple[str, bool] | None:
    data: Mapping[str, Any] = interaction.data or {}
    if interaction.type is discord.InteractionType.component:
        pressed = press(str(data.get("custom_id", "")))
        return (pressed.command, pressed.share) if pressed else None
    line = command_line(data, commands)
    return None if line is None else (line, False)
