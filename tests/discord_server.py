"""Discord's side of the wire, on 127.0.0.1: REST (v10) and gateway, for discord.py as it is, with faults on request."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests import discord_objects as objects
from tests.discord_faults import AnswerLost, Fault, Slow, answer_to, as_json, refused
from tests.discord_gateway import TOKEN, Gateway
from tests.discord_limits import faults
from tests.discord_messages import EPHEMERAL, Asked, Shown, is_same, shown_in
from tests.discord_objects import ANN, APPLICATION, BOT_USER, CHANNEL, GUILD, MEMBER_PERMISSIONS, OTHER_CHANNEL

WAIT_SECONDS = 5
FILE_LIMIT = 10 * 2**20


class DiscordServer:
    """One bot in its guilds. Use as an async context manager."""

    def __init__(self) -> None:
        self.gateway = Gateway(self._note)
        self.gateway.guilds = {GUILD: "Own"}
        self.channels = {CHANNEL, OTHER_CHANNEL}
        self.messages: list[Shown] = []
        self.refusals: list[str] = []
        self.calls: list[str] = []
        self.asked: dict[str, Asked] = {}
        self.commands: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.takes_direct_messages = True
        self.direct_channels: set[int] = set()
        """Each has the id of the person whose it is."""
        self.reads_history = True
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 2**20, middlewares=[self._answered])
        self._add_routes(app.router)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.api_url, self.gateway_url = f"http://127.0.0.1:{port}/api/v10", f"ws://127.0.0.1:{port}/"
        self.gateway.resume_url = f"{self.gateway_url}resume"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.gateway.close()
        await self._runner.cleanup()

    def fail(self, call: str, *faults_in_order: Fault) -> None:
        """The next calls of a kind (`post`, `history`, `callback`, `edit`, `followup`, ...) go wrong, in this order."""
        self._faults[call].extend(faults_in_order)

    async def connected(self) -> None:
        """Wait until the bot listens and has looked after its command."""
        await self.until(lambda: self.gateway.is_connected)

    async def command(self, path: str, options: dict[str, Any] | None = None, **more: Any) -> Asked:
        """Somebody types `/tlsrpt PATH`; returns when the interaction is sent."""
        return await self._interaction(2, objects.sub_command(path, options or {}), **more)

    async def typing(self, path: str, options: dict[str, Any], focused: str, **more: Any) -> Asked:
        """Somebody types into an option; returns when suggestions have come."""
        asked = await self._interaction(4, objects.sub_command(path, options, focused), **more)
        await self.until(lambda: asked.callbacks)
        return asked

    async def press(self, custom_id: str, **more: Any) -> Asked:
        """Somebody presses a button of an answer that only they see."""
        pressed = objects.message(CHANNEL, {"content": "an answer", "flags": EPHEMERAL}, {})
        return await self._interaction(3, {"custom_id": custom_id, "component_type": 2}, message=pressed, **more)

    async def answer(self, asked: Asked) -> Shown:
        """Wait for what the asker is shown."""
        await self.until(lambda: asked.original)
        assert asked.original is not None
        return asked.original

    async def followup(self, asked: Asked) -> Shown:
        """Wait for what follows the first answer."""
        await self.until(lambda: asked.followups)
        return asked.followups[0]

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something has happened here; fail after some seconds."""
        async with self._changed, asyncio.timeout(WAIT_SECONDS):
            await self._changed.wait_for(lambda: bool(condition()))

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _interaction(self, kind: int, data: dict[str, Any], **more: Any) -> Asked:
        token = f"token-{objects.snowflake()}"
        usual = objects.channel(CHANNEL, "mail-ops") if more.get("guild", GUILD) else objects.direct(ANN)
        channel = more.get("channel", usual)
        asked = self.asked[token] = Asked(token, time.monotonic(), int(channel["id"]))
        event = {
            "id": objects.snowflake(),
            "application_id": str(APPLICATION),
            "type": kind,
            "version": 1,
            "token": token,
            "data": data,
            "channel": channel,
            "locale": "en-US",
            "app_permissions": "0",
            "attachment_size_limit": more.get("file_limit", FILE_LIMIT),
            "entitlements": [],
            **self._whence(more),
            **({"message": more["message"]} if "message" in more else {}),
        }
        await self.gateway.event("INTERACTION_CREATE", event | more.get("changes", {}))
        return asked

    def _whence(self, more: dict[str, Any]) -> dict[str, Any]:
        """Who asks, in a guild or (with `guild=None`) in a direct message."""
        id_, guild = more.get("user", ANN), more.get("guild", GUILD)
        if guild is None:
            return {"user": objects.user(id_, "ann"), "context": 1, "authorizing_integration_owners": {}}
        rights = more.get("permissions", MEMBER_PERMISSIONS)
        return {
            "guild_id": str(guild),
            "guild": {"id": str(guild), "features": [], "locale": "en-US"},
            "member": objects.member(id_, "ann", more.get("roles", ()), rights),
            "context": 0,
            "authorizing_integration_owners": {"0": str(guild)},
        }

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        api = "/api/v10"
        guild = f"{api}/applications/{APPLICATION}/guilds/{{guild}}/commands"
        original = f"{api}/webhooks/{APPLICATION}/{{token}}/messages/@original"
        for method, path, name, handler in (
            ("GET", f"{api}/users/@me", "me", self._me),
            ("GET", f"{api}/users/@me/guilds", "guilds", self._guilds),
            ("GET", f"{api}/oauth2/applications/@me", "application", self._application),
            ("GET", guild, "commands", self._get_commands),
            ("PUT", guild, "register", self._put_commands),
            ("POST", f"{api}/interactions/{{id}}/{{token}}/callback", "callback", self._callback),
            ("PATCH", original, "edit", self._edit),
            ("POST", f"{api}/webhooks/{APPLICATION}/{{token}}", "followup", self._followup),
            ("POST", f"{api}/channels/{{channel}}/messages", "post", self._post),
            ("GET", f"{api}/channels/{{channel}}/messages", "history", self._history),
            ("POST", f"{api}/users/@me/channels", "direct", self._direct),
            ("GET", "/", "gateway", self.gateway.serve),
            ("GET", "/resume", "gateway", self.gateway.serve),
        ):
            router.add_route(method, path, handler, name=None if name == "gateway" else name)

    @web.middleware
    async def _answered(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Check the token, let what shall go wrong go wrong, and tell who waits."""
        name = request.match_info.route.name
        if name is None:
            answer: web.StreamResponse = await handler(request)
            return answer
        self.calls.append(name)
        await self._note()
        fault = self._faults[name].popleft() if self._faults[name] else None
        early = answer_to(fault)
        if early is None and name not in ("callback", "edit", "followup"):
            early = None if request.headers.get("Authorization") == f"Bot {TOKEN}" else refused(401, 0, "401")
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.seconds)
        found: web.StreamResponse = early or await handler(request)
        await self._note()
        if isinstance(fault, AnswerLost) and request.transport is not None:
            request.transport.abort()
        return found

    async def _me(self, _: web.Request) -> web.Response:
        return as_json(objects.user(BOT_USER, "tlsrpt", bot=True))

    async def _guilds(self, _: web.Request) -> web.Response:
        return as_json(
            [{"id": str(GUILD), "name": "Ops", "icon": None, "owner": False, "permissions": "0", "features": []}]
        )

    async def _application(self, _: web.Request) -> web.Response:
        about = {"id": str(APPLICATION), "name": "tlsrpt", "description": "", "icon": None, "flags": 0}
        more = {"bot_public": False, "bot_require_code_grant": False, "verify_key": "k", "team": None, "hook": True}
        return as_json(about | more | {"owner": objects.user(ANN, "ann"), "install_params": None})

    async def _get_commands(self, request: web.Request) -> web.Response:
        return as_json(self.commands[int(request.match_info["guild"])])

    async def _put_commands(self, request: web.Request) -> web.Response:
        guild = int(request.match_info["guild"])
        extra = {"id": "7", "application_id": str(APPLICATION), "guild_id": str(guild), "version": "1", "nsfw": False}
        self.commands[guild] = [one | extra for one in await request.json()]
        return as_json(self.commands[guild])

    async def _callback(self, request: web.Request) -> web.Response:
        asked = self.asked[request.match_info["token"]]
        if asked.callbacks:
            return refused(400, 40060, "Interaction has already been acknowledged.")
        asked.acknowledged_at = time.monotonic()
        asked.callbacks.append(await request.json())
        return as_json({"interaction": {"id": request.match_info["id"], "type": 2}})

    async def _edit(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None or not asked.callbacks:
            return refused(404, 10015, "Unknown Webhook")
        shown = await shown_in(request, asked.channel)
        shown.ephemeral = asked.deferred_for_the_asker_alone
        return self._taken(shown) or self._set_original(asked, shown)

    async def _followup(self, request: web.Request) -> web.Response:
        asked = self.asked.get(request.match_info["token"])
        if asked is None or not asked.callbacks:
            return refused(404, 10015, "Unknown Webhook")
        shown = await shown_in(request, asked.channel)
        shown.ephemeral = bool((shown.payload.get("flags") or 0) & EPHEMERAL)
        refusal = self._taken(shown)
        if refusal is not None:
            return refusal
        if asked.original is None:  # the first follow-up to a deferral is its answer, and as visible as the deferral
            shown.ephemeral = asked.deferred_for_the_asker_alone
            return self._set_original(asked, shown)
        asked.followups.append(shown)
        return as_json(shown.object | {"webhook_id": str(APPLICATION)})

    def _set_original(self, asked: Asked, shown: Shown) -> web.Response:
        asked.original = shown
        return as_json(shown.object)

    async def _post(self, request: web.Request) -> web.Response:
        channel = int(request.match_info["channel"])
        is_direct = channel in self.direct_channels
        if not is_direct and channel not in self.channels:
            return refused(404, 10003, "Unknown Channel")
        if not is_direct and GUILD not in self.gateway.guilds:
            return refused(403, 50001, "Missing Access")
        if is_direct and not self.takes_direct_messages:
            return refused(403, 50007, "Cannot send messages to this user")
        shown = await shown_in(request, channel)
        refusal = self._taken(shown)
        if refusal is not None:
            return refusal
        known = next((one for one in self.messages if is_same(one, shown)), shown)
        if known is shown:
            self.messages.append(shown)
        return as_json(known.object)

    async def _history(self, request: web.Request) -> web.Response:
        """Return the messages that follow one, the newest first, no more than are asked for."""
        channel = int(request.match_info["channel"])
        if not self.reads_history:
            return refused(403, 50001, "Missing Access")
        after = int(request.query.get("after", 0))
        found = [one.object for one in self.messages if one.channel == channel and int(one.object["id"]) > after]
        return as_json(found[: int(request.query.get("limit", 50))][::-1])

    async def _direct(self, request: web.Request) -> web.Response:
        person = int((await request.json())["recipient_id"])
        self.direct_channels.add(person)
        return as_json(objects.direct(person))

    def _taken(self, shown: Shown) -> web.Response | None:
        """Refuse what is beyond Discord's limits."""
        found = faults(shown.payload, tuple(shown.files))
        self.refusals += found
        return refused(400, 50035, f"Invalid Form Body: {found}") if found else None
