"""A workspace of Slack behind its Web API: people, channels, messages, and what is refused."""

import itertools
import time
from typing import Any

from tests.slack_limits import NEWER, faults, kinds
from tests.slack_uploads import SlackUploads

TEAM = "T0OWN"
BOT_TOKEN = "xoxb-good"
APP_TOKEN = "xapp-good"


class SlackWorkspace:
    """What it holds, and what each method of the Web API does with it."""

    origin = ""
    """Where it is reached."""

    def __init__(self, *, takes_newer_blocks: bool = True) -> None:
        self.refused_kinds: frozenset[str] = frozenset() if takes_newer_blocks else frozenset(NEWER)
        self.uploads = SlackUploads()
        self.messages: list[dict[str, Any]] = []
        self.ephemerals: list[dict[str, Any]] = []
        self.refusals: list[str] = []
        self.users: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, list[str]] = {}
        self.channels = {"mail-ops": "C0OPS", "general": "C0GEN"}
        self.unreadable_channels: set[str] = set()
        self.closed_channels: set[str] = set()
        """Ids of those that the bot is not in."""
        self._numbers = itertools.count(1)

    def _do(self, method: str, authorization: str, arguments: dict[str, Any]) -> dict[str, Any]:
        wanted = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if authorization != f"Bearer {wanted}":
            return {"ok": False, "error": "invalid_auth"}
        known = {
            "auth.test": self._auth_test,
            "apps.connections.open": self._open,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "users.info": self._user,
            "usergroups.users.list": self._group,
            "conversations.list": self._conversations,
            "conversations.history": self._history,
            "conversations.open": self.uploads.open_direct_message,
            "files.getUploadURLExternal": lambda given: self.uploads.begin(given, self.origin),
            "files.completeUploadExternal": self.uploads.end,
        }
        return known[method](arguments) if method in known else {"ok": False, "error": "unknown_method"}

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "team": "Own", "team_id": TEAM, "user_id": "U0BOT", "user": "tlsrpt", "bot_id": "B0BOT"}

    def _open(self, _: dict[str, Any]) -> dict[str, Any]:
        ticket = next(self._numbers)
        return {"ok": True, "url": f"{self.origin.replace('http', 'ws', 1)}/socket?ticket={ticket}"}

    def _user(self, arguments: dict[str, Any]) -> dict[str, Any]:
        name = arguments["user"]
        return {"ok": True, "user": {"id": name, "team_id": TEAM, "is_admin": False} | self.users.get(name, {})}

    def _group(self, arguments: dict[str, Any]) -> dict[str, Any]:
        members = self.groups.get(arguments["usergroup"])
        return {"ok": False, "error": "no_such_subteam"} if members is None else {"ok": True, "users": members}

    def _conversations(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """One channel a page, so that readers have to turn pages."""
        names = sorted(self.channels)
        at = int(arguments.get("cursor") or 0)
        cursor = str(at + 1) if at + 1 < len(names) else ""
        page = [{"id": self.channels[name], "name": name} for name in names[at : at + 1]]
        return {"ok": True, "channels": page, "response_metadata": {"next_cursor": cursor}}

    def _post(self, arguments: dict[str, Any]) -> dict[str, Any]:
        asked = arguments["channel"]
        channel = self.channels.get(asked.removeprefix("#"), asked)
        if channel not in self.channels.values():
            return {"ok": False, "error": "channel_not_found"}
        if channel in self.closed_channels:
            return {"ok": False, "error": "not_in_channel"}
        word = self._refusal(arguments)
        if word:
            self.refusals.append(word)
            return {"ok": False, "error": word}
        message = arguments | {"channel": channel, "ts": f"{time.time() + len(self.messages):.6f}", "type": "message"}
        self.messages.append(message)
        return {"ok": True, "channel": channel, "ts": message["ts"], "message": message}

    def _post_ephemeral(self, arguments: dict[str, Any]) -> dict[str, Any]:
        word = self._refusal(arguments)
        if word:
            return {"ok": False, "error": word}
        self.ephemerals.append(arguments)
        return {"ok": True, "message_ts": f"{time.time():.6f}"}

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        for message in self.messages:
            if (message["channel"], message["ts"]) == (arguments["channel"], arguments["ts"]):
                message.update(arguments)
                return {"ok": True, "channel": message["channel"], "ts": message["ts"]}
        return {"ok": False, "error": "message_not_found"}

    def _history(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """One message a page, newest first, so that readers have to turn pages."""
        if arguments["channel"] in self.unreadable_channels:
            return {"ok": False, "error": "missing_scope", "needed": "channels:history"}
        found = [one for one in self.messages if one["channel"] == arguments["channel"]]
        newest_first = [one for one in reversed(found) if float(one["ts"]) >= float(arguments.get("oldest") or 0)]
        at = int(arguments.get("cursor") or 0)
        cursor = str(at + 1) if at + 1 < len(newest_first) else ""
        page = [_as_history(one, arguments) for one in newest_first[at : at + 1]]
        return {"ok": True, "messages": page, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    def _refusal(self, body: dict[str, Any]) -> str:
        if not body.get("text"):
            return "no_text"
        blocks = body.get("blocks") or []
        if blocks and (faults(blocks) or self.refused_kinds & set(kinds(blocks)) or not self.uploads.are_shown(blocks)):
            return "invalid_blocks"
        return ""


def _as_history(message: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    with_metadata = str(arguments.get("include_all_metadata", "")).lower() in {"1", "true"}
    return {name: value for name, value in message.items() if name != "metadata" or with_metadata}
