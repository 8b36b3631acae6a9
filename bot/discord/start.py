"""Connects Discord: commands come in over the gateway, alerts go out through the REST interface."""

import time

from bot.discord.access import Access
from bot.discord.adapter import DiscordAdapter, Dispatch
from bot.discord.client import ListeningClient
from bot.discord.connection import DiscordConnection, DiscordRefused, Pace
from bot.discord.library import point_at, quieten
from bot.discord.message import Picture
from bot.discord.transport import DiscordTransport
from bot.settings import Settings
from bot.transport import CannotStart
from commands.question import Platform
from commands.registry import commands
from commands.reply import Chart


class Discord:
    """Discord in both directions. To be made inside the running loop; may be stopped at any point of its start."""

    def __init__(self, adapter: DiscordAdapter, connection: DiscordConnection, transport: DiscordTransport) -> None:
        self._adapter = adapter
        self._connection = connection
        self._transport = transport

    async def start(self) -> DiscordTransport:
        """Begin to listen and return what posts. Raises CannotStart when Discord does not take the token."""
        try:
            await self._connection.open()
        except DiscordRefused as error:
            raise CannotStart(str(error)) from error
        return self._transport

    async def trouble(self) -> str:
        """Say what is wrong with the connection now; empty if nothing is."""
        return "" if self._connection.is_open else "not connected"

    async def stop(self) -> None:
        """Finish what is under way, as far as a second goes, and leave nothing open."""
        await self._adapter.stop()
        await self._transport.stop()
        await self._connection.close()


def make_discord(settings: Settings, dispatcher: Dispatch) -> Discord:
    """Build both directions from the settings."""
    point_at(settings.discord_api_url, settings.discord_gateway_url)
    quieten()
    return assembled(settings.discord_token.get_secret_value(), dispatcher, access_from(settings), Pace())


def assembled(token: str, dispatcher: Dispatch, access: Access, pace: Pace) -> Discord:
    """Put the parts together."""
    adapter = DiscordAdapter(dispatch=dispatcher, commands=commands(), access=access, draw=draw)
    connection = DiscordConnection(token, lambda client: ListeningClient(adapter, client), pace, time.monotonic)
    return Discord(adapter, connection, DiscordTransport(lambda: connection.client, draw))


def access_from(settings: Settings) -> Access:
    """Read the ids that concern Discord."""
    prefix = f"{Platform.DISCORD}:"
    return Access(
        guilds=frozenset(map(int, settings.discord_guilds)),
        admins=frozenset(int(one.removeprefix(prefix)) for one in settings.admins if one.startswith(prefix)),
        channels=frozenset(int(one.name) for one in settings.channels if one.platform == Platform.DISCORD),
    )


async def draw(chart: Chart) -> Picture:
    """Draw a chart; what draws is loaded with the first one."""
    from bot.charts.picture import png
    from bot.charts.words import alt_text

    return Picture(await png(chart), alt_text(chart))
