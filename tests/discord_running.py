"""Discord in both directions against the protocol server, and what its tests put in its place."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.discord.access import Access
from bot.discord.adapter import DiscordAdapter, Timing
from bot.discord.client import ListeningClient
from bot.discord.connection import DiscordConnection, Pace
from bot.discord.library import point_at, quieten
from bot.discord.message import Picture
from bot.discord.start import Discord
from bot.discord.transport import DiscordTransport
from commands.offers import Names
from commands.question import Asker
from commands.registry import commands
from commands.reply import Chart, Reply
from tests.discord_server import TOKEN, DiscordServer
from tests.slack_replies import reply

PNG = b"\x89PNG\r\n\x1a\n made up"
HASTY = Pace(login=2.0, first_pause=0.01, longest_pause=0.05, close=0.5)
PROMPT = Timing(register=0.01)


class Dispatcher:
    """Answers with a fixed reply; remembers who asked what."""

    def __init__(self) -> None:
        self.fixed = reply()
        self.domains = ["example.com", "example.net"]
        self.asked: list[tuple[str, Asker]] = []
        self.completed: list[tuple[str, Asker, int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def reply(self, text: str, asker: Asker) -> Reply:
        self.asked.append((text, asker))
        await self.gate.wait()
        return self.fixed

    async def names_like(self, _which: Names, beginning: str, asker: Asker, most: int) -> list[str]:
        self.completed.append((beginning, asker, most))
        await self.gate.wait()
        return self.domains


class Painter:
    """Draws nothing, and says so; fails on request."""

    def __init__(self) -> None:
        self.drawn: list[Chart] = []
        self.error: Exception | None = None

    async def __call__(self, chart: Chart) -> Picture:
        self.drawn.append(chart)
        if self.error:
            raise self.error
        return Picture(PNG, f"Chart: {chart.title}")


@dataclass
class Running:
    """The parts of one bot."""

    adapter: DiscordAdapter
    connection: DiscordConnection
    transport: DiscordTransport
    both: Discord


def make(dispatcher: Any, **more: Any) -> Running:
    """Put the parts together, with other settings on request."""
    draw = more.get("draw", Painter())
    adapter = DiscordAdapter(
        dispatch=dispatcher,
        commands=commands(),
        access=more.get("access", Access()),
        draw=draw,
        timing=more.get("timing", PROMPT),
    )
    token, pace = more.get("token", TOKEN), more.get("pace", HASTY)
    connection = DiscordConnection(
        token,
        lambda client: ListeningClient(adapter, client, identify_pause=0.01, silence=more.get("silence", 60.0)),
        pace,
        time.monotonic,
    )
    transport = DiscordTransport(lambda: connection.client, draw, more.get("call_seconds", 5.0))
    return Running(adapter, connection, transport, Discord(adapter, connection, transport))


@asynccontextmanager
async def running(server: DiscordServer, dispatcher: Any, **more: Any) -> AsyncIterator[Running]:
    """A bot that is connected, and stopped at the end."""
    point_at(server.api_url, server.gateway_url)
    quieten()
    one = make(dispatcher, **more)
    await one.both.start()
    try:
        if more.get("wait", True):
            await server.connected()
        yield one
    finally:
        await one.both.stop()


async def limited(one: Running) -> None:
    """Wait until the library has heard that no call may be made for now."""
    client = one.connection.client
    assert client is not None
    async with asyncio.timeout(5):
        while client.http._global_over.is_set():  # noqa: ASYNC110 -- the library tells nobody
            await asyncio.sleep(0)
