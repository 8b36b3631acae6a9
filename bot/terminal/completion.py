"""What may follow while a command is typed, by the declarations of the commands. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from commands.offers import Names, has_pages, offered_names, offered_words
from commands.period import looks_like_period
from commands.question import Command, Kind, Parameter
from commands.result_types import is_known

PAGE = "page="


@dataclass(frozen=True, slots=True)
class Offer:
    """What may stand in place of what is typed of a word or of a setting's value."""

    beginning: str
    """What is typed of it."""
    words: tuple[str, ...] = ()
    """They begin so, in any case."""
    names: Names | None = None
    """The stored names that may stand there as well."""


def offer(before_cursor: str, commands: Mapping[str, Command], today: date, leave: Iterable[str] = ()) -> Offer:
    """Return what may follow. `leave` are words beside the verbs that mean something at the beginning."""
    words = before_cursor.split()
    beginning = words.pop() if words and not before_cursor[-1].isspace() else ""
    if not words:
        return Offer(beginning, _that_begin_so(beginning, (*commands, *leave)))
    command = commands.get(words[0].casefold())
    if command is None:
        return Offer(beginning)
    return _Typed(command, words[1:], today).offer(beginning)


class _Typed:
    """A verb and the whole words after it."""

    def __init__(self, command: Command, words: Sequence[str], today: date) -> None:
        self._command = command
        self._words = [word.casefold() for word in words]
        self._today = today
        self._choice = ""
        self._free = list(command.parameters)
        for word in self._words:
            self._take(word)

    def offer(self, beginning: str) -> Offer:
        """Return what may be typed next: a setting's value, else what the command cannot do without, else all."""
        setting, equals, value = beginning.partition("=")
        settings = self._parameter(lambda one: one.kind is Kind.ASSIGNMENTS and setting.casefold() in one.choices)
        if equals and settings:
            return self._offer(value, [settings], setting.casefold())
        choice = self._parameter(_is_needed_choice)
        return self._offer(beginning, [choice] if choice else self._free)

    def _offer(self, beginning: str, parameters: Iterable[Parameter], setting: str = "") -> Offer:
        words = [word for one in parameters for word in self._words_for(one, setting)]
        names = (offered_names(self._command, self._choice, one, setting) for one in parameters)
        return Offer(beginning, _that_begin_so(beginning, words), next(filter(None, names), None))

    def _words_for(self, parameter: Parameter, setting: str) -> Iterable[str]:
        if parameter.kind is Kind.ASSIGNMENTS and not setting:
            given = {word.partition("=")[0] for word in self._words}
            return [f"{name}=" for name in parameter.choices if name not in given]
        if parameter.kind is Kind.PAGE:
            is_whole = not any(one.required for one in self._free)
            return (PAGE,) if is_whole and has_pages(self._command, self._choice) else ()
        return offered_words(parameter, setting, self._today)

    def _take(self, word: str) -> None:
        """Give a word to the parameter whose values look like it; that has no room for another one."""
        taker = self._parameter(lambda one: _is_for(word, one))
        if taker is None:  # a word without marks: a domain of one label
            taker = self._parameter(lambda one: one.kind is Kind.DOMAIN)
        if taker is None or taker.kind is Kind.ASSIGNMENTS:
            return
        if _is_needed_choice(taker):
            self._choice = word
        self._free.remove(taker)

    def _parameter(self, fits: Callable[[Parameter], bool]) -> Parameter | None:
        return next(filter(fits, self._free), None)


def _is_needed_choice(parameter: Parameter) -> bool:
    return parameter.required and parameter.kind is Kind.CHOICE


def _that_begin_so(beginning: str, words: Iterable[str]) -> tuple[str, ...]:
    wanted = beginning.casefold()
    return tuple(dict.fromkeys(word for word in words if word.casefold().startswith(wanted)))


def _is_for(word: str, parameter: Parameter) -> bool:
    """Whether a word in small letters looks like a value of this parameter."""
    looks: dict[Kind, Callable[[], bool]] = {
        Kind.ASSIGNMENTS: lambda: word.partition("=")[0] in parameter.choices,
        Kind.CHOICE: lambda: word in (choice.casefold() for choice in parameter.choices),
        Kind.PAGE: lambda: word.startswith(PAGE),
        Kind.PERIOD: lambda: looks_like_period(word),
        Kind.RESULT_TYPE: lambda: is_known(word),
        Kind.DOMAIN: lambda: ("." in word and not looks_like_period(word)) or word in parameter.choices,
        Kind.NUMBER: lambda: word.lstrip("#").isdecimal(),
    }
    return parameter.kind in looks and looks[parameter.kind]()
