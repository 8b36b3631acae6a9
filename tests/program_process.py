"""The real program as a process: in a folder of its own, on ports of its own, watched, and ended in any case."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "bot")
PATIENCE_SECONDS = 20
"""How long anything may take before a test gives up; far more than it needs on a busy machine."""
STOP_SECONDS = 5.0
"""How long the program may take to end after SIGTERM."""
POLL_SECONDS = 0.02
LOG_LINES_SHOWN = 20
BELOW_EPHEMERAL_PORTS = (20_000, 32_000)
"""The kernel gives none of these to an outgoing connection, so a port that is free now stays free."""

STRICT = {"PYTHONWARNINGS": "error"}
DEV_MODE = {"PYTHONDEVMODE": "1"}
"""A setting with which Python tells of everything that is left open. It is slow: for the tests of a stop."""
LEFT_BEHIND = ("ResourceWarning", "never awaited", "was destroyed but it is pending", "Traceback", "Exception ignored")


@dataclass(frozen=True)
class Finished:
    """A command that ran to its end."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """What it printed, as JSON line by line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def data(self) -> dict[str, Any]:
        """The data of its only answer."""
        (answer,) = self.lines
        assert answer["ok"], answer
        found: dict[str, Any] = answer["data"]
        return found


class Program:
    """One installation: a folder, settings, ports. Its bot may be started and ended many times."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.smtp_port, self.http_port = free_port(), free_port()
        self.settings = {
            "TLSRPT_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "TLSRPT_HTTP_LISTEN": f"127.0.0.1:{self.http_port}",
            "TLSRPT_DNS_SERVERS": f"127.0.0.1:{free_port()}",
            "TLSRPT_LOG_FORMAT": "json",
        } | settings
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def launch(self) -> None:
        """Start the bot without waiting for it."""
        assert self.process is None
        self.starts += 1
        with self._log_file.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [*COMMAND, "run"],
                cwd=self.folder,
                env=self._environment() | STRICT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def start(self) -> None:
        """Start the bot and wait until it is ready."""
        self.launch()
        await self.until(lambda: self.events("ready"))

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the bot by a signal, and hold it to its promise: in time, in order, with nothing left open."""
        assert self.process is not None
        self.process.send_signal(how)
        try:
            code = await self.ended(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running {STOP_SECONDS} s after {how.name}\n{self.log}") from None
        assert code == 0, f"exit code {code}\n{self.log}"
        found = [word for word in LEFT_BEHIND if word in self.log]
        assert not found, f"{found} in the log:\n{self.log}"

    async def ended(self, seconds: float) -> int:
        """Wait for the end of the bot and return its exit code."""
        assert self.process is not None
        code = await asyncio.to_thread(self.process.wait, seconds)
        self.process = None
        return code

    def kill(self) -> None:
        """End the bot at once (SIGKILL), as a power failure would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until something has happened while the bot runs."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, f"the bot ended by itself:\n{self.log}"
            assert "Traceback" not in self.log, self.log
            assert time.monotonic() < deadline, f"not within {seconds} s:\n{self.log}"
            await asyncio.sleep(POLL_SECONDS)

    @property
    def log(self) -> str:
        """What the bot that was started last has written to stdout and stderr."""
        return self._log_file.read_text() if self.starts else ""

    def events(self, name: str) -> list[dict[str, Any]]:
        """The log's entries of one event."""
        whole_lines = self.log.rpartition("\n")[0].splitlines()
        entries = (json.loads(line) for line in whole_lines if line.startswith("{"))
        return [entry for entry in entries if entry.get("event") == name]

    async def command(self, *arguments: str, stdin: bytes = b"", **settings: str) -> Finished:
        """Run `tlsrpt-bot ARGUMENTS` beside the bot, with more settings if need be."""
        done = await asyncio.to_thread(
            subprocess.run,
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self._environment() | settings,
            input=stdin,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())

    async def ask(self, *questions: str) -> list[dict[str, Any]]:
        """Ask in one process; return the data of each answer."""
        done = await self.command("ask", "-", "--json", stdin="\n".join(questions).encode())
        assert done.code == 0, done
        return [answer["data"] for answer in done.lines]

    async def sessions(self) -> dict[str, int]:
        """Sessions of each domain, over all time."""
        (overview,) = await self.ask("status all")
        return {one["domain"]: one["sessions"]["total"] for one in overview["domains"]}

    async def healthz(self) -> int:
        """Return the status of `/healthz`."""

        def get() -> int:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/healthz", timeout=PATIENCE_SECONDS) as it:
                status: int = it.status
                return status

        return await asyncio.to_thread(get)

    def show_logs(self) -> None:
        """Print the end of each log: pytest shows it when the test fails."""
        for log in sorted(self.folder.glob("log-*")):
            lines = log.read_text().splitlines()[-LOG_LINES_SHOWN:]
            print("\n".join([f"--- the end of {log.name}", *lines]))  # noqa: T201

    @property
    def _log_file(self) -> Path:
        return self.folder / f"log-{self.starts}"

    def _environment(self) -> dict[str, str]:
        """Only what is said here: the settings of whoever runs the tests stay outside."""
        own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return own | {"PYTHONPATH": str(ROOT)} | self.settings


@asynccontextmanager
async def installed(folder: Path, **settings: str) -> AsyncIterator[Program]:
    """An installation whose bot, if it runs, is killed at the end."""
    program = Program(folder, **settings)
    try:
        yield program
    finally:
        program.kill()
        program.show_logs()


@asynccontextmanager
async def running(folder: Path, **settings: str) -> AsyncIterator[Program]:
    """The same with the bot started, and stopped in order if the test is content."""
    async with installed(folder, **settings) as program:
        await program.start()
        yield program
        if program.process is not None:
            await program.stop()


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    # Not `random`: it is seeded alike in all workers of a test run, which would then choose the same ports.
    for port in secrets.SystemRandom().sample(range(*BELOW_EPHEMERAL_PORTS), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")
