"""Which word of a question belongs to which parameter: by what it looks like, wherever it stands."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, Never

from commands import typed_values
from commands.nearest import nearest
from commands.period import looks_like_period, parse_period
from commands.question import Command, Kind, Parameter, UsageError
from commands.quoting import quoted
from commands.result_types import normal_name
from commands.words import Word, refuse_too_many

LONGEST_SUGGESTION = 300
"""Characters: any domain, and a verb before it."""

_BY_LOOK = (
    Kind.PAGE,
    Kind.ASSIGNMENTS,
    Kind.CHOICE,
    Kind.NUMBER,
    Kind.PERIOD,
    Kind.RESULT_TYPE,
    Kind.DOMAIN,
)
"""In this order a word is tried: the narrowest look first."""


def read_arguments(
    words: list[Word], line: str, start: int, command: Command, known_domains: Callable[[], Collection[str]]
) -> dict[str, Any]:
    """Return the values of a command's parameters; those that were not given are left out. Raises UsageError.

    `words` are those after the verb, which ends at `start` of the line.
    """
    matching = _Matching(command, known_domains)
    if any(parameter.kind is Kind.TEXT for parameter in command.parameters):
        matching.read_up_to_the_text(words, line, start)
    else:
        refuse_too_many(words)
        matching.read_in_any_order([word.text for word in words])
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

    def read_in_any_order(self, words: list[str]) -> None:
        unclear = [word for word in self._prepared(words) if not self.takes_by_look(word)]
        self._take_the_unclear(unclear)

    def read_up_to_the_text(self, words: list[Word], line: str, start: int) -> None:
        """Give words to the other parameters until all have one, or a word fits none: there the text begins."""
        (parameter,) = self._of_kind(Kind.TEXT)
        for word in words:
            if self._only_text_is_free() or not self._takes_at_the_head(word.text):
                break
            start = word.end
        if text := typed_values.free_text(line[start:], placeholder(parameter)):
            self.values[parameter.name] = text

    def takes_by_look(self, word: str) -> bool:
        """Give the word to a parameter whose values look like it, if there is one that is still free."""
        for kind in _BY_LOOK:
            for parameter in self._free(kind):
                value = self._value_by_look(word, parameter)
                if value is not None:
                    self.values[parameter.name] = value
                    return True
        return False

    def demand_the_required(self) -> None:
        for parameter in self.command.parameters:
            if parameter.required and parameter.name not in self.values:
                example = f" For example: `{self.command.examples[0]}`." if self.command.examples else ""
                raise UsageError("missing-argument", f"`{self.command.name}` needs {placeholder(parameter)}.{example}")

    def _prepared(self, words: list[str]) -> Iterable[str]:
        """Join what belongs together: `name = value`, `page 2`, and a result type that was typed with blanks."""
        if self._of_kind(Kind.PAGE):
            words = typed_values.with_pages_joined(words)
        if self._of_kind(Kind.ASSIGNMENTS):
            return re.sub(r"\s*=\s*", "=", " ".join(words)).split()
        return typed_values.with_types_joined(words) if self._of_kind(Kind.RESULT_TYPE) else words

    def _take_the_unclear(self, words: list[str]) -> None:
        """Take words without any marks for a domain of one label, for parts of a result type, or for a mistake."""
        type_words = [word for word in words if not self._takes_as_domain(word)]
        parameter = next(iter(self._free(Kind.RESULT_TYPE)), None)
        for word in type_words:
            if parameter is None or not typed_values.may_name_a_type(word):
                self._refuse(word)
        if parameter is not None and type_words:
            self.values[parameter.name] = normal_name("-".join(type_words))

    def _takes_at_the_head(self, word: str) -> bool:
        """Give a word before the text to a parameter; refuse it where one that must be given is still missing."""
        if self.takes_by_look(word):
            return True
        if word.casefold() in self.known_domains():
            return self._takes_as_domain(word)
        if any(one.required and one.name not in self.values for one in self.command.parameters):
            self._refuse_misspelt(word)
            self._refuse(word)
        return False

    def _only_text_is_free(self) -> bool:
        return all(one.kind is Kind.TEXT or one.name in self.values for one in self.command.parameters)

    def _value_by_look(self, word: str, parameter: Parameter) -> Any | None:  # noqa: PLR0911 -- one for each kind
        match parameter.kind:
            case Kind.PAGE:
                return typed_values.page(word)
            case Kind.ASSIGNMENTS:
                return self._assigned(word, parameter) if "=" in word else None
            case Kind.CHOICE:
                return _choice(word, parameter)
            case Kind.NUMBER:
                return typed_values.number(word)
            case Kind.PERIOD:
                return parse_period(word) if looks_like_period(word) else None
            case Kind.RESULT_TYPE:
                return typed_values.result_type(word)
            case Kind.DOMAIN:
                domain = typed_values.domain(word)
                return _choice(word, parameter) or (domain if domain and "." in domain else None)
            case Kind.TEXT:
                return None

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
        domain = None if looks_like_period(word) else typed_values.domain(word)
        for parameter in self._free(Kind.DOMAIN):
            if domain is not None:
                self.values[parameter.name] = domain
                return True
        return False

    def _refuse_misspelt(self, word: str) -> None:
        """Refuse a word that stands where one of a few is expected and is like one of them, or must be one of them."""
        if "." not in word and word.casefold() not in self.known_domains():
            self._refuse_misspelt_choice(word)
            if word.casefold() == typed_values.PAGE and self._free(Kind.PAGE):
                raise UsageError("bad-page", f"A page is written with its number: `{typed_values.PAGE}=2`.")
        for settings in self._of_kind(Kind.ASSIGNMENTS):
            if word.casefold() in settings.choices:
                raise UsageError("bad-setting", f"A setting is written with its value: `{word.casefold()}=…`.")

    def _refuse_misspelt_choice(self, word: str) -> None:
        expected = [*self._free(Kind.CHOICE), *self._free(Kind.DOMAIN)]
        meant = nearest(word, [choice for parameter in expected for choice in parameter.choices])
        for parameter in expected:
            if meant in parameter.choices or (parameter.kind is Kind.CHOICE and parameter.required):
                _refuse_choice(word, parameter, meant)

    def _refuse(self, word: str) -> Never:
        if self._free(Kind.NUMBER):
            raise UsageError("bad-number", f"{quoted(word)} is not a number.")
        if self._free(Kind.DOMAIN) and not looks_like_period(word) and "=" not in word:
            meant = nearest(word.strip("."), self.known_domains())
            raise UsageError("bad-domain", f"{quoted(word)} is not a domain name.{did_you_mean(meant)}")
        for parameter in self.command.parameters:
            if parameter.name in self.values and self._value_by_look(word, parameter) is not None:
                message = f"One {placeholder(parameter)} is enough: {quoted(word)} is one too many."
                raise UsageError("unexpected-argument", message)
        if self._free(Kind.PERIOD) and word[:1].isdigit():
            parse_period(word)
        for choice in self._free(Kind.CHOICE):
            _refuse_choice(word, choice, nearest(word, choice.choices))
        message = f"`{self.command.name}` does not take {quoted(word)}.{did_you_mean(self._nearest_argument(word))}"
        raise UsageError("unexpected-argument", message)

    def _nearest_argument(self, word: str) -> str | None:
        """Return what was probably meant by a word that fits no parameter."""
        name, equals, value = word.partition("=")
        if equals and self._of_kind(Kind.PAGE) and nearest(name, [typed_values.PAGE]):
            return f"{typed_values.PAGE}={value}"
        return nearest(word, [choice for parameter in self.command.parameters for choice in parameter.choices])

    def _free(self, kind: Kind) -> list[Parameter]:
        """Return the parameters of a kind without a value; assignments always have room for one more."""
        return [one for one in self._of_kind(kind) if kind is Kind.ASSIGNMENTS or one.name not in self.values]

    def _of_kind(self, kind: Kind) -> list[Parameter]:
        return [parameter for parameter in self.command.parameters if parameter.kind is kind]


def did_you_mean(word: str | None) -> str:
    """Return a sentence with a blank before it, or nothing."""
    return f" Did you mean {quoted(word, LONGEST_SUGGESTION)}?" if word else ""


def placeholder(parameter: Parameter) -> str:
    """Name a parameter as usage lines do."""
    return parameter.name.upper()


def _choice(word: str, parameter: Parameter) -> str | None:
    return next((choice for choice in parameter.choices if choice.casefold() == word.casefold()), None)


def _refuse_choice(word: str, parameter: Parameter, meant: str | None) -> Never:
    hint = did_you_mean(meant) or f" {placeholder(parameter)} is one of {', '.join(parameter.choices)}."
    raise UsageError("unknown-choice", f"I do not know {quoted(word)}.{hint}")
