"""JSON objects as Discord's reference describes them, as far as discord.py reads them."""

import itertools
import time
from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1_420_070_400_000
APPLICATION = 900_000_000_000_000_001
BOT_USER = 900_000_000_000_000_002
GUILD = 100_000_000_000_000_001
OTHER_GUILD = 100_000_000_000_000_002
CHANNEL = 200_000_000_000_000_001
OTHER_CHANNEL = 200_000_000_000_000_002
THREAD = 200_000_000_000_000_003
ANN = 300_000_000_000_000_001
BOB = 300_000_000_000_000_002
ROLE = 400_000_000_000_000_001
MEMBER_PERMISSIONS = 1 << 11 | 1 << 10
MANAGE_SERVER = 1 << 5

_numbers = itertools.count(1)


def snowflake() -> str:
    """A new id that tells when it was made."""
    return str((int(time.time() * 1000) - EPOCH_MS) << 22 | next(_numbers) % (1 << 22))


def user(id_: int, name: str, *, bot: bool = False) -> dict[str, Any]:
    return {
        "id": str(id_),
        "username": name,
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": bot,
        "flags": 0,
    }


def member(id_: int, name: str, roles: tuple[int, ...], permissions: int) -> dict[str, Any]:
    return {
        "user": user(id_, name),
        "roles": [str(role) for role in roles],
        "permissions": str(permissions),
        "joined_at": "2025-01-01T00:00:00+00:00",
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
    }


def guild(id_: int, name: str) -> dict[str, Any]:
    """A guild with two channels and a role, as GUILD_CREATE has it."""
    return {
        "id": str(id_),
        "name": name,
        "unavailable": False,
        "owner_id": "1",
        "roles": [role(id_, "@everyone"), role(ROLE, "mail")],
        "channels": [channel(CHANNEL, "mail-ops"), channel(OTHER_CHANNEL, "general")],
        **{key: [] for key in ("threads", "members", "emojis", "features", "stickers", "voice_states", "presences")},
        **dict.fromkeys(("verification_level", "default_message_notifications", "explicit_content_filter"), 0),
        **dict.fromkeys(("mfa_level", "nsfw_level", "premium_tier", "system_channel_flags", "afk_timeout"), 0),
        **dict.fromkeys(("icon", "splash", "banner", "description", "vanity_url_code", "discovery_splash")),
        "preferred_locale": "en-US",
        "member_count": 3,
        "premium_progress_bar_enabled": False,
    }


def role(id_: int, name: str) -> dict[str, Any]:
    return {
        "id": str(id_),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": 0,
        "permissions": "0",
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def channel(id_: int, name: str) -> dict[str, Any]:
    return {"id": str(id_), "type": 0, "name": name, "position": 0, "permission_overwrites": [], "nsfw": False}


def thread(id_: int, parent: int) -> dict[str, Any]:
    """A public thread, as an interaction has it."""
    return {
        "id": str(id_),
        "type": 11,
        "name": "thread",
        "parent_id": str(parent),
        "owner_id": "1",
        "message_count": 1,
        "member_count": 1,
        "rate_limit_per_user": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": 60,
            "archive_timestamp": "2025-01-01T00:00:00+00:00",
            "locked": False,
        },
    }


def direct(id_: int) -> dict[str, Any]:
    return {"id": str(id_), "type": 1, "recipients": [user(id_, "ann")], "last_message_id": None}


def message(channel_id: int, payload: dict[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    """A message of the bot, as Discord answers it."""
    named = {one["filename"]: one for one in payload.get("attachments") or []}
    return {
        "id": snowflake(),
        "channel_id": str(channel_id),
        "author": user(BOT_USER, "tlsrpt", bot=True),
        "timestamp": datetime.now(UTC).isoformat(),
        "edited_timestamp": None,
        "type": 0,
        "tts": False,
        "pinned": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "content": payload.get("content") or "",
        "embeds": payload.get("embeds") or [],
        "components": payload.get("components") or [],
        "nonce": payload.get("nonce"),
        "flags": payload.get("flags") or 0,
        "attachments": [
            {
                "id": snowflake(),
                "filename": name,
                "size": len(body),
                "url": f"https://cdn.example/{name}",
                "proxy_url": f"https://cdn.example/{name}",
                "description": named.get(name, {}).get("description"),
            }
            for name, body in files.items()
        ],
    }


def sub_command(path: str, options: dict[str, Any], focused: str = "") -> dict[str, Any]:
    """Data of `/tlsrpt PATH` with options filled in; `domain add` is a sub-command of a group."""
    filled = [
        {"name": name.replace("_", "-"), "type": 4 if isinstance(value, int) else 3, "value": value}
        | ({"focused": True} if name == focused else {})
        for name, value in options.items()
    ]
    *groups, last = path.split()
    inner: dict[str, Any] = {"name": last, "type": 1, "options": filled}
    for group in reversed(groups):
        inner = {"name": group, "type": 2, "options": [inner]}
    return {"id": "7", "name": "tlsrpt", "type": 1, "options": [inner]}
