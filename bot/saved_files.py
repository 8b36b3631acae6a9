"""Files of answers, written into a folder: `ask … --save`. An `export` is written as it is read, whatever its size."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection

from bot.dispatch import NotWritten
from bot.streams import write_in_blocks
from commands import export
from commands.context import Context
from commands.export_formats import CSV
from commands.question import Command, Question
from commands.registry import commands
from commands.reply import Attachment, Reply
from commands.waiting import reception_of


class SavedFiles:
    """A folder, and what was written into it. The names are ours, never a sender's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new: list[Path] = []

    def commands(self) -> Mapping[str, Command]:
        """Return every command; `export` leaves its file in the folder."""
        known = commands()
        return {**known, export.EXPORT.name: replace(known[export.EXPORT.name], answer=self._export)}

    def keep(self, attachments: Iterable[Attachment]) -> None:
        """Write attached files. Raises NotWritten."""
        for attachment in attachments:
            self._write(attachment.name, partial(_write_body, attachment.body))

    def written(self) -> list[Path]:
        """Return the files that were written since the last time."""
        new, self._new = self._new, []
        return new

    async def _export(self, question: Question, context: Context) -> Reply:
        """Find and write in one state of the database."""
        name, period = question.values["domain"], question.values.get("period")
        form, now = question.values.get("format", CSV), context.clock()

        def run(connection: Connection) -> tuple[export.Exported, int]:
            found = export.find(connection, name, period, now, form)
            return found, self._write_export(connection, found) if found.reports else 0

        found, size = await context.read(run)
        return export.present_saved(found, size, reception_of(context), now.date())

    def _write_export(self, connection: Connection, found: export.Exported) -> int:
        return self._write(export.file_name(found), partial(write_in_blocks, export.lines(connection, found)))

    def _write(self, name: str, write: Callable[[BinaryIO], None]) -> int:
        """Write a file, and let it have its name when it is whole; return its bytes. Raises NotWritten."""
        path, unfinished = self._folder / name, self._folder / f"{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                write(file)
                size = file.tell()
            unfinished.replace(path)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise NotWritten(f"{path} cannot be written: {error.strerror or error}.") from error
        self._new.append(path)
        return size


def _write_body(body: bytes, file: BinaryIO) -> None:
    file.write(body)
