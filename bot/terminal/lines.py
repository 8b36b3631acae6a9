"""The console without a prompt: commands from a pipe, a file or a dumb terminal, answers as plain lines."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TextIO

from bot.dispatch import not_drawn
from bot.terminal.console import ASKER, LEAVE, Answers
from bot.terminal.render import render
from commands.reply import Reply

CHUNK_BYTES = 65_536
LONGEST_LINE = 65_536
"""Bytes; what is longer is taken for several lines, so that an endless one fills no memory."""
INVITATION = "tlsrpt> "


class Lines:
    """Reads line by line and ends with the input. `stdin` is a file descriptor, or None when there is none."""

    def __init__(self, stdin: int | None, stdout: TextIO, *, colour: bool, invites: bool = False) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._colour = colour
        self._invites = invites
        self._deaf = asyncio.Event()
        """Set once nobody reads what we write."""

    def show(self, reply: Reply) -> None:
        try:
            text = render(reply, width=shutil.get_terminal_size().columns, colour=self._colour)
        except Exception as error:  # noqa: BLE001 -- one reply must not end the console, and the bot with it
            text = not_drawn(error).message
        self._write(f"{text}\n\n")

    async def talk(self, answers: Answers) -> None:
        conversation = asyncio.create_task(self._converse(answers), name="conversation")
        deaf = asyncio.create_task(self._deaf.wait(), name="deaf")
        try:
            await asyncio.wait((conversation, deaf), return_when=asyncio.FIRST_COMPLETED)
            if conversation.done():
                conversation.result()
        finally:
            for task in (conversation, deaf):
                task.cancel()
            await asyncio.wait((conversation, deaf))

    async def _converse(self, answers: Answers) -> None:
        if self._stdin is None:
            return
        self._invite()
        async with aclosing(typed_lines(self._stdin)) as lines:
            async for line in lines:
                if line.lower() in LEAVE:
                    return
                if line:
                    self.show(await answers.reply(line, ASKER))
                self._invite()

    def _invite(self) -> None:
        if self._invites:
            self._write(INVITATION)

    def _write(self, text: str) -> None:
        encoding = self._stdout.encoding or "utf-8"
        try:
            self._stdout.write(text.encode(encoding, "replace").decode(encoding))
            self._stdout.flush()
        except OSError:
            self._deaf.set()
            _write_to_nowhere(self._stdout)


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


def _write_to_nowhere(stream: TextIO) -> None:
    """Let what is still buffered go, or Python complains at its exit about a reader that went away."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
