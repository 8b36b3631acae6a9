"""Discord: whether the token is taken, and whether the bot is where it is meant to be."""

from collections.abc import Sequence
from contextlib import suppress

from bot.settings import Settings
from commands.doctor import Finding, Level
from commands.phrases import listing, plural

AREA = "discord"
MOST_GUILDS = 200


async def examine_discord(settings: Settings) -> Sequence[Finding]:
    """Log in, and compare the guilds with the settings; nothing where no token is set."""
    if not settings.speaks_discord:
        return []
    from bot.discord.client import calling_client
    from bot.discord.connection import REFUSED
    from bot.discord.failure import in_words
    from bot.discord.library import discord, point_at, quieten

    point_at(settings.discord_api_url, settings.discord_gateway_url)
    quieten()
    client = calling_client()
    try:
        await client.login(settings.discord_token.get_secret_value())
        guilds = {str(guild.id): guild.name async for guild in client.fetch_guilds(limit=MOST_GUILDS)}
    except discord.LoginFailure:
        return [Finding(AREA, Level.ERROR, "DISCORD_TOKEN is not taken.", REFUSED)]
    except (discord.DiscordException, OSError) as error:
        return [Finding(AREA, Level.WARNING, f"Discord cannot be asked: {in_words(error)}.")]
    finally:
        with suppress(Exception):
            await client.close()
    return [judge_guilds(guilds, settings.discord_guilds)]


def judge_guilds(present: dict[str, str], served: Sequence[str]) -> Finding:
    """Compare where the bot is (id -> name) with what it shall serve. Pure."""
    absent = [guild for guild in served if guild not in present]
    if not present or absent:
        where = listing(absent) or "any server"
        return Finding(AREA, Level.ERROR, f"The bot is not in {where}.", "Invite it: docs/discord.md, step 3.")
    if not served and len(present) > 1:
        what_to_do = f"Set TLSRPT_DISCORD_GUILDS, for example {next(iter(present))}; until then it serves none."
        return Finding(AREA, Level.ERROR, f"The bot is in {plural(len(present), 'server')}.", what_to_do)
    names = listing([present[guild] for guild in (served or present)])
    return Finding(AREA, Level.OK, f"Discord takes DISCORD_TOKEN; the bot serves {names}.")
