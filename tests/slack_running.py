"""An adapter that runs against the protocol server, and what its tests put in its place."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.slack.adapter import Dispatch, SlackAdapter, Timing
from bot.slack.forms import Pauses
from commands.question import Asker
from commands.reply import Reply
from tests.slack_replies import reply
from tests.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

AT_ONCE = Pauses(first=0, second=0)
PROMPT = Timing(start=20.0, ping=0.5, look_up=20.0, drain=1.0, pause=0.0, picture=AT_ONCE)
"""Without pauses, and with patience where a busy machine may need it."""


class Dispatcher:
    """Answers with a fixed reply; remembers who asked what."""

    def __init__(self) -> None:
        self.reply = reply()
        self.asked: list[tuple[str, Asker]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, text: str, asker: Asker) -> Reply:
        self.asked.append((text, asker))
        await self.gate.wait()
        return self.reply


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def running(slack: SlackServer, dispatch: Dispatch, **more: Any) -> AsyncIterator[SlackAdapter]:
    settings: dict[str, Any] = {
        "bot_token": BOT_TOKEN,
        "app_token": APP_TOKEN,
        "api_url": slack.api_url,
        "admins": frozenset(),
        "channels": frozenset(),
        "timing": PROMPT,
    }
    adapter = SlackAdapter(dispatch=dispatch, **(settings | more))
    await adapter.start()
    try:
        yield adapter
    finally:
        await adapter.stop()


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that only the adapter's side can see."""
    async with asyncio.timeout(5):
        while not await condition():  # noqa: ASYNC110 - the library has no event to wait for
            await asyncio.sleep(0.01)
