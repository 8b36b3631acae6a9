"""How Discord's refusals and broken calls are read."""

import math
from dataclasses import dataclass

import aiohttp

from bot.discord.library import discord


class TooManyCalls(Exception):
    """A call was not made, as too many have not ended yet."""


CALL_FAILURES = (
    discord.DiscordException,
    TooManyCalls,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
)
"""What a call may raise; the last four when a proxy answers with something that is no object of Discord's."""

LONGEST_WAIT_SECONDS = 3_600.0
WAIT_UNLESS_SAID_SECONDS = 60.0
WAIT_FOR_OTHERS_SECONDS = 30.0
LONGEST_WORDS = 200

_RATE_LIMITED = 429
_TOKEN_REFUSED = 401
_OF_THE_SERVER = 500
_TAKES_NO_MESSAGE_NOW = frozenset({20028, 130000})
"""Codes of refusals that pass by themselves: the channel's write limit, an overloaded resource."""
_MENDABLE = {
    50001: "Let the bot see the channel: Edit Channel, Permissions, Add members or roles. "
    "If the bot was removed from the server, invite it again.",
    50013: "Grant the bot View Channel, Send Messages, Embed Links and Attach Files in the channel.",
}
"""Codes of refusals that somebody on the server mends within minutes, and how."""
_HOPELESS = {10003: "There is no such channel (any more): copy the id of one that is there."}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a call failed."""

    word: str
    """Discord's code and words, `ratelimited`, `http-503`, `unreachable` (nothing was sent) or `answer-lost`."""
    permanent: bool = False
    """Discord read the call and will not do it later either."""
    retry_after: float | None = None
    """Seconds that Discord asks to wait."""
    refused: bool = False
    """Discord read the call and did not do it."""
    what_to_do: str = ""
    """For people on the server; empty where they can do nothing."""


def failure(error: BaseException) -> Failure:
    """Read what a call raised."""
    if isinstance(error, discord.RateLimited):
        return Failure("ratelimited", retry_after=_bounded(error.retry_after))
    if isinstance(error, TooManyCalls):
        return Failure("ratelimited", retry_after=WAIT_FOR_OTHERS_SECONDS)
    if isinstance(error, discord.HTTPException):
        return _refusal(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Failure("unreachable")
    return Failure("answer-lost")


def in_words(error: BaseException) -> str:
    """Say what ended something, for the log: kind and words, bounded. Never holds the token."""
    return f"{type(error).__name__}: {error}"[:LONGEST_WORDS]


def _refusal(error: discord.HTTPException) -> Failure:
    if error.status == _RATE_LIMITED:
        return Failure("ratelimited", retry_after=_retry_after(error))
    if error.status >= _OF_THE_SERVER or error.status == _TOKEN_REFUSED or error.code in _TAKES_NO_MESSAGE_NOW:
        # A refused token is the bot's trouble and not the message's: with a new token the message still has to go out.
        return Failure(f"http-{error.status}")
    if not error.code:
        return Failure(f"http-{error.status}")
    return Failure(
        f"{error.code} {error.text}".splitlines()[0][:LONGEST_WORDS],
        permanent=error.code not in _MENDABLE,
        refused=True,
        what_to_do=(_MENDABLE | _HOPELESS).get(error.code, ""),
    )


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return _bounded(float(error.response.headers.get("Retry-After", "")))
    except ValueError:
        return WAIT_UNLESS_SAID_SECONDS


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS) if math.isfinite(seconds) else WAIT_UNLESS_SAID_SECONDS
