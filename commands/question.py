"""How a command is declared, and what a question carries. Parsing, usage text and typed options come from here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from commands.reply import Reply

if TYPE_CHECKING:
    from commands.context import Context


class Kind(StrEnum):
    """What the words of a parameter mean."""

    DOMAIN = "domain"
    """A policy domain; taken as U-label or A-label in any case, handed on as lower-case A-label.

    `Parameter.choices` are words that may stand in its place, such as `all`; handed on as they are.
    """
    PERIOD = "period"
    """See `commands.period`; handed on as a `Period`."""
    RESULT_TYPE = "result-type"
    """A failure type (RFC 8460 section 4.3), in any case, blanks and underscores taken for hyphens."""
    CHOICE = "choice"
    """One of `Parameter.choices`."""
    NUMBER = "number"
    """A positive whole number: the id of a report."""
    PAGE = "page"
    """`page=2`: which page of a long answer; handed on as a whole number from 1 on."""
    TEXT = "text"
    """The rest of the line as it was typed; no other parameter comes after it."""
    ASSIGNMENTS = "assignments"
    """Any number of `name=value`, the names being `Parameter.choices`; handed on as a dict of strings."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a command."""

    name: str
    kind: Kind
    help: str
    required: bool = False
    choices: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """The words that an assignment of this name takes, where there are such words; offered to whoever types."""


class Platform(StrEnum):
    """Where a question was asked."""

    SLACK = "slack"
    DISCORD = "discord"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where."""

    platform: Platform
    name: str
    """For the record of changes: `slack:U0123`, `terminal`."""
    is_admin: bool
    channel: str = ""
    """`slack:C0123`; empty in the terminal."""


@dataclass(frozen=True, slots=True)
class Question:
    """A command with its arguments, read and checked; arguments that were not given are not in `values`."""

    command: "Command"
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """A command's declaration. `answer` loads and presents; `changes` tells whether a question needs an admin."""

    name: str
    summary: str
    """One line, without a full stop."""
    answer: Callable[[Question, "Context"], Awaitable[Reply]]
    parameters: tuple[Parameter, ...] = ()
    changes: Callable[[Question], bool] = lambda _: False
    examples: tuple[str, ...] = ()


class UsageError(Exception):
    """The asker's mistake, with what to type instead. `code` is stable: `unknown-command`, `bad-period`, ..."""

    def __init__(self, code: str, message: str, usage: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.usage = usage
