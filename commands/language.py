"""The command language: a typed line becomes a Question, or a UsageError that says what to type instead."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

from commands.arguments import did_you_mean, is_question_alone, placeholder, read_arguments
from commands.nearest import nearest
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.quoting import quoted
from commands.typed_values import PAGE
from commands.words import Word, words_of

HELP = "help"
FEW_CHOICES = 6
"""Up to so many choices are spelled out in a usage line."""

_NONE: Mapping[str, str] = MappingProxyType({})


def parse(
    text: str,
    commands: Mapping[str, Command],
    *,
    known_domains: Callable[[], Collection[str]],
    not_yet: Mapping[str, str] = _NONE,
) -> Question:
    """Read one line. `known_domains` is called for suggestions only; `not_yet` maps verbs to a sentence about them.

    Raises UsageError; its `usage` is a line to show below the message. A domain that nobody knows is no error here.
    """
    words = words_of(text) or [Word(HELP, 0)]
    verb = words[0].text.casefold()
    if verb in not_yet:
        raise UsageError("not-yet", not_yet[verb])
    command = commands.get(verb)
    if command is None:
        raise _unknown_command(words[0].text, commands, not_yet)
    try:
        return Question(command, read_arguments(words[1:], text, words[0].end, command, known_domains))
    except UsageError as error:
        raise UsageError(error.code, error.message, usage(command)) from None


def usage(command: Command) -> str:
    """How to type a command: `status [DOMAIN] [PERIOD]`."""
    return " ".join([command.name, *map(_usage_of, command.parameters)])


def _usage_of(parameter: Parameter) -> str:
    if parameter.kind is Kind.ASSIGNMENTS:
        form = " ".join(f"{name}=…" for name in parameter.choices)
    elif parameter.kind is Kind.CHOICE and len(parameter.choices) <= FEW_CHOICES:
        form = "|".join(parameter.choices)
    elif parameter.kind is Kind.DOMAIN:
        form = "|".join((placeholder(parameter), *parameter.choices))
    elif parameter.kind is Kind.PAGE:
        form = f"{PAGE}=N"
    else:
        form = placeholder(parameter)
    return form if parameter.required else f"[{form}]"


def _unknown_command(word: str, commands: Mapping[str, Command], not_yet: Mapping[str, str]) -> UsageError:
    meant = nearest(word, [*commands, *not_yet])
    command = commands.get(meant or "")
    if meant is None:
        command = next((each for each in commands.values() if is_question_alone(word, each)), None)
        meant = f"{command.name} {word}" if command else None
    hint = did_you_mean(meant) or f" `{HELP}` lists what can be asked."
    return UsageError("unknown-command", f"I do not know {quoted(word)}.{hint}", usage(command) if command else "")
