"""Says in the log which guilds are served, which are not, and what to do about it."""

from collections.abc import Collection

import structlog

from bot.discord.library import discord

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
)
"""What alerts need in their channels. Answers to commands need none."""
SCOPES = ("bot", "applications.commands")


def log_guilds(client: discord.Client, listed: Collection[int], served: Collection[int]) -> None:
    """Log it, once per session and whenever it changes."""
    log = structlog.get_logger("discord")
    present = sorted(guild.id for guild in client.guilds)
    log.info("discord.connected", user=str(client.user), guilds=present, served=sorted(served))
    if not present and client.application_id is not None:
        url = discord.utils.oauth_url(client.application_id, permissions=PERMISSIONS, scopes=SCOPES)
        log.warning("discord.in-no-guild", hint=f"invite the bot: {url}")
    elif not listed and not served:
        log.error(
            "discord.no-guild-served",
            guilds=present,
            hint="the bot is in several servers: set TLSRPT_DISCORD_GUILDS to the ids of those that it shall serve",
        )
    elif absent := sorted(set(listed) - set(present)):
        log.warning("discord.not-in-guild", guilds=absent, hint="invite the bot there, or mend TLSRPT_DISCORD_GUILDS")
