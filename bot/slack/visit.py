"""What Slack tells about a typed command or a pressed button, read into one frozen value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat_text import cut
from bot.slack.render import RUN_ACTION, SHARE_ACTION

COMMAND_CHARACTERS = 4_000
BUTTON = "block_actions"
OUR_BUTTONS = re.compile(rf"^({RUN_ACTION}_\d+|{SHARE_ACTION})$")

_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>|]*\|([^<>|]*)>")
_BARE_LINK = re.compile(r"<(https?://[^<>|]*)>")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asks something, somewhere."""

    trigger: str
    """The same when Slack delivers the same thing again."""
    team: str
    """The workspace in which it happened."""
    user: str
    user_team: str
    """The asker's own workspace, or enterprise organisation."""
    channel: str
    channel_name: str
    """`directmessage` and `privategroup` where Slack gives no name."""
    text: str
    """The command, without `/tlsrpt`."""
    response_url: str
    share: bool = False
    """The answer goes to the channel."""


def visit_of(body: Mapping[str, Any]) -> Visit | None:
    """Read a payload; None when it is neither a command nor one of our buttons, or lacks something."""
    return button_visit(body) if body.get("type") == BUTTON else command_visit(body)


def return_address(body: Mapping[str, Any]) -> Visit | None:
    """Read of any payload what is needed to say something to whoever caused it; None when that cannot be."""
    found = _pressed(body, {})
    return found if found.response_url else None


def command_visit(body: Mapping[str, Any]) -> Visit | None:
    """Read a slash command's payload; None when something needed is missing."""
    visit = Visit(
        trigger=_string(body, "trigger_id"),
        team=_string(body, "team_id"),
        user=_string(body, "user_id"),
        user_team=_string(body, "team_id"),
        channel=_string(body, "channel_id"),
        channel_name=_string(body, "channel_name"),
        text=typed_text(_string(body, "text")),
        response_url=_string(body, "response_url"),
    )
    return visit if _is_whole(visit) else None


def button_visit(body: Mapping[str, Any]) -> Visit | None:
    """Read the payload of a pressed button; None when something needed is missing."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], Mapping) else {}
    visit = _pressed(body, action)
    is_ours = OUR_BUTTONS.match(_string(action, "action_id"))
    return visit if is_ours and _is_whole(visit) and visit.text else None


def _pressed(body: Mapping[str, Any], action: Mapping[str, Any]) -> Visit:
    user, team, channel = (_object(body, name) for name in ("user", "team", "channel"))
    return Visit(
        trigger=_string(body, "trigger_id"),
        team=_string(team, "id"),
        user=_string(user, "id"),
        user_team=_string(user, "team_id") or _string(team, "id"),
        channel=_string(channel, "id"),
        channel_name=_string(channel, "name"),
        text=cut(_string(action, "value"), COMMAND_CHARACTERS),
        response_url=_string(body, "response_url"),
        share=_string(action, "action_id") == SHARE_ACTION,
    )


def typed_text(text: str) -> str:
    """Undo what Slack does to typed text: names made links, and three characters escaped."""
    plain = _BARE_LINK.sub(r"\1", _LINK.sub(r"\1", text))
    unescaped = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return cut(unescaped.strip(), COMMAND_CHARACTERS)


def _is_whole(visit: Visit) -> bool:
    return all((visit.trigger, visit.team, visit.user, visit.channel, visit.response_url))


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _string(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
