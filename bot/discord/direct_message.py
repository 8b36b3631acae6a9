"""Files for one person, by direct message."""

from enum import Enum, auto

import structlog

from bot.discord.calls import Calls
from bot.discord.failure import CALL_FAILURES, Failure, failure
from bot.discord.library import discord
from bot.discord.message import DiscordMessage
from bot.discord.sending import files, parts

_FORBIDDEN = 403
_TAKES_NONE_FROM_US = frozenset({50007, 50278})
"""Codes of refusals by the person's own settings, or for want of a common server."""


class Delivery(Enum):
    """What is known of a direct message."""

    TAKEN = auto()
    REFUSED = auto()
    """The person takes none from this bot, as many do."""
    NOT_NOW = auto()
    """It did not go out, and will not."""
    UNKNOWN = auto()
    """It may be out, or may come yet."""


async def hand_over(
    interaction: discord.Interaction, message: DiscordMessage, calls: Calls, seconds: float
) -> Delivery:
    """Send a message with files to who asked; `seconds` is how long each of its two calls is waited for.

    By its nonce Discord drops a double, should the library send it again.
    """
    try:
        place = await calls.within(seconds, interaction.client.create_dm(interaction.user))
    except CALL_FAILURES as error:
        return _said(error, if_lost=Delivery.NOT_NOW)
    try:
        sending = place.send(**parts(message), files=files(message.files), nonce=str(interaction.id))
        await calls.within(seconds, sending)
    except CALL_FAILURES as error:
        return _said(error, if_lost=Delivery.UNKNOWN)
    return Delivery.TAKEN


def _said(error: BaseException, if_lost: Delivery) -> Delivery:
    found = failure(error)
    structlog.get_logger("discord").info("discord.no-direct-message", reason=found.word)
    if isinstance(error, discord.HTTPException) and error.status == _FORBIDDEN and error.code in _TAKES_NONE_FROM_US:
        return Delivery.REFUSED
    return if_lost if found == Failure("answer-lost") else Delivery.NOT_NOW
