"""Blocking work in a thread that nobody waits for: one that hangs holds up neither a time limit nor the stop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T], seconds: float, cut: Callable[[], None]) -> T:
    """Return what `work` returns, or raise what it raises; TimeoutError after so many seconds.

    `cut` is called when nobody waits any more, and shall make the work end.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(how: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is there to be told
            loop.call_soon_threadsafe(lambda: None if done.done() else how())

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001 -- it is raised where it is waited for
            failure = error
            tell(lambda: done.set_exception(failure))
        else:
            tell(lambda: done.set_result(result))

    Thread(target=run, name="imap", daemon=True).start()
    try:
        async with asyncio.timeout(seconds):
            return await done
    except (TimeoutError, asyncio.CancelledError):
        cut()
        raise
