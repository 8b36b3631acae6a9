"""The declarations of all commands as one Discord command with typed sub-commands. Pure.

A command whose first parameter is a required choice (`domain add|remove|...`) becomes a group with a sub-command for
each choice; every other parameter becomes an option, and assignments (`name=value`) an option for each name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.discord import limits
from commands.offers import is_completed_setting
from commands.question import Command, Kind, Parameter

GROUP = "tlsrpt"
GROUP_SUMMARY = "What mail servers report about TLS sessions with your domains"

SUB_COMMAND = 1
SUB_COMMAND_GROUP = 2
STRING = 3
INTEGER = 4

_WHOLE_NUMBERS = (Kind.NUMBER, Kind.PAGE)
_COMPLETED = (Kind.DOMAIN, Kind.PERIOD, Kind.RESULT_TYPE, Kind.CHOICE)
_LARGEST_WHOLE_NUMBER = 2**53 - 1
"""The largest that Discord takes."""
_SHOWN_IN_DISCORD = ("name", "description", "type", "required", "autocomplete", "min_value", "max_value", "max_length")


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a sub-command, and the parameter that it fills."""

    name: str
    parameter: Parameter


def slash_command(commands: Mapping[str, Command]) -> dict[str, Any]:
    """Return the one command that is registered with Discord."""
    options = [_sub_command(command) for command in commands.values()]
    return {"name": GROUP, "description": GROUP_SUMMARY, "type": 1, "options": options}


def options_of(command: Command) -> list[Option]:
    """Return the options of a command in the order in which its parameters are typed."""
    found: list[Option] = []
    for parameter in command.parameters[1 if chosen_first(command) else 0 :]:
        names = parameter.choices if parameter.kind is Kind.ASSIGNMENTS else (parameter.name,)
        found += [Option(name, parameter) for name in names]
    return found


def chosen_first(command: Command) -> Parameter | None:
    """Return the choice that every question of this command begins with, if there is one."""
    first = next(iter(command.parameters), None)
    return first if first and first.required and _is_short_choice(first) else None


def is_same(ours: Mapping[str, Any], registered: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether Discord knows exactly this command, whatever it adds of its own."""
    return [_essence(one) for one in registered] == [_essence(ours)]


def _sub_command(command: Command) -> dict[str, Any]:
    options = _in_order([_option(option) for option in options_of(command)])
    choice = chosen_first(command)
    if choice is None:
        return _named(SUB_COMMAND, command.name, command.summary, options=options)
    inner = [_named(SUB_COMMAND, name, f"{command.summary}: {name}", options=options) for name in choice.choices]
    return _named(SUB_COMMAND_GROUP, command.name, command.summary, options=inner)


def _in_order(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put required options first, as Discord demands."""
    return sorted(options, key=lambda option: not option.get("required", False))


def _option(option: Option) -> dict[str, Any]:
    parameter = option.parameter
    help_ = f"{option.name}=…: {parameter.help}" if parameter.kind is Kind.ASSIGNMENTS else parameter.help
    kind = INTEGER if parameter.kind in _WHOLE_NUMBERS else STRING
    required = {"required": True} if parameter.required and parameter.kind is not Kind.ASSIGNMENTS else {}
    return _named(kind, option.name, help_ or option.name, **required, **_bounds(option))


def _bounds(option: Option) -> dict[str, Any]:
    """Say what an option takes: a range, a few choices, or text with or without suggestions."""
    parameter = option.parameter
    if parameter.kind in _WHOLE_NUMBERS:
        return {"min_value": 1, "max_value": _LARGEST_WHOLE_NUMBER}
    if _is_short_choice(parameter):
        return {"choices": [{"name": choice, "value": choice} for choice in parameter.choices]}
    suggested = parameter.kind in _COMPLETED or is_completed_setting(parameter, option.name)
    return {"max_length": limits.STRING_OPTION_CHARACTERS} | ({"autocomplete": True} if suggested else {})


def _is_short_choice(parameter: Parameter) -> bool:
    return parameter.kind is Kind.CHOICE and 0 < len(parameter.choices) <= limits.CHOICES


def _named(kind: int, name: str, description: str, **more: Any) -> dict[str, Any]:
    most = limits.COMMAND_DESCRIPTION_CHARACTERS
    short = description if len(description) <= most else f"{description[: most - 1]}…"
    return {"type": kind, "name": name, "description": short} | more


def _essence(command: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what is ours of a command or option; what is false, empty or absent is the same."""
    kept = {name: command[name] for name in _SHOWN_IN_DISCORD if command.get(name)}
    kept["choices"] = [(choice.get("name"), choice.get("value")) for choice in command.get("choices") or []]
    kept["options"] = [_essence(option) for option in command.get("options") or []]
    return kept
