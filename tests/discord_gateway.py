"""Discord's gateway (v10) on 127.0.0.1: hello, identify, ready, events, heartbeats, resume, and what breaks."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_objects import APPLICATION, BOT_USER, guild, user

TOKEN = "good-token"
HEARTBEAT_MS = 20_000
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
BAD_TOKEN = 4004


class Gateway:
    """One session at a time; events that were missed are sent again after a resume."""

    def __init__(self, changed: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.guilds: dict[int, str] = {}
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.connections = 0
        self.intents = 0
        self.refusals: list[int] = []
        """Statuses with which the next connections are refused; 0 hangs up at once."""
        self.resume_url = ""
        self.session = ""
        self.heartbeat_ms = HEARTBEAT_MS
        self.answers_heartbeats = True
        self.hangs_up_after_hello = 0
        """So many connections end as soon as they have begun."""
        self._changed = changed
        self._sent: list[dict[str, Any]] = []
        self._sequence = 0
        self._sockets: list[web.WebSocketResponse] = []
        self._ready: list[web.WebSocketResponse] = []
        self._reads = asyncio.Event()
        self._reads.set()

    @property
    def is_connected(self) -> bool:
        """Whether somebody listens to events."""
        return bool(self._ready)

    @property
    def open_sockets(self) -> int:
        return len(self._sockets)

    async def event(self, name: str, data: dict[str, Any]) -> None:
        """Send an event, or keep it for whoever resumes."""
        self._sequence += 1
        message = {"op": DISPATCH, "t": name, "s": self._sequence, "d": data}
        self._sent.append(message)
        for socket in self._ready:
            await socket.send_str(json.dumps(message))

    async def lose(self, guild_id: int) -> None:
        """A guild becomes unavailable, for the time of an outage."""
        await self.event("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})

    async def bring_back(self, guild_id: int) -> None:
        await self.event("GUILD_CREATE", guild(guild_id, self.guilds[guild_id]))

    async def invite(self, guild_id: int, name: str) -> None:
        """The bot comes into a guild: the event does not say then that the guild is there."""
        self.guilds[guild_id] = name
        data = guild(guild_id, name)
        del data["unavailable"]
        await self.event("GUILD_CREATE", data)

    async def throw_out(self, guild_id: int) -> None:
        """The bot is removed from a guild."""
        del self.guilds[guild_id]
        await self.event("GUILD_DELETE", {"id": str(guild_id)})

    async def ask_to_reconnect(self) -> None:
        for socket in list(self._ready):
            self._ready.remove(socket)
            await socket.send_str(json.dumps({"op": RECONNECT, "d": None, "t": None, "s": None}))

    async def invalidate(self) -> None:
        """Say that the session cannot be resumed."""
        for socket in list(self._ready):
            self._ready.remove(socket)
            await socket.send_str(json.dumps({"op": INVALID_SESSION, "d": False, "t": None, "s": None}))

    def cut(self) -> None:
        """Lose all connections without a word."""
        for socket in list(self._sockets):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()
        self._ready.clear()

    async def hang_up(self, code: int) -> None:
        for socket in list(self._sockets):
            await socket.close(code=code)

    def fall_silent(self) -> None:
        """Read nothing any more, so that not even a goodbye is answered."""
        self._reads.clear()

    async def close(self) -> None:
        self._reads.set()
        for socket in list(self._sockets):
            await socket.close()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refusals:
            status = self.refusals.pop(0)
            await self._changed()
            if status:
                return web.Response(status=status, text="out of order")
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._sockets.append(socket)
        self.connections += 1
        try:
            await self._say(socket, HELLO, {"heartbeat_interval": self.heartbeat_ms})
            if self.hangs_up_after_hello:
                self.hangs_up_after_hello -= 1
                await socket.close(code=4000)
            else:
                await self._converse(socket)
        finally:
            self._sockets.remove(socket)
            if socket in self._ready:
                self._ready.remove(socket)
            await self._changed()
        return socket

    async def _converse(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                continue
            await self._hear(socket, json.loads(message.data))
            await self._changed()
            await self._reads.wait()

    async def _hear(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        if message["op"] == HEARTBEAT:
            self.heartbeats += 1
            if self.answers_heartbeats:
                await self._say(socket, ACK, None)
        elif message["op"] == IDENTIFY:
            await self._identify(socket, message["d"])
        elif message["op"] == RESUME:
            await self._resume(socket, message["d"])

    async def _identify(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        if data["token"] != TOKEN:
            await socket.close(code=BAD_TOKEN, message=b"Authentication failed.")
            return
        self.identified += 1
        self.session = f"session-{self.identified}"
        self.intents = data["intents"]
        self._sent.clear()
        self._sequence = 0
        self._ready.append(socket)
        ready = {
            "v": 10,
            "user": user(BOT_USER, "tlsrpt", bot=True),
            "guilds": [{"id": str(one), "unavailable": True} for one in self.guilds],
            "session_id": self.session,
            "resume_gateway_url": self.resume_url,
            "application": {"id": str(APPLICATION), "flags": 0},
            "private_channels": [],
        }
        await self.event("READY", ready)
        for one, name in self.guilds.items():
            await self.event("GUILD_CREATE", guild(one, name))

    async def _resume(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> None:
        if data["token"] != TOKEN or data["session_id"] != self.session:
            await self._say(socket, INVALID_SESSION, False)
            return
        self.resumed += 1
        for message in [one for one in self._sent if one["s"] > data["seq"]]:
            await socket.send_str(json.dumps(message))
        self._ready.append(socket)
        await self.event("RESUMED", {"_trace": []})

    async def _say(self, socket: web.WebSocketResponse, code: int, data: Any) -> None:
        await socket.send_str(json.dumps({"op": code, "d": data, "t": None, "s": None}))
