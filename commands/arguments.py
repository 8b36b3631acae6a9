"""Which word of a question belongs to which parameter: by what it looks like, wherever it stands."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, Never

from commands.nearest import nearest
from commands.period import looks_like_period, parse_period
from commands.question import Command, Kind, Parameter, UsageError
from commands.quoting import quoted
from commands.result_types import is_known, normal_name
from storage.domain_name import canonical_domain

LARGEST_NUMBER = 2**63 - 1
LONGEST_SUGGESTION = 300
"""Characters: any domain, and a verb before it."""
LONGEST_NAME_WORDS = 6
"""Words of a result type that may be typed with blanks between them."""

_NUMBER = re.compile(r"#?(\d{1,400})", re.ASCII)
_BY_LOOK = (Kind.ASSIGNMENTS, Kind.CHOICE, Kind.NUMBER, Kind.PERIOD, Kind.RESULT_TYPE, Kind.DOMAIN)
"""In this order a word is tried: the narrowest look first."""


def read_arguments(words: list[str], command: Command, known_domains: Callable[[], Collection[str]]) -> dict[str, Any]:
    """Return the values of a command's parameters; those that were not given are left out. Raises UsageError."""
    matching = _Matching(command, known_domains)
    unclear = [word for word in matching.prepared(words) if not matching.takes_by_look(word)]
    matching.take_the_unclear(unclear)
    matching.demand_the_required()
    return matching.values


def is_question_alone(word: str, command: Command) -> bool:
    """Tell whether this word is all that the command needs: a domain or a failure type that was typed alone."""
    matching = _Matching(command, known_domains=tuple)
    try:
        fits = matching.takes_by_look(word)
        matching.demand_the_required()
    except UsageError:
        return False
    return fits


class _Matching:
    """The state of matching the words of one question."""

    def __init__(self, command: Command, known_domains: Callable[[], Collection[str]]) -> None:
        self.command = command
        self.known_domains = known_domains
        self.values: dict[str, Any] = {}

    def prepared(self, words: list[str]) -> Iterable[str]:
        """Join what belongs together: `name = value`, and a result type that was typed with blanks."""
        if self._of_kind(Kind.ASSIGNMENTS):
            return re.sub(r"\s*=\s*", "=", " ".join(words)).split()
        return _with_types_joined(words) if self._of_kind(Kind.RESULT_TYPE) else words

    def takes_by_look(self, word: str) -> bool:
        """Give the word to a parameter whose values look like it, if there is one that is still free."""
        for kind in _BY_LOOK:
            parameter = self._free(kind)
            if parameter is not None and (value := self._value_by_look(word, parameter)) is not None:
                self.values[parameter.name] = value
                return True
        return False

    def take_the_unclear(self, words: list[str]) -> None:
        """Take words without any marks for a domain of one label, for parts of a result type, or for a mistake."""
        type_words = [word for word in words if not self._takes_as_domain(word)]
        parameter = self._free(Kind.RESULT_TYPE)
        for word in type_words:
            if parameter is None or not _may_name_a_type(word):
                self._refuse(word)
        if parameter is not None and type_words:
            self.values[parameter.name] = normal_name("-".join(type_words))

    def demand_the_required(self) -> None:
        for parameter in self.command.parameters:
            if parameter.required and parameter.name not in self.values:
                example = f" For example: `{self.command.examples[0]}`." if self.command.examples else ""
                raise UsageError("missing-argument", f"`{self.command.name}` needs {placeholder(parameter)}.{example}")

    def _value_by_look(self, word: str, parameter: Parameter) -> Any | None:
        match parameter.kind:
            case Kind.ASSIGNMENTS:
                return self._assigned(word, parameter) if "=" in word else None
            case Kind.CHOICE:
                return next((choice for choice in parameter.choices if choice.casefold() == word.casefold()), None)
            case Kind.NUMBER:
                return _number(word)
            case Kind.PERIOD:
                return parse_period(word) if looks_like_period(word) else None
            case Kind.RESULT_TYPE:
                return _result_type(word)
            case Kind.DOMAIN:
                domain = _domain(word)
                return domain if domain and "." in domain else None

    def _assigned(self, word: str, parameter: Parameter) -> dict[str, str]:
        """Add a `name=value` to what is assigned so far."""
        name, _, value = word.partition("=")
        name = name.casefold()
        if name not in parameter.choices:
            raise UsageError(
                "unknown-setting", f"I do not know {quoted(name)}.{did_you_mean(nearest(name, parameter.choices))}"
            )
        if not value:
            raise UsageError("bad-setting", f"`{name}=` has no value.")
        so_far: dict[str, str] = self.values.get(parameter.name, {})
        if name in so_far:
            raise UsageError("bad-setting", f"`{name}` is given twice.")
        return {**so_far, name: value}

    def _takes_as_domain(self, word: str) -> bool:
        self._refuse_misspelt(word)
        parameter = self._free(Kind.DOMAIN)
        domain = None if looks_like_period(word) else _domain(word)
        if parameter is None or domain is None:
            return False
        self.values[parameter.name] = domain
        return True

    def _refuse_misspelt(self, word: str) -> None:
        """Refuse a word that stands where one of a few is expected and is like one of them, or must be one of them."""
        choice = self._free(Kind.CHOICE)
        if choice is not None and "." not in word and word.casefold() not in self.known_domains():
            meant = nearest(word, choice.choices)
            if meant or choice.required:
                _refuse_choice(word, choice, meant)
        for settings in self._of_kind(Kind.ASSIGNMENTS):
            if word.casefold() in settings.choices:
                raise UsageError("bad-setting", f"A setting is written with its value: `{word.casefold()}=…`.")

    def _refuse(self, word: str) -> Never:
        if self._free(Kind.NUMBER):
            raise UsageError("bad-number", f"{quoted(word)} is not a number.")
        if self._free(Kind.DOMAIN) and not looks_like_period(word):
            meant = nearest(word.strip("."), self.known_domains())
            raise UsageError("bad-domain", f"{quoted(word)} is not a domain name.{did_you_mean(meant)}")
        if (choice := self._free(Kind.CHOICE)) is not None:
            _refuse_choice(word, choice, nearest(word, choice.choices))
        for parameter in self.command.parameters:
            if parameter.name in self.values and self._value_by_look(word, parameter) is not None:
                message = f"One {placeholder(parameter)} is enough: {quoted(word)} is one too many."
                raise UsageError("unexpected-argument", message)
        names = [name for parameter in self.command.parameters for name in parameter.choices]
        message = f"`{self.command.name}` does not take {quoted(word)}.{did_you_mean(nearest(word, names))}"
        raise UsageError("unexpected-argument", message)

    def _free(self, kind: Kind) -> Parameter | None:
        """Return the first parameter of a kind without a value; assignments always have room for one more."""
        for parameter in self._of_kind(kind):
            if kind is Kind.ASSIGNMENTS or parameter.name not in self.values:
                return parameter
        return None

    def _of_kind(self, kind: Kind) -> list[Parameter]:
        return [parameter for parameter in self.command.parameters if parameter.kind is kind]


def did_you_mean(word: str | None) -> str:
    """Return a sentence with a blank before it, or nothing."""
    return f" Did you mean {quoted(word, LONGEST_SUGGESTION)}?" if word else ""


def placeholder(parameter: Parameter) -> str:
    """Name a parameter as usage lines do."""
    return parameter.name.upper()


def _refuse_choice(word: str, parameter: Parameter, meant: str | None) -> Never:
    hint = did_you_mean(meant) or f" {placeholder(parameter)} is one of {', '.join(parameter.choices)}."
    raise UsageError("unknown-choice", f"I do not know {quoted(word)}.{hint}")


def _with_types_joined(words: list[str]) -> Iterable[str]:
    """Make `certificate expired` one word, where the words together are a type that is known."""
    position = 0
    while position < len(words):
        for length in range(LONGEST_NAME_WORDS, 0, -1):
            joined = "-".join(words[position : position + length])
            if length == 1 or is_known(joined):
                yield joined
                position += length
                break


def _number(word: str) -> int | None:
    match = _NUMBER.fullmatch(word)
    if match is None:
        return None
    number = int(match[1])
    if not 1 <= number <= LARGEST_NUMBER:
        raise UsageError("bad-number", f"{quoted(word)} is not the number of anything.")
    return number


def _result_type(word: str) -> str | None:
    """Return the normal name of what is a known type, or is written like one: a hyphen, no dot."""
    name = normal_name(word)
    return name if is_known(name) or ("-" in name and _may_name_a_type(word)) else None


def _may_name_a_type(word: str) -> bool:
    return not any(mark in word for mark in ".=@/") and not looks_like_period(word)


def _domain(word: str) -> str | None:
    """Return the domain of a name or of a mail address."""
    return canonical_domain(word.rpartition("@")[2])
