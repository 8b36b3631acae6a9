"""Buttons that know their command by themselves, so that they work after a restart too."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.discord import limits
from bot.discord.text import clean_line, cut, length
from commands.reply import Action

SHARE_LABEL = "Share in channel"
NOTHING = "—"

_RUN = "run:"
_SHARE = "share:"
_ROW = 1
_BUTTON = 2
_SECONDARY = 2


@dataclass(frozen=True, slots=True)
class Press:
    """What a pressed button asks for."""

    command: str
    share: bool
    """The answer goes to the channel."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """What is drawn of a reply's actions."""

    rows: list[dict[str, Any]]
    without: tuple[str, ...]
    """Commands for which there is no button: too long for one, or one too many."""


def buttons(actions: Iterable[Action], share: str) -> Buttons:
    """Draw a button for each action, and one that shows `share` to the channel; an empty `share` draws none. Pure."""
    drawn: dict[str, dict[str, Any]] = {}
    without: list[str] = []
    most = limits.BUTTONS - 1
    for custom_id, label in _wanted(actions, share):
        has_room = len(drawn) < (limits.BUTTONS if custom_id.startswith(_SHARE) else most)
        if length(custom_id) <= limits.CUSTOM_ID_CHARACTERS and has_room:
            drawn.setdefault(custom_id, _button(custom_id, label))
        elif not custom_id.startswith(_SHARE):
            without.append(custom_id.removeprefix(_RUN))
    every = list(drawn.values())
    starts = range(0, len(every), limits.BUTTONS_IN_A_ROW)
    rows = [{"type": _ROW, "components": every[at : at + limits.BUTTONS_IN_A_ROW]} for at in starts]
    return Buttons(rows, tuple(dict.fromkeys(without)))


def can_be_shared(command: str) -> bool:
    """Tell whether a share button has room for this command."""
    return 0 < length(clean_line(command)) <= limits.CUSTOM_ID_CHARACTERS - len(_SHARE)


def press(custom_id: str) -> Press | None:
    """Read a button's id; None when it is none of ours."""
    for prefix in (_RUN, _SHARE):
        command = custom_id.removeprefix(prefix)
        if command and command != custom_id:
            return Press(command, share=prefix == _SHARE)
    return None


def _wanted(actions: Iterable[Action], share: str) -> Iterator[tuple[str, str]]:
    for action in actions:
        if command := clean_line(action.command):
            yield f"{_RUN}{command}", action.label
    if command := clean_line(share):
        yield f"{_SHARE}{command}", SHARE_LABEL


def _button(custom_id: str, label: str) -> dict[str, Any]:
    text = cut(clean_line(label), limits.BUTTON_LABEL_CHARACTERS) or NOTHING
    return {"type": _BUTTON, "style": _SECONDARY, "label": text, "custom_id": custom_id}
