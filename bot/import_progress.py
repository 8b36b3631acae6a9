"""How far an import is: shown on a terminal, and nowhere else."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path


class Meter:
    """Is told what the import does, and shows nothing of it."""

    def begin(self, file: Path) -> None:
        """Take note of the file that is opened now."""

    def found(self, size: int) -> None:
        """Take note of one mail or report of so many bytes in that file."""

    def end(self) -> None:
        """Take note that the file is read."""


def progress(files: Sequence[Path]) -> AbstractContextManager[Meter]:
    """Show a bar on stderr while the block runs, where that is a terminal."""
    if not sys.stderr.isatty():
        return nullcontext(Meter())
    from bot.terminal.import_bar import import_bar  # rich takes its time to load

    return import_bar(files)
