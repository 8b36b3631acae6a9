"""Files of an answer: by direct message, and where that is refused with the answer itself."""

from collections.abc import Collection

from bot.discord import limits
from bot.discord.answers import fitting, hand_over
from bot.discord.library import discord
from bot.discord.message import DiscordMessage, File
from bot.discord.render import SLASH_COMMAND
from bot.discord.text import cut, escaped
from commands.reply import Attachment


async def with_files(
    interaction: discord.Interaction, attachments: Collection[Attachment], command: str
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """Send the files to the asker; return those that have to go with the answer, and what to say about all."""
    every = tuple(File(one.name, one.body) for one in attachments)
    if not every:
        return (), ()
    small = fitting(every, limits.FILES - 1, min(interaction.filesize_limit, limits.FILES_BYTES))
    left_out = tuple(_too_large(one, command) for one in every if one not in small)
    if not small:
        return (), left_out
    said = DiscordMessage(f"For {escaped(f'{SLASH_COMMAND} {command}', limits.TITLE_CHARACTERS)}", files=small)
    if interaction.guild_id is not None and await hand_over(interaction.user, said):
        return (), (*(f"Sent to you by direct message: {_named(one)}." for one in small), *left_out)
    return small, (*(f"You take no direct messages here, so attached: {_named(one)}." for one in small), *left_out)


def _named(file: File) -> str:
    return f"{file.name} ({len(file.body):,} bytes)"


def _too_large(file: File, command: str) -> str:
    typed = cut(command, limits.NEXT_STEP_CHARACTERS)
    return f'Too large for Discord: {_named(file)}. Where the bot runs: tlsrpt-bot ask "{typed}" --save FOLDER'
