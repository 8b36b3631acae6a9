"""Start: `ask` from the shell, `run` until it listens, its memory when idle; against a start of Python alone."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.rounds import Spread, interleaved

ROUNDS = 5
PROGRAM = Path(sys.executable).with_name("tlsrpt-bot")
PATIENCE = 30.0
_POLL = 0.005
_SETTLE = 1.0


def run() -> None:
    """Print wall-clock seconds, what they are of a bare start of Python, and megabytes."""
    print(f"start: wall-clock time, {ROUNDS} rounds, a new database made before")
    with TemporaryDirectory() as name:
        smtp, http = _free_port(), _free_port()
        environment = _environment(Path(name), smtp, http)
        _ask(environment)
        before = _children_seconds()
        _ask(environment)
        busy = _children_seconds() - before
        idle: list[float] = []
        runs = {
            "ask": partial(_ask, environment),
            "run": partial(_run, environment, smtp, idle),
            "python": partial(_timed, [sys.executable, "-c", ""], environment),
        }
        found = interleaved(ROUNDS, runs)
    for what, aim in (("ask", 0.8), ("run", 1.5)):
        against = f"{found[what].over(found['python']).ratio()} of a bare Python"
        print(f"  {what}: {found[what].median:.2f} s (aim {aim} s) = {against}")
    print(f"  ask used {busy:.2f} s of the processor")
    print(f"  idle without a chat: {Spread(tuple(idle)).median:.0f} MB resident (aim 110 MB with both chats)")


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _environment(folder: Path, smtp: int, http: int) -> dict[str, str]:
    """Return settings for a bot of its own: nothing of the operator's gets in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TLSRPT_", "SLACK_", "DISCORD_"))}
    return kept | {
        "PWD": str(folder),
        "TLSRPT_DATABASE_URL": f"sqlite:///{folder}/start.db",
        "TLSRPT_SMTP_LISTEN": f"127.0.0.1:{smtp}",
        "TLSRPT_HTTP_LISTEN": f"127.0.0.1:{http}",
    }


def _ask(environment: dict[str, str]) -> float:
    return _timed([str(PROGRAM), "ask", "status example.com 30d"], environment)


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=environment["PWD"])  # noqa: S603 -- our own
    return time.perf_counter() - start


def _run(environment: dict[str, str], port: int, idle: list[float]) -> float:
    """Start the bot, and return how long it took until it greeted a client."""
    start = time.perf_counter()
    command = [str(PROGRAM), "run", "--no-console"]
    with subprocess.Popen(  # noqa: S603 -- our own
        command, env=environment, cwd=environment["PWD"], stderr=subprocess.DEVNULL
    ) as process:
        try:
            while not _greets(port):
                if time.perf_counter() - start > PATIENCE or process.poll() is not None:
                    raise RuntimeError("the bot does not listen")
                time.sleep(_POLL)
            took = time.perf_counter() - start
            time.sleep(_SETTLE)
            idle.append(_resident(process.pid))
        finally:
            process.send_signal(signal.SIGTERM)
    return took


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as client:
            return client.recv(3) == b"220"
    except OSError:
        return False


def _resident(process_id: int) -> float:
    """Return megabytes; not a number where the system does not say it in /proc."""
    status = Path(f"/proc/{process_id}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    kilobytes = next((line.split()[1] for line in lines if line.startswith("VmRSS:")), "nan")
    return float(kilobytes) / 1000


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
