"""Answers to those who may not ask, or not here."""

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
    return Reply(
        "Commands are not answered in this channel.",
        Tone.WARNING,
        sentences=(
            f"They are in the channels with these ids: {places}.",
            "To allow this channel as well, the operator adds it to TLSRPT_CHANNELS and starts the bot again.",
        ),
        fields=(Field("This channel", f"discord:{visit.channel}"),),
    )


def for_slow_answers(seconds: float) -> Reply:
    """Say that an answer did not come in time."""
    return Reply(
        f"No answer within {seconds:.0f} seconds.",
        Tone.WARNING,
        sentences=("Try again, with a shorter period if the command takes one; the bot's log says more.",),
    )


def for_what_cannot_be_read() -> DiscordMessage:
    """Answer a button that is none of ours, and what lacks something that every question has."""
    return DiscordMessage("This could not be read. Type the command again: /tlsrpt")
