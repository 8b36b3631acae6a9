"""The bar that shows how far an import is, by the bytes of the files that were read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.import_progress import Meter


@contextmanager
def import_bar(files: Sequence[Path]) -> Iterator[Meter]:
    """Show the bar on stderr while the block runs."""
    columns = (
        TextColumn("Importing"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[found]:,} read"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar, sum(_size(file) for file in files))


class _Bar(Meter):
    """A mailbox that is unpacked has more bytes than its file: each file moves the bar by its own size at most."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=total, found=0)
        self._found = self._done = self._ends_at = 0

    def begin(self, file: Path) -> None:
        self._ends_at = self._done + _size(file)

    def found(self, size: int) -> None:
        self._found += 1
        self._done = min(self._done + size, self._ends_at)
        self._bar.update(self._task, completed=self._done, found=self._found)

    def end(self) -> None:
        self._done = self._ends_at
        self._bar.update(self._task, completed=self._done)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
