"""Calls with the bot's token: waited for within bounds, and never cancelled while the program runs."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.discord.failure import TooManyCalls

T = TypeVar("T")


class Calls:
    """Calls that go on where nobody waits for them any more, no more than `most` at once.

    The library must not be cancelled while it waits out a limit for all calls, as it would hold back every later call
    for ever.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._running: set[asyncio.Task[Any]] = set()

    async def within(self, seconds: float, call: Coroutine[Any, Any, T]) -> T:
        """Wait for a call, and raise TimeoutError when it is late: it goes on then.

        Raises TooManyCalls where too many have not ended yet; this one is not made then. Else what the call raises.
        """
        if len(self._running) >= self._most:
            call.close()
            raise TooManyCalls
        task = asyncio.create_task(call)
        self._running.add(task)
        task.add_done_callback(self._over)
        done, _ = await asyncio.wait((task,), timeout=seconds)
        if not done:
            raise TimeoutError
        return task.result()

    async def stop(self) -> None:
        """End all of them: the program ends, and no call follows."""
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that the loop does not complain about a call that was late and failed
