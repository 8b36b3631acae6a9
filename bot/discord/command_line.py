"""The options that somebody filled in, put together into the one line of the command language. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.discord.declaration import GROUP, SUB_COMMAND, SUB_COMMAND_GROUP, Option, chosen_first, options_of
from bot.discord.limits import COMMAND_CHARACTERS
from commands.offers import Names, offered_names
from commands.question import Command, Kind, Parameter

_AROUND_COMMAS = re.compile(r"\s*,\s*")


@dataclass(frozen=True, slots=True)
class Typing:
    """What is being typed into an option now."""

    parameter: Parameter
    beginning: str
    setting: str = ""
    """The name of the option, where the parameter has one for each of its settings."""
    names: Names | None = None
    """The stored names that may stand there."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A sub-command with its options, as Discord sends them."""

    command: Command
    choice: str
    options: tuple[Mapping[str, Any], ...]


def command_line(data: Mapping[str, Any], commands: Mapping[str, Command]) -> str | None:
    """Return the line that says the same as the options; None where one of them is not declared (any more).

    Without an option that somebody filled in it would be another question.
    """
    filled = _filled(data, commands)
    if filled is None:
        return None
    values = {option.get("name"): option.get("value") for option in filled.options}
    known = options_of(filled.command)
    if not {option.name for option in known}.issuperset(values):
        return None
    words = [_word(option, values[option.name]) for option in known if values.get(option.name) is not None]
    return " ".join(filter(None, (filled.command.name, filled.choice, *words)))[:COMMAND_CHARACTERS]


def being_typed(data: Mapping[str, Any], commands: Mapping[str, Command]) -> Typing | None:
    """Return the option for which suggestions are wanted."""
    filled = _filled(data, commands)
    if filled is None:
        return None
    known = {option.name: option for option in options_of(filled.command)}
    for option in filled.options:
        if option.get("focused") and option.get("name") in known:
            return _typing(known[option["name"]], str(option.get("value") or ""), filled)
    return None


def _typing(option: Option, beginning: str, filled: _Filled) -> Typing:
    parameter = option.parameter
    setting = option.name if parameter.kind is Kind.ASSIGNMENTS else ""
    return Typing(parameter, beginning, setting, offered_names(filled.command, filled.choice, parameter, setting))


def _filled(data: Mapping[str, Any], commands: Mapping[str, Command]) -> _Filled | None:
    sub = _only(data)
    command = commands.get(str(sub.get("name")))
    if data.get("name") != GROUP or command is None:
        return None
    first = chosen_first(command)
    if (sub.get("type"), first is None) not in ((SUB_COMMAND, True), (SUB_COMMAND_GROUP, False)):
        return None
    inner = _only(sub) if first else sub
    choice = str(inner.get("name")) if first else ""
    if first and choice not in first.choices:
        return None
    return _Filled(command, choice, tuple(_options(inner)))


def _only(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(_options(data)), {})


def _options(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    options = data.get("options")
    return [one for one in options if isinstance(one, Mapping)] if isinstance(options, list) else []


def _word(option: Option, value: Any) -> str:
    text = str(value).strip()
    if not text:
        return ""
    if option.parameter.kind is Kind.PAGE:
        return f"{option.parameter.name}={text}"
    if option.parameter.kind is Kind.ASSIGNMENTS:
        return f"{option.name}={_AROUND_COMMAS.sub(',', text)}"
    return text
