"""A DiscordMessage in the words of discord.py."""

import io
from collections.abc import Iterable
from typing import Any, TypedDict

from bot.discord.library import discord
from bot.discord.message import DiscordMessage, File


class Parts(TypedDict):
    """What every call that sends or edits a message takes."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View
    allowed_mentions: discord.AllowedMentions


def parts(message: DiscordMessage) -> Parts:
    """Return the parts of a message but for its files."""
    return {
        "content": message.content,
        "embeds": [discord.Embed.from_dict(embed) for embed in message.embeds],
        "view": _view(message.components),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def files(attached: Iterable[File]) -> list[discord.File]:
    """Return files to send; each is good for one call."""
    return [discord.File(io.BytesIO(one.body), one.name, description=one.alt_text or None) for one in attached]


def _view(rows: Iterable[dict[str, Any]]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for button in row["components"]:
            view.add_item(
                discord.ui.Button(
                    style=discord.ButtonStyle(button["style"]),
                    label=button["label"],
                    custom_id=button["custom_id"],
                    row=number,
                )
            )
    # Only its form is needed: the library would remember a view that is not stopped for as long as it runs.
    view.stop()
    return view
