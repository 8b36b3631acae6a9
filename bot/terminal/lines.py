"""The console without a prompt: commands from a pipe, a file or a dumb terminal, answers as plain lines."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, nullcontext
from io import TextIOBase
from typing import TextIO

from bot.dispatch import not_drawn
from bot.streams import write_to_nowhere
from bot.terminal.console import ASKER, LEAVE, Answers
from bot.terminal.log_lines import log_lines_to
from bot.terminal.render import render
from commands.reply import Reply

CHUNK_BYTES = 65_536
LONGEST_LINE = 65_536
"""Bytes; what is longer is taken for several lines, so that an endless one fills no memory."""
INVITATION = "tlsrpt> "


class Lines:
    """Reads line by line from a file descriptor, and ends with the input.

    With `invites` somebody types at a terminal: what comes unasked gets lines of its own, and the invitation follows.
    """

    def __init__(self, stdin: int, stdout: TextIO, *, colour: bool, invites: bool = False) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._colour = colour
        self._invites = invites
        self._is_typing = False
        """The cursor stands behind the invitation."""
        self._deaf = asyncio.Event()
        """Set once nobody reads what we write."""

    def show(self, reply: Reply) -> None:
        try:
            text = render(reply, width=shutil.get_terminal_size().columns, colour=self._colour)
        except Exception as error:  # noqa: BLE001 -- one reply must not end the console, and the bot with it
            text = not_drawn(error).message
        self._write_above(f"{text}\n\n")

    async def talk(self, answers: Answers) -> None:
        conversation = asyncio.create_task(self._converse(answers), name="conversation")
        deaf = asyncio.create_task(self._deaf.wait(), name="deaf")
        try:
            with log_lines_to(_Above(self._write_above)) if self._invites else nullcontext():
                await asyncio.wait((conversation, deaf), return_when=asyncio.FIRST_COMPLETED)
            if conversation.done():
                conversation.result()
        finally:
            for task in (conversation, deaf):
                task.cancel()
            await asyncio.wait((conversation, deaf))

    async def _converse(self, answers: Answers) -> None:
        self._invite()
        async with aclosing(typed_lines(self._stdin)) as lines:
            async for line in lines:
                self._is_typing = False
                if line.lower() in LEAVE:
                    return
                if line:
                    self.show(await answers.reply(line, ASKER))
                self._invite()

    def _invite(self) -> None:
        if self._invites:
            self._write(INVITATION)
            self._is_typing = True

    def _write_above(self, text: str) -> None:
        """Write whole lines; what is typed already is not lost, the terminal keeps it until Enter."""
        self._write(f"\n{text}{INVITATION}" if self._is_typing else text)

    def _write(self, text: str) -> None:
        encoding = self._stdout.encoding or "utf-8"
        try:
            self._stdout.write(text.encode(encoding, "replace").decode(encoding))
            self._stdout.flush()
        except OSError:
            self._deaf.set()
            write_to_nowhere(self._stdout)


class _Above(TextIOBase):
    """A stream for log lines."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def write(self, text: str) -> int:
        self._write(text)
        return len(text)


async def typed_lines(file: int) -> AsyncGenerator[str, None]:
    """Yield what comes from a file descriptor line by line, without blanks around; the last needs no line break.

    Neither a thread nor the loop waits in a read, so that the program can end at any time.
    """
    rest = b""
    while chunk := await _chunk(file):
        *whole, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE:
            whole, rest = [*whole, rest], b""
        for line in whole:
            yield line.decode(errors="replace").strip()
    if rest:
        yield rest.decode(errors="replace").strip()


async def _chunk(file: int) -> bytes:
    """Return some bytes, or nothing at the end of input."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(file, ready.set)
    except PermissionError:  # a file on disk: it is always ready, and the loop cannot watch it
        ready.set()
    try:
        await ready.wait()
        return os.read(file, CHUNK_BYTES)
    except OSError:  # the terminal is gone
        return b""
    finally:
        loop.remove_reader(file)
