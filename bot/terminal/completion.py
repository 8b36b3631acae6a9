"""What may follow while a command is typed, by the declarations of the commands. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from commands.period import looks_like_period
from commands.question import Command, Kind, Parameter
from commands.result_types import RESULT_TYPES, is_known

PERIODS = ("7d", "30d", "90d", "all")
PAGE = "page="


@dataclass(frozen=True, slots=True)
class Offer:
    """What may stand in place of the word at the cursor."""

    beginning: str
    """What is typed of that word."""
    words: tuple[str, ...] = ()
    """They begin so, in any case."""
    wants_domain: bool = False
    """Whether a domain may stand there as well."""


def offer(before_cursor: str, commands: Mapping[str, Command], leave: Iterable[str] = ()) -> Offer:
    """Return what may follow. `leave` are words beside the verbs that mean something at the beginning."""
    words = before_cursor.split()
    beginning = words.pop() if words and not before_cursor[-1].isspace() else ""
    if not words:
        return Offer(beginning, _that_begin_so(beginning, (*commands, *leave)))
    command = commands.get(words[0].casefold())
    if command is None:
        return Offer(beginning)
    free = _free(command.parameters, words[1:])
    possible = [word for parameter in free for word in _words_for(parameter, words)]
    return Offer(
        beginning, _that_begin_so(beginning, possible), any(parameter.kind is Kind.DOMAIN for parameter in free)
    )


def _that_begin_so(beginning: str, words: Iterable[str]) -> tuple[str, ...]:
    wanted = beginning.casefold()
    return tuple(dict.fromkeys(word for word in words if word.casefold().startswith(wanted)))


def _free(parameters: Sequence[Parameter], typed: Sequence[str]) -> list[Parameter]:
    """Return the parameters that have no value yet."""
    free = list(parameters)
    for word in typed:
        taker = next((parameter for parameter in free if _is_for(word, parameter)), None)
        if taker is None:  # a word without marks: a domain of one label
            taker = next((parameter for parameter in free if parameter.kind is Kind.DOMAIN), None)
        if taker is not None and taker.kind is not Kind.ASSIGNMENTS:
            free.remove(taker)
    return free


def _is_for(word: str, parameter: Parameter) -> bool:
    typed = word.casefold()
    looks: dict[Kind, Callable[[], bool]] = {
        Kind.ASSIGNMENTS: lambda: typed.partition("=")[0] in parameter.choices,
        Kind.CHOICE: lambda: typed in (choice.casefold() for choice in parameter.choices),
        Kind.PAGE: lambda: typed.startswith(PAGE),
        Kind.PERIOD: lambda: looks_like_period(typed),
        Kind.RESULT_TYPE: lambda: is_known(typed),
        Kind.DOMAIN: lambda: ("." in typed and not looks_like_period(typed)) or typed in parameter.choices,
        Kind.NUMBER: lambda: typed.lstrip("#").isdecimal(),
    }
    return parameter.kind in looks and looks[parameter.kind]()


def _words_for(parameter: Parameter, typed: Sequence[str]) -> Iterable[str]:
    match parameter.kind:
        case Kind.ASSIGNMENTS:
            given = {word.partition("=")[0].casefold() for word in typed}
            return [f"{name}=" for name in parameter.choices if name not in given]
        case Kind.CHOICE | Kind.DOMAIN:
            return parameter.choices
        case Kind.PAGE:
            return (PAGE,)
        case Kind.PERIOD:
            return PERIODS
        case Kind.RESULT_TYPE:
            return RESULT_TYPES
        case _:
            return ()
