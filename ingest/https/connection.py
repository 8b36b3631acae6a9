"""One HTTP connection: counted, bounded in time, and quiet about nonsense. On top of aiohttp's own."""

import asyncio
from http import HTTPStatus
from math import inf
from typing import Any, cast

from aiohttp import web

from ingest.https.connections import Connections
from ingest.smtp.peers import plain_address

PROXY_KEEPS_ALIVE = 3630.0
"""Seconds between two requests of a trusted proxy: it shall be the one that closes, or it might lose a request."""


class BoundedConnection(web.RequestHandler):
    """A connection. Who has too many is cut off at once."""

    __slots__ = ("_admitted", "_connections", "_limited_as", "in_request", "step_began")

    def __init__(self, server: web.Server, connections: Connections, **more: Any) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **more)
        self._connections = connections
        self._limited_as = ""
        self._admitted = False
        self.in_request = False
        self.step_began = inf
        """When the sender's turn began (the loop's time): a head, or a whole body. Infinite when it is ours."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        address = plain_address(transport.get_extra_info("peername"))
        self._limited_as = self._connections.limited_as(address)
        self._admitted = self._connections.admit(self, self._limited_as)
        if not self._admitted:
            # No answer: widespread senders take any answer for a receipt, and come again after none.
            self._force_close = True
            cast("asyncio.Transport", transport).abort()
            return
        self.step_began = self._loop.time()
        if not self._limited_as:
            self._keepalive_timeout = PROXY_KEEPS_ALIVE
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._admitted:
            self._connections.leave(self, self._limited_as)
            self.step_began = inf
            super().connection_lost(exc)

    def begin_request(self) -> None:
        """Note that the head of a request is here; its body may be on the way."""
        self.in_request = True
        self.step_began = self._loop.time()

    def is_our_turn(self) -> None:
        """Note that all of a request is here."""
        self.step_began = inf

    def end_request(self) -> None:
        self.in_request = False
        self.step_began = self._loop.time()

    def let_go(self) -> None:
        """Close it; what was answered still goes out."""
        self.force_close()

    def drop(self) -> None:
        """Close it now, whatever is in flight."""
        if self.transport is not None:
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP without quoting it, here and in the log."""
        if status != HTTPStatus.BAD_REQUEST:
            return super().handle_error(request, status, exc, message)
        self._connections.note_nonsense(plain_address(self.peername))
        response = web.json_response({"error": "bad-request", "message": "This is not HTTP."}, status=status)
        response.force_close()
        return response
