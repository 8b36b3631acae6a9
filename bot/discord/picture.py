"""The chart of an answer as a picture, if it can be had."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.discord.failure import in_words
from bot.discord.message import Picture
from commands.reply import Chart

Draw = Callable[[Chart], Awaitable[Picture]]


async def drawn(draw: Draw, chart: Chart | None, seconds: float) -> Picture | None:
    """Return the picture of a chart; None when there is nothing to draw, or when it cannot be drawn."""
    if chart is None or not chart.bars:
        return None
    try:
        async with asyncio.timeout(seconds):
            return await draw(chart)
    except Exception as error:  # noqa: BLE001 -- an answer without its picture is still an answer
        structlog.get_logger("discord").error("discord.chart-not-drawn", reason=in_words(error))
        return None
