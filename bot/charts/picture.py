"""A chart as a PNG: drawn on a thread of its own, one at a time, with matplotlib loaded when the first one is asked."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache

from commands.reply import Chart

REMEMBERED_PICTURES = 16


async def png(chart: Chart) -> bytes:
    """Return the picture; the same bytes for the same chart. The loop goes on meanwhile. `chart` has at least one bar.

    Raises ImportError and OSError where matplotlib cannot be loaded.
    """
    # Not the loop's common threads: pictures that wait for their turn must not keep the database waiting.
    return await asyncio.get_running_loop().run_in_executor(_painter(), _painted, chart)


@cache
def _painter() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="chart")


@lru_cache(maxsize=REMEMBERED_PICTURES)
def _painted(chart: Chart) -> bytes:
    from bot.charts.drawing import drawn

    return drawn(chart)
