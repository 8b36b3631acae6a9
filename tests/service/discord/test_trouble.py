"""What the connection says of itself when it is asked whether all is well."""

import asyncio

from tests.discord_running import running


async def until_it_says(one, expected):
    async with asyncio.timeout(10):
        while await one.both.trouble() != expected:  # noqa: ASYNC110 -- nothing tells when it changes
            await asyncio.sleep(0)


async def test_a_connection_says_whether_events_come_in(discord, dispatcher):
    async with running(discord, dispatcher) as one:
        await until_it_says(one, "")
        discord.gateway.cut()
        await until_it_says(one, "not connected")
        await discord.until(lambda: discord.gateway.resumed)
        await until_it_says(one, "")
        discord.gateway.refusals = [503]
        await discord.gateway.hang_up(1000)
        await until_it_says(one, "not connected")
        await discord.until(lambda: discord.gateway.connections == 3)
        await until_it_says(one, "")


async def test_a_connection_that_was_never_made_says_so(discord, dispatcher):
    discord.gateway.refusals = [503] * 1_000
    async with running(discord, dispatcher, wait=False) as one:
        assert await one.both.trouble() == "not connected"
