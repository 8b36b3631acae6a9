"""Slack's side of the wire, on 127.0.0.1: Web API, Socket Mode and response URLs, with faults on request."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import WSMsgType, web

from tests.slack_faults import AnswerLost, Broken, Fault, RateLimited, Refused, Slow, answer_to
from tests.slack_workspace import APP_TOKEN, BOT_TOKEN, TEAM, SlackWorkspace

__all__ = ["APP_TOKEN", "BOT_TOKEN", "TEAM", "Answer", "Envelope", "SlackServer"]

WAIT_SECONDS = 5
LARGEST_UPLOAD = 32 * 1024 * 1024


@dataclass
class Envelope:
    """What was sent down the socket, and when its acknowledgement came."""

    id: str
    kind: str
    payload: dict[str, Any]
    sent_at: float
    acks: list[float] = field(default_factory=list)

    @property
    def seconds_to_ack(self) -> float:
        return self.acks[0] - self.sent_at


@dataclass(frozen=True)
class Answer:
    """What came by a response URL."""

    url: str
    body: dict[str, Any]


class SlackServer(SlackWorkspace):
    """One workspace. Use as an async context manager."""

    def __init__(self, *, takes_newer_blocks: bool = True) -> None:
        super().__init__(takes_newer_blocks=takes_newer_blocks)
        self.answers: list[Answer] = []
        self.calls: list[str] = []
        self.envelopes: dict[str, Envelope] = {}
        self.connections = 0
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._uses: dict[str, int] = defaultdict(int)
        self._sockets: list[web.WebSocketResponse] = []
        self._changed = asyncio.Condition()
        self._reads = asyncio.Event()
        self._reads.set()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_UPLOAD)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response/{name}", self._response)
        app.router.add_post("/upload/{id}", self._upload)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.api_url = f"{self.origin}/api/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._reads.set()
        for socket in list(self._sockets):
            await socket.close()
        await self._runner.cleanup()

    @property
    def open_sockets(self) -> int:
        return len(self._sockets)

    def fail(self, method: str, *faults_in_order: Fault) -> None:
        """The next calls of a method (`response`, `upload`, `socket` for what is none) go wrong, in this order."""
        self._faults[method].extend(faults_in_order)

    async def command(self, text: str, **more: Any) -> Envelope:
        """Somebody types `/tlsrpt text`."""
        number = next(self._numbers)
        payload = {
            "command": "/tlsrpt",
            "text": text,
            "team_id": TEAM,
            "team_domain": "own",
            "user_id": "U0ANN",
            "user_name": "ann",
            "channel_id": "C0OPS",
            "channel_name": "mail-ops",
            "api_app_id": "A0APP",
            "is_enterprise_install": "false",
            "trigger_id": f"{number}.trigger",
            "response_url": f"{self.origin}/response/{number}",
        }
        return await self.send("slash_commands", payload | more)

    async def press(self, action_id: str, value: str, **more: Any) -> Envelope:
        """Somebody presses a button of an ephemeral message."""
        number = next(self._numbers)
        payload = {
            "type": "block_actions",
            "user": {"id": "U0ANN", "username": "ann", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "own"},
            "channel": {"id": "C0OPS", "name": "mail-ops"},
            "api_app_id": "A0APP",
            "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0OPS", "is_ephemeral": True},
            "trigger_id": f"{number}.trigger",
            "response_url": f"{self.origin}/response/{number}",
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1"}],
        }
        return await self.send("interactive", payload | more)

    async def send(self, kind: str, payload: dict[str, Any], envelope_id: str = "") -> Envelope:
        """Send an envelope and wait until it is acknowledged."""
        name = envelope_id or f"envelope-{next(self._numbers)}"
        envelope = self.envelopes.setdefault(name, Envelope(name, kind, payload, time.monotonic()))
        before = len(envelope.acks)
        await self._down({"type": kind, "envelope_id": name, "payload": payload, "accepts_response_payload": True})
        await self.until(lambda: len(envelope.acks) > before)
        return envelope

    async def refresh(self) -> None:
        """Ask the client to connect anew, as Slack does every few hours."""
        await self._down({"type": "disconnect", "reason": "refresh_requested", "debug_info": {"host": "here"}})

    async def drop(self) -> None:
        """Lose all connections without a word."""
        for socket in list(self._sockets):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    def fall_silent(self) -> None:
        """Read nothing after the next message, so that not even a goodbye is answered."""
        self._reads.clear()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something has happened here; fail after some seconds."""
        async with self._changed, asyncio.timeout(WAIT_SECONDS):
            await self._changed.wait_for(condition)

    async def answer(self, number: int = 1) -> Answer:
        """Wait for the answer with this number, counted from 1."""
        await self.until(lambda: len(self.answers) >= number)
        return self.answers[number - 1]

    async def _down(self, message: dict[str, Any]) -> None:
        await self._sockets[-1].send_str(json.dumps(message))

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        fault = self._next_fault("socket")
        if isinstance(fault, Broken):
            return web.Response(status=fault.status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        self.connections += 1
        try:
            await socket.send_str(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {}}))
            await self._note()
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
                    await self._note()
                await self._reads.wait()
        finally:
            self._sockets.remove(socket)
            await self._note()
        return socket

    def _acknowledged(self, message: dict[str, Any]) -> None:
        envelope = self.envelopes.get(message.get("envelope_id", ""))
        if envelope is not None:
            envelope.acks.append(time.monotonic())

    async def _response(self, request: web.Request) -> web.StreamResponse:
        url = str(request.path)
        body = await request.json()
        self._uses[url] += 1
        fault = self._next_fault("response")
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        elif isinstance(fault, RateLimited):
            return web.Response(status=429, headers={"Retry-After": str(fault.seconds)}, text="rate_limited")
        elif isinstance(fault, Refused):
            return web.Response(status=404, text=fault.word)
        elif isinstance(fault, Broken):
            return answer_to(fault) or web.Response()
        if self._uses[url] > 5:
            return web.Response(status=404, text="used_url")
        word = self._refusal(body)
        if word:
            self.refusals.append(word)
            return web.Response(status=400, text=word)
        self.answers.append(Answer(url, body))
        await self._note()
        return web.Response(text="ok")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        self.calls.append(method)
        fault = self._next_fault(method)
        early = answer_to(fault)
        if early is not None:
            await self._note()
            return early
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        found = self._do(method, request.headers.get("Authorization", ""), await _arguments(request))
        await self._note()
        if isinstance(fault, AnswerLost) and request.transport is not None:
            request.transport.abort()
        return web.json_response(found)

    def _next_fault(self, method: str) -> Fault | None:
        waiting = self._faults[method]
        return waiting.popleft() if waiting else None

    async def _upload(self, request: web.Request) -> web.Response:
        file = self.uploads.files[request.match_info["id"]]
        fault = self._next_fault("upload")
        if isinstance(fault, Broken):
            return web.Response(status=fault.status, text="out of order")
        if isinstance(fault, RateLimited):
            return web.Response(status=429, headers={"Retry-After": str(fault.seconds)})
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        file.body = await request.read()
        return web.Response(text=f"OK - {len(file.body)}")


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **await request.post()}
