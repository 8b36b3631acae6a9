"""A server that speaks Discord's protocol, and a bot that is connected to it."""

from collections.abc import AsyncIterator

import pytest

from tests.discord_running import Dispatcher, Running, running
from tests.discord_server import DiscordServer


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def dispatcher() -> Dispatcher:
    return Dispatcher()


@pytest.fixture
async def bot(discord: DiscordServer, dispatcher: Dispatcher) -> AsyncIterator[Running]:
    async with running(discord, dispatcher) as one:
        yield one
