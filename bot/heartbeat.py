"""A dead man's switch: fetches an address while all is well, so that somebody else notices when that stops."""

from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import structlog

log = structlog.get_logger(__name__)

SECONDS = 15
"""For one fetch."""
WRONG_FROM = 400
"""HTTP statuses from here on."""


class Heartbeat:
    """Fetches the address of TLSRPT_HEARTBEAT_URL, which is a secret: it never gets into the log."""

    def __init__(self, url: str, troubles: Callable[[], Awaitable[Sequence[str]]]) -> None:
        """Take the address, and what tells in a few words each what is not well now."""
        self._url = url
        self._troubles = troubles
        self._last = ""

    async def beat(self) -> None:
        """Fetch once if all is well. What is in the way is logged when it changes."""
        troubles = await self._troubles()
        in_the_way = f"not well: {', '.join(troubles)}" if troubles else await self._fetched()
        if in_the_way and in_the_way != self._last:
            log.warning("no heartbeat", reason=in_the_way)
        elif self._last and not in_the_way:
            log.info("heartbeat again")
        self._last = in_the_way

    async def _fetched(self) -> str:
        """Return why the fetch failed; empty if it did not."""
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as client, client.get(self._url) as response:
                return f"the address answers {response.status}" if response.status >= WRONG_FROM else ""
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return f"the address cannot be fetched ({type(error).__name__})"
