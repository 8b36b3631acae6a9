"""A server that speaks Slack's protocol, and an adapter that is connected to it."""

from collections.abc import AsyncIterator

import pytest

from bot.slack.adapter import SlackAdapter
from tests.slack_running import Dispatcher, running
from tests.slack_server import SlackServer


@pytest.fixture(autouse=True)
def _no_slack_in_the_environment(monkeypatch: pytest.MonkeyPatch):
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def dispatcher() -> Dispatcher:
    return Dispatcher()


@pytest.fixture
async def adapter(slack: SlackServer, dispatcher: Dispatcher) -> AsyncIterator[SlackAdapter]:
    async with running(slack, dispatcher) as one:
        yield one
