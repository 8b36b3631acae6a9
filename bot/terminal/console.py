"""The console: where commands are typed, and where answers and alerts are shown. A prompt on a terminal, else lines."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.terminal.colour import is_dumb, wants_colour
from commands.offers import Names
from commands.question import Asker, Platform
from commands.reply import Reply

ASKER = Asker(Platform.TERMINAL, "terminal", is_admin=True)
LEAVE = ("exit", "quit")
FOLDER, HISTORY = "tlsrpt-bot", "history"


class Answers(Protocol):
    """Who answers what is typed. Never raises."""

    async def reply(self, text: str, asker: Asker) -> Reply: ...

    async def names_like(self, which: Names, beginning: str, asker: Asker, most: int) -> list[str]: ...


class Console(Protocol):
    """Where somebody types and reads."""

    def show(self, reply: Reply) -> None:
        """Print a reply, whatever is being typed; one that cannot be drawn is told in a sentence."""
        ...

    async def talk(self, answers: Answers) -> None:
        """Read commands and show their answers, until the end of input, `exit` or `quit`."""
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """What is kept and shown beside the commands; only a prompt does either."""

    history: Path | None = None
    """The file in which typed lines are kept for the next run; without one they are forgotten."""
    status_line: Callable[[], str] | None = None
    """One line of text, shown below the prompt and looked at again each second."""


def make_console(look: Look) -> Console:
    """Return a prompt where there can be one, else plain lines."""
    if has_prompt():
        from bot.terminal.prompt import Prompt

        return Prompt(look, colour=wants_colour(os.environ, is_terminal=True))
    from bot.terminal.lines import Lines

    return Lines(
        sys.stdin.fileno(),
        sys.stdout,
        colour=wants_colour(os.environ, is_terminal=sys.stdout.isatty()),
        invites=_is_at_a_terminal(),
    )


def has_prompt() -> bool:
    """Tell whether both ends are a terminal that can show a prompt."""
    return _is_at_a_terminal() and not is_dumb(os.environ)


def _is_at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def history_file(environ: Mapping[str, str]) -> Path | None:
    """Return where typed lines are kept (XDG Base Directory Specification); None where there is no home."""
    state, home = Path(environ.get("XDG_STATE_HOME", "")), Path(environ.get("HOME", ""))
    if state.is_absolute():
        return state / FOLDER / HISTORY
    return home / ".local" / "state" / FOLDER / HISTORY if home.is_absolute() else None
