"""Answers to those who may not ask, or not here."""

from bot.slack.visit import Visit
from commands.reply import Field, Reply, Tone


def is_allowed_channel(visit: Visit, channels: frozenset[str]) -> bool:
    """Tell whether commands are answered in the visit's channel; no list means everywhere."""
    return not channels or visit.channel in channels or f"#{visit.channel_name}" in channels


def for_strangers() -> Reply:
    """Answer somebody of another organisation."""
    return Reply("This bot answers members of its own workspace only.", Tone.WARNING)


def for_other_channels(visit: Visit, channels: frozenset[str]) -> Reply:
    """Say where to ask, and how this channel becomes one of those."""
    named = sorted(channel for channel in channels if channel.startswith("#"))
    places = ", ".join(named) or "one of the channels that the operator has chosen"
    return Reply(
        "Commands are not answered in this channel.",
        Tone.WARNING,
        sentences=(
            f"Ask in {places}.",
            "To allow this channel as well, the operator adds it to TLSRPT_CHANNELS and starts the bot again.",
        ),
        fields=(Field("This channel", f"slack:{visit.channel}"),),
    )


def for_slow_answers(seconds: float) -> Reply:
    """Say that an answer did not come in time."""
    return Reply(
        f"No answer within {seconds:.0f} seconds.",
        Tone.WARNING,
        sentences=("Try again, with a shorter period if the command takes one; the bot's log says more.",),
    )
