"""What keeps a message out of a Slack channel, whether that can be mended, and how. Pure."""

from bot.chat_text import clean_line, cut
from bot.slack.client import TEMPORARY, TOKEN_REFUSED, Failure

SCOPE_CHARACTERS = 100
ARCHIVED = "is_archived"
MISSING_SCOPE = "missing_scope"
_INVITE = "Type `/invite @tlsrpt` in the channel, or correct its name."
_LET_IT_POST = "The workspace's settings say who may post there: let the app tlsrpt post as well."
_MENDABLE = {
    "not_in_channel": _INVITE,
    "channel_not_found": _INVITE,  # to a bot that is not in it, a private channel does not exist
    "no_permission": _LET_IT_POST,
    "restricted_action": _LET_IT_POST,
}
"""Beginnings of Slack's words where somebody in the workspace opens the channel within minutes."""


def is_settled(found: Failure) -> bool:
    """Tell whether the same call gets the same answer until somebody changes something in Slack."""
    # A refused token is the bot's trouble and not the message's: with a new token the message still has to go out.
    return found.refused and found.word not in TEMPORARY | TOKEN_REFUSED and not found.word.startswith("http-")


def is_permanent(found: Failure) -> bool:
    """Tell whether nothing that people are likely to mend lets the message in."""
    return is_settled(found) and found.word != MISSING_SCOPE and not _how_to_mend(found.word)


def in_words(found: Failure) -> str:
    """Give Slack's word, and the scope that is missing."""
    return f"{found.word} ({_scope(found)})" if found.needed else found.word


def what_to_do(found: Failure) -> str:
    """Say what lets the message in; empty where there is nothing to say."""
    if found.word == MISSING_SCOPE:
        scope = f"scope {_scope(found)}" if found.needed else "missing scope"
        return f"Add the {scope} under OAuth & Permissions, Bot Token Scopes, and install the app again."
    if found.word == ARCHIVED:
        return "The channel is archived: choose another one."
    return _how_to_mend(found.word)


def _how_to_mend(word: str) -> str:
    return next((how for beginning, how in _MENDABLE.items() if word.startswith(beginning)), "")


def _scope(found: Failure) -> str:
    return cut(clean_line(found.needed), SCOPE_CHARACTERS)
