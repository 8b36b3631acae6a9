"""The HTTP listener: uploads, health and figures, each with a status and one JSON object, and a stop in order."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog
from aiohttp import web

from bot.readiness import Readiness
from ingest.https.connection import BoundedConnection
from ingest.https.connections import Connections
from ingest.https.door import UploadDoor, not_yet
from ingest.https.limits import HttpsLimits
from ingest.https.replies import Answer, Refused
from ingest.https.visitors import Visitors
from ingest.listen import ListenAddress
from ingest.metrics import ReceptionMetrics
from ingest.traces import trace_of

log = structlog.get_logger("https")

ABORT_SECONDS = 0.5
"""How long dropped connections may take to be gone."""
OUR_FAULT = Answer(500, "our-fault", "Something went wrong here.", close=True)
FORBIDDEN = Answer(403, "forbidden", "Only trusted networks may read this.")
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"
SERVER = "tlsrpt-bot"
"""Not which libraries, and which versions of them."""
MakeFigures = Callable[[], Awaitable[bytes]]
"""Makes the text that Prometheus reads."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class HttpListener:
    """Serves on one or several addresses."""

    def __init__(
        self,
        door: UploadDoor,
        visitors: Visitors,
        readiness: Readiness,
        figures: MakeFigures,
        limits: HttpsLimits,
        metrics: ReceptionMetrics,
    ) -> None:
        self._door = door
        self._visitors = visitors
        self._readiness = readiness
        self._figures = figures
        self._limits = limits
        self._metrics = metrics
        self._connections = Connections(limits, metrics)
        self._stopping = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self._servers: list[asyncio.Server] = []
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=ABORT_SECONDS)

    async def start(self, addresses: Iterable[ListenAddress]) -> None:
        """Listen on all of them. Raises OSError when one is not to be had; then it listens on none."""
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            for address in addresses:
                self._servers.append(await loop.create_server(self._connection, address.host, address.port))
        except OSError:
            await self._close()
            raise

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(socket.getsockname()[1] for server in self._servers for socket in server.sockets)

    async def stop(self, grace: float) -> None:
        """Accept no more, let requests under way finish within `grace` seconds, then close everything."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + grace
        for server in self._servers:
            server.close()
        self._connections.let_idle_go()
        if self._under_way:  # aiohttp's own stop would cut off a body in the middle
            await asyncio.wait(self._under_way, timeout=grace)
        await self._door.stop(max(ABORT_SECONDS, ends_at - loop.time()))
        await self._close()

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        await self._runner.cleanup()
        self._servers.clear()

    def _connection(self) -> BoundedConnection:
        server = self._runner.server
        assert server is not None  # noqa: S101 -- there is one from setup to cleanup
        # Nothing is unpacked here: what a body unpacks to has no bound but the reader's.
        return BoundedConnection(
            server,
            self._connections,
            keepalive_timeout=self._limits.seconds_per_head,
            lingering_time=self._limits.seconds_to_linger,
            access_log=None,
            auto_decompress=False,
        )

    def _application(self) -> web.Application:
        @web.middleware  # a function, as aiohttp marks it
        async def every_request(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._every_request(request, handler)

        application = web.Application(middlewares=[every_request])
        router = application.router
        for path in ("/v1/tlsrpt", "/v1/tlsrpt/{token}"):
            router.add_post(path, self._upload, expect_handler=not_yet)
        router.add_get("/healthz", _healthz)
        router.add_get("/readyz", self._readyz)
        router.add_get("/metrics", self._metrics_page)
        return application

    async def _every_request(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._note_until_answered(request)
        response = await self._answered(request, handler)
        response.headers["Server"] = SERVER
        if self._stopping:
            response.force_close()
        resource = request.match_info.route.resource
        self._metrics.http_answered(resource.canonical if resource else "other", response.status)
        return response

    def _note_until_answered(self, request: web.Request) -> None:
        """Take the task of the request: aiohttp makes one for each, and it ends when the answer is written."""
        task, connection = asyncio.current_task(), request.protocol
        assert task is not None  # noqa: S101 -- we are in it
        assert isinstance(connection, BoundedConnection)  # noqa: S101 -- we make no others
        connection.begin_request()
        self._under_way.add(task)

        def is_over(_: object) -> None:
            self._under_way.discard(task)
            connection.end_request()

        task.add_done_callback(is_over)

    async def _answered(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._visitors.count_request(self._visitors.visitor(request))
            return await handler(request)
        except Refused as refused:
            return _response(refused.answer)
        except web.HTTPException as wrong:
            word = wrong.reason.lower().replace(" ", "-")
            kept = {name: value for name, value in wrong.headers.items() if name == "Allow"}
            return _response(Answer(wrong.status, word, f"{wrong.reason}.", kept))
        except Exception as error:  # noqa: BLE001 -- whatever it is: the next request has nothing to do with it
            reason, trace = type(error).__name__, trace_of(error)
            log.error("request failed", reason=reason, trace=trace)  # noqa: TRY400 -- its text may quote a report
            return _response(OUR_FAULT)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        return _response(await self._door.take(request))

    async def _readyz(self, _request: web.Request) -> web.StreamResponse:
        troubles = await self._readiness.troubles()
        if troubles:
            return web.json_response({"status": "not ready", "not_ready": troubles}, status=503)
        return web.json_response({"status": "ready"})

    async def _metrics_page(self, request: web.Request) -> web.StreamResponse:
        if self._visitors.visitor(request).limited_as:
            return _response(FORBIDDEN)
        return web.Response(body=await self._figures(), headers={"Content-Type": EXPOSITION})


async def _healthz(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "ok"})


def _response(answer: Answer) -> web.Response:
    response = web.json_response(answer.body, status=answer.status, headers=answer.headers)
    if answer.close:
        response.force_close()
    return response
