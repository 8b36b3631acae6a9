"""Answers to those who may not ask, or not here."""

from bot import refusals as bot_refusals
from bot.slack.visit import Visit
from commands.reply import Reply, Tone


def is_allowed_channel(visit: Visit, channels: frozenset[str]) -> bool:
    """Tell whether commands are answered in the visit's channel; no list means everywhere."""
    return not channels or visit.channel in channels or f"#{visit.channel_name}" in channels


def for_strangers() -> Reply:
    """Answer somebody of another organisation."""
    return Reply("This bot answers members of its own workspace only.", Tone.WARNING)


def for_what_cannot_be_read() -> Reply:
    """Answer what is no command and no button as they are today."""
    return Reply(bot_refusals.CANNOT_BE_READ, Tone.WARNING)


def for_other_channels(visit: Visit, channels: frozenset[str]) -> Reply:
    """Say where to ask, and how this channel becomes one of those."""
    named = sorted(channel for channel in channels if channel.startswith("#"))
    places = ", ".join(named) or "one of the channels that the operator has chosen"
    return bot_refusals.for_other_channels(f"Ask in {places}.", f"slack:{visit.channel}")
