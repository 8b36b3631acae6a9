"""Messages and interactions as Discord's side keeps them."""

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests import discord_objects as objects

EPHEMERAL = 1 << 6
DEFERRED = 5


@dataclass
class Shown:
    """A message as it came, with its files."""

    payload: dict[str, Any]
    files: dict[str, bytes]
    ephemeral: bool = False
    channel: int = 0
    object: dict[str, Any] = field(default_factory=dict)


@dataclass
class Asked:
    """An interaction, and all that was answered to it."""

    token: str
    sent_at: float
    channel: int
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    acknowledged_at: float = 0.0
    original: Shown | None = None
    followups: list[Shown] = field(default_factory=list)

    @property
    def seconds_to_ack(self) -> float:
        return self.acknowledged_at - self.sent_at

    @property
    def choices(self) -> list[str]:
        return [one["value"] for one in self.callbacks[0]["data"]["choices"]]

    @property
    def deferred_for_the_asker_alone(self) -> bool:
        callback = self.callbacks[0]
        return callback["type"] == DEFERRED and bool((callback.get("data") or {}).get("flags", 0) & EPHEMERAL)


def is_same(one: Shown, other: Shown) -> bool:
    nonce = other.payload.get("nonce") if other.payload.get("enforce_nonce") else None
    return nonce is not None and one.payload.get("nonce") == nonce and one.channel == other.channel


async def shown_in(request: web.Request, channel: int) -> Shown:
    """Read a message with or without files."""
    if request.content_type == "application/json":
        payload, files = await request.json(), {}
    else:
        form = await request.post()
        payload = json.loads(str(form["payload_json"]))
        sent = [one for name, one in form.items() if name.startswith("files[") and isinstance(one, web.FileField)]
        files = {one.filename: one.file.read() for one in sent}
    return Shown(payload, files, channel=channel, object=objects.message(channel, payload, files))
