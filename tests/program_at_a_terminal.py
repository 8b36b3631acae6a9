"""The real program at a terminal of its own, or with its three streams in pipes: typed into, read from, ended."""

import asyncio
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from tests.program_process import COMMAND, LEFT_BEHIND, PATIENCE_SECONDS, POLL_SECONDS, ROOT, STRICT

ROWS, COLUMNS = 50, 80
ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])")
ALERT_SECONDS = 60


class Session:
    """A program, what was written by it so far, and where to type."""

    def __init__(self, process: subprocess.Popen[bytes], out: list[int], typing: int) -> None:
        self.process = process
        self._out = out
        self._typing = typing
        self._seen = dict.fromkeys(out, b"")
        for file in out:
            os.set_blocking(file, False)

    def type(self, text: str) -> None:
        os.write(self._typing, text.encode())

    @property
    def raw(self) -> str:
        """Everything it wrote, escapes included; what came by one stream stands together."""
        for file in self._out:
            with suppress(OSError):
                while more := os.read(file, 65_536):
                    self._seen[file] += more
        return "".join(seen.decode(errors="replace") for seen in self._seen.values())

    @property
    def text(self) -> str:
        """The same without escapes, in the order in which it was drawn."""
        return ESCAPES.sub("", self.raw)

    async def until(self, condition: Callable[[str], object], seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until the text is as it should be; return it."""
        deadline = time.monotonic() + seconds
        while not condition(self.text):
            assert self.process.poll() is None, f"it ended by itself:\n{self.text}"
            assert time.monotonic() < deadline, f"not within {seconds} s:\n{self.text}"
            await asyncio.sleep(POLL_SECONDS)
        return self.text

    async def says(self, words: str, seconds: float = PATIENCE_SECONDS) -> str:
        return await self.until(lambda text: words in text, seconds)

    async def ends(self) -> None:
        """Wait for an end in order: in time, with exit code 0, nothing left open."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
            self.raw  # noqa: B018 -- a full pipe would keep it from ending
            await asyncio.sleep(POLL_SECONDS)
        assert self.process.returncode == 0, self.text
        assert not [word for word in LEFT_BEHIND if word in self.text], self.text

    def send_signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@asynccontextmanager
async def at_a_terminal(folder: Path, *arguments: str, **environ: str) -> AsyncIterator[Session]:
    """Start it at a terminal of 80 columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    wanted = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"} | environ
    process = _started(folder, arguments, wanted, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        yield Session(process, [ours], ours)
    finally:
        _killed(process)
        os.close(ours)


@asynccontextmanager
async def in_pipes(folder: Path, *arguments: str, **environ: str) -> AsyncIterator[Session]:
    """Start it with stdin, stdout and stderr in pipes."""
    pipe = subprocess.PIPE
    process = _started(folder, arguments, environ, stdin=pipe, stdout=pipe, stderr=pipe)
    assert process.stdin
    assert process.stdout
    assert process.stderr
    with process.stdin, process.stdout, process.stderr:
        try:
            yield Session(process, [process.stdout.fileno(), process.stderr.fileno()], process.stdin.fileno())
        finally:
            _killed(process)


def _started(
    folder: Path, arguments: tuple[str, ...], environ: dict[str, str], **streams: int
) -> subprocess.Popen[bytes]:
    """Only what is said here is in its environment; temporary files go into a folder that a test can look into."""
    temporary = folder / "tmp"
    temporary.mkdir()
    own = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    paths = {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), "HOME": str(folder)}
    return subprocess.Popen([*COMMAND, *arguments], cwd=folder, env=own | paths | STRICT | environ, **streams)  # noqa: S603 -- our own program


def _killed(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
