"""Answers to those who may not ask, or not here."""

from bot import refusals
from bot.discord.message import DiscordMessage
from bot.discord.visit import Visit
from commands.reply import Field, Reply, Tone


def for_strangers(visit: Visit, *, listed: bool, present: int) -> Reply:
    """Say why nothing is answered. `listed`: TLSRPT_DISCORD_GUILDS is set; `present`: how many guilds we are in."""
    if visit.guild is None:
        return Reply(
            "This bot answers in the channels of its own server only.",
            Tone.WARNING,
            sentences=("Ask there: what you ask is shown to you alone.",),
        )
    if listed or present <= 1:
        why = "This bot does not serve this server."
    else:
        why = f"This bot is in {present} servers and was not told which of them to serve, so it serves none."
    return Reply(
        why,
        Tone.WARNING,
        sentences=("Its operator adds the id of this server to TLSRPT_DISCORD_GUILDS and starts the bot again.",),
        fields=(Field("This server", str(visit.guild)),),
    )


def for_other_channels(visit: Visit, channels: frozenset[int]) -> Reply:
    """Say where to ask, and how this channel becomes one of those."""
    places = ", ".join(map(str, sorted(channels)))
    where = f"They are in the channels with these ids: {places}."
    return refusals.for_other_channels(where, f"discord:{visit.channel}")


def for_what_cannot_be_read() -> DiscordMessage:
    """Answer a command or a button as it is not declared any more, and what lacks something that all have."""
    return DiscordMessage(
        f"{refusals.CANNOT_BE_READ}\n-# If Discord offers it as before, restart Discord (Ctrl+R on a computer)."
    )
