"""The HTTP listener. So far it only tells that the process lives."""

from collections.abc import Sequence

from aiohttp import web

from ingest.listen import ListenAddress


class HttpListener:
    """Serves on one or several addresses."""

    def __init__(self) -> None:
        application = web.Application()
        application.router.add_get("/healthz", _healthz)
        self._runner = web.AppRunner(application, access_log=None)

    async def start(self, addresses: Sequence[ListenAddress]) -> None:
        """Listen on all of them. Raises OSError when one is not to be had."""
        await self._runner.setup()
        for address in addresses:
            await web.TCPSite(self._runner, address.host, address.port).start()

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(address[1] for address in self._runner.addresses)

    async def stop(self, _grace: float) -> None:
        """Accept no more, and close everything."""
        await self._runner.cleanup()


async def _healthz(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})
