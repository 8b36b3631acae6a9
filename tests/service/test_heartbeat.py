"""The heartbeat: fetched over a real socket while all is well, and only then."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.heartbeat import Heartbeat

SECRET = "0b1a2c"


class Switch:
    """The other side: counts the fetches."""

    def __init__(self):
        self.beats = 0
        self.status = 200
        self.url = ""

    async def take(self, _request):
        self.beats += 1
        return web.Response(status=self.status)


@asynccontextmanager
async def switch():
    found = Switch()
    app = web.Application()
    app.router.add_get(f"/ping/{SECRET}", found.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/ping/{SECRET}"
    yield found
    await runner.cleanup()


class Health:
    """What is wrong, as a test says."""

    def __init__(self):
        self.troubles = []

    async def __call__(self):
        return self.troubles


@pytest.fixture
def health():
    return Health()


async def test_it_is_fetched_while_all_is_well_and_not_otherwise(health):
    async with switch() as other:
        heart = Heartbeat(other.url, health)
        await heart.beat()
        health.troubles = ["database"]
        await heart.beat()
        assert other.beats == 1
        health.troubles = []
        await heart.beat()
        assert other.beats == 2


async def test_what_is_in_the_way_is_logged_once_and_so_is_its_end(health):
    async with switch() as other:
        heart = Heartbeat(other.url, health)
        other.status = 500
        with capture_logs() as log:
            for _ in range(3):
                await heart.beat()
            health.troubles = ["database"]
            await heart.beat()
            other.status, health.troubles = 200, []
            for _ in range(2):
                await heart.beat()
    assert [(entry["event"], entry.get("reason", "")) for entry in log] == [
        ("no heartbeat", "the address answers 500"),
        ("no heartbeat", "not well: database"),
        ("heartbeat again", ""),
    ]


async def test_the_address_is_a_secret_and_stays_out_of_the_log(health):
    async with switch() as other:
        gone = other.url
    heart = Heartbeat(gone, health)
    with capture_logs() as log:
        await heart.beat()
    assert log[0]["event"] == "no heartbeat"
    assert SECRET not in str(log)
