"""Files of an answer: by direct message, and where that is refused with the answer itself."""

import shlex
from collections.abc import Collection

from bot.discord import limits
from bot.discord.calls import Calls
from bot.discord.direct_message import Delivery, hand_over
from bot.discord.library import discord
from bot.discord.message import DiscordMessage, File
from bot.discord.render import SLASH_COMMAND
from bot.discord.text import cut, escaped
from commands.reply import Attachment

_SAID = {
    Delivery.TAKEN: "Sent to you by direct message: {}.",
    Delivery.REFUSED: "You take no direct messages here, so attached: {}.",
    Delivery.NOT_NOW: "Discord takes no direct message now, so attached: {}.",
    Delivery.UNKNOWN: "May still come to you by direct message: {}. If it does not within a minute, ask again.",
}


async def with_files(
    interaction: discord.Interaction, attachments: Collection[Attachment], command: str, calls: Calls, seconds: float
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """Send the files to the asker; return those that have to go with the answer, and what to say about all.

    `seconds` is how long each call is waited for: the answer says where the files are.
    """
    every = tuple(File(one.name, one.body) for one in attachments)
    if not every:
        return (), ()
    small = fitting(every, limits.FILES - 1, min(interaction.filesize_limit, limits.FILES_BYTES))
    left_out = tuple(_too_large(one, command) for one in every if one not in small)
    if not small:
        return (), left_out
    if interaction.guild_id is None:
        return small, (*(f"Attached: {_named(one)}." for one in small), *left_out)
    said = DiscordMessage(f"For {escaped(f'{SLASH_COMMAND} {command}', limits.TITLE_CHARACTERS)}", files=small)
    delivery = await hand_over(interaction, said, calls, seconds)
    remarks = (*(_SAID[delivery].format(_named(one)) for one in small), *left_out)
    return (() if delivery in (Delivery.TAKEN, Delivery.UNKNOWN) else small), remarks


def fitting(attached: tuple[File, ...], most_files: int, most_bytes: int) -> tuple[File, ...]:
    """Keep the first files that Discord takes in one message. Pure."""
    kept: list[File] = []
    for one in attached:
        if len(kept) < most_files and sum(len(file.body) for file in (*kept, one)) <= most_bytes:
            kept.append(one)
    return tuple(kept)


def _named(file: File) -> str:
    return f"{file.name} ({len(file.body):,} bytes)"


def _too_large(file: File, command: str) -> str:
    typed = shlex.quote(cut(command, limits.NEXT_STEP_CHARACTERS))
    instead = f"tlsrpt-bot ask {typed} --save FOLDER"
    return f"Too large for Discord: {_named(file)}. On the bot's machine, `{instead}` writes it."
