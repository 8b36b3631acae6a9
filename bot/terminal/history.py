"""What was typed at the prompt, kept from run to run in a small file. Failing to keep it is no error."""

import os
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG

from prompt_toolkit.history import History

from bot.terminal.console import LEAVE
from commands.quoting import printable

MOST_LINES = 1_000
LONGEST_LINE = 1_000
"""Characters; longer lines are not kept."""
LARGEST_FILE = 2 * MOST_LINES * LONGEST_LINE
"""Bytes that are read, from the end."""


class LineHistory(History):
    """Typed lines, the newest last in the file, readable by their owner alone."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> list[str]:
        """Return the newest line first; cut the file when it has become too long."""
        try:
            lines = self._lines()
        except OSError:
            return []
        if len(lines) > 2 * MOST_LINES:
            with suppress(OSError):
                self._cut(lines[-MOST_LINES:])
        return lines[: -MOST_LINES - 1 : -1]

    def store_string(self, string: str) -> None:
        """Add what was typed or pasted, a line each, but for the words that only end a run."""
        lines = [line for line in string.splitlines() if line.strip() and len(line) <= LONGEST_LINE]
        lines = [line for line in lines if line.strip().lower() not in LEAVE]
        if not lines:
            return
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._file, lines, os.O_APPEND)

    def _lines(self) -> list[str]:
        # Not to wait for ever where somebody put a pipe in its place.
        with os.fdopen(os.open(self._file, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - LARGEST_FILE))
            text = file.read(LARGEST_FILE).decode(errors="replace")
        lines = text.split("\n")[1 if size > LARGEST_FILE else 0 :]
        return [printable(line) for line in lines if line.strip() and len(line) <= LONGEST_LINE]

    def _cut(self, lines: list[str]) -> None:
        beside = self._file.resolve().with_suffix(".new")
        _write(beside, lines, os.O_TRUNC)
        beside.replace(self._file.resolve())


def _write(path: Path, lines: list[str], how: int) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | how, 0o600)
    with os.fdopen(file, "w", encoding="utf-8", errors="replace") as text:
        text.write("".join(f"{line}\n" for line in lines))
        if S_ISREG(os.fstat(file).st_mode):  # some lead it to the null device, whose mode is not ours to change
            os.fchmod(file, 0o600)
