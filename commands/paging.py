"""Long answers in pages: which rows a page holds, and the commands that lead to the pages around it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from commands.question import Asker, Kind, Parameter, Platform, Question
from commands.reply import Action
from commands.typed_values import LARGEST_PAGE, PAGE

Row = TypeVar("Row")

CHAT_ROWS = 15
"""Rows of a page in a chat: what a phone shows in two screens, and Discord takes in one message."""
TERMINAL_ROWS = 50
A_PAGE = Parameter(PAGE, Kind.PAGE, "which page of a long answer; the first unless said")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The page that was asked for, before it is known how many there are."""

    number: int | None
    """None: none was typed."""
    rows: int
    """Of a page."""

    def of(self, total: int) -> "Page":
        """Return the page among those of `total` rows; one beyond the end is the last one."""
        pages = min(max(1, -(-total // self.rows)), LARGEST_PAGE)
        return Page(min(self.number or 1, pages), pages, self.rows, total, is_whole=self.number is None)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer."""

    number: int
    """From 1 on."""
    pages: int
    rows: int
    """At most so many stand on it."""
    total: int
    """Rows of all pages."""
    is_whole: bool
    """No page was typed: machines get every row that is loaded."""

    @property
    def start(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * self.rows

    @property
    def in_words(self) -> str:
        """`, page 2 of 7`, or nothing where there is one page."""
        return f", page {self.number} of {self.pages:,}" if self.pages > 1 else ""

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of this page, given those of all pages."""
        return rows[self.start : self.start + self.rows]

    def for_machines(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows that `ask --json` gives, given those of all pages."""
        return rows if self.is_whole else self.cut(rows)

    def as_data(self, given: int) -> dict[str, int]:
        """Say for machines which page their rows are, `given` being the number of rows."""
        if self.is_whole and given >= self.total:
            return {"page": 1, "pages": 1, "total": self.total}
        return {"page": self.number, "pages": self.pages, "total": self.total}


def wanted_page(question: Question, asker: Asker, *, chat: int = CHAT_ROWS, terminal: int = TERMINAL_ROWS) -> Wanted:
    """Return the page that a question asks for, in the size that suits where it was asked."""
    rows = terminal if asker.platform is Platform.TERMINAL else chat
    return Wanted(question.values.get(PAGE), rows)


def page_actions(question: Question, page: Page) -> tuple[Action, ...]:
    """Return the buttons to the page before and the one after, where there are such."""
    around = (("Previous page", page.number - 1), ("Next page", page.number + 1))
    return tuple(Action(label, typed_again(question, number)) for label, number in around if 1 <= number <= page.pages)


def typed_again(question: Question, page: int) -> str:
    """Return the command that asks the same for another page."""
    command, values = question.command, {**question.values, PAGE: page}
    words = [_typed(parameter, values) for parameter in command.parameters if parameter.name in values]
    return " ".join([command.name, *words])


def _typed(parameter: Parameter, values: Mapping[str, Any]) -> str:
    value = values[parameter.name]
    match parameter.kind:
        case Kind.PAGE:
            return f"{PAGE}={value}"
        case Kind.PERIOD:
            return str(value.text)
        case Kind.ASSIGNMENTS:
            return " ".join(f"{name}={assigned}" for name, assigned in value.items())
        case _:
            return str(value)
