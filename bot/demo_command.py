"""`tlsrpt-bot demo`: the bot with a database that is thrown away, made-up history, and reports that keep coming."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from bot.app import Bot
from bot.demo.cast import CAST, passers_by
from bot.demo.fill import Past
from bot.demo.reports import HISTORY_DAYS, to_come
from bot.demo.settings import demo_settings
from bot.demo.signing import DemoKey
from bot.demo.trickle import Trickle
from bot.logs import set_up_logs
from bot.parts import utc_now
from bot.settings import Settings
from bot.terminal.colour import wants_colour
from bot.terminal.console import Look, has_prompt, make_console
from bot.terminal.render import render
from bot.transport import CannotStart
from commands.reply import Field, Reply
from storage.database import Database, DatabaseUnavailable
from storage.schema import upgrade

FAILED = 1
LOOPBACK = "127.0.0.1"
WIDEST = 100
TO_TYPE = (
    ("status", "all domains, the worst first"),
    ("status shop.example", "one domain: a chart, and what fails"),
    ("failures news.example", "each fault: where, who sees it, how to fix it"),
    ("explain certificate-expired", "a failure type in plain words"),
    ("reporters club.example", "which senders have fallen silent"),
)
"""Commands, and what each shows."""


def run_demo() -> int:
    """Run until `exit`, the end of input or a signal; return the exit code. Nothing is left behind."""
    set_up_logs("console", level=logging.WARNING)
    try:
        with TemporaryDirectory(prefix="tlsrpt-demo-") as folder, _ended_by_signals():
            asyncio.run(_demo(Path(folder)))
    except (DatabaseUnavailable, CannotStart, OSError) as error:
        sys.stderr.write(f"The demo cannot run: {error}\n")
        return FAILED
    return 0


async def _demo(folder: Path) -> None:
    settings = demo_settings(folder, *_free_ports(2))
    key = DemoKey([sender.domain for sender in (*CAST, *passers_by())])
    now = utc_now()
    sys.stderr.write(f"Making up {HISTORY_DAYS} days of reports …\n")
    with closing(Database(settings.database_url.get_secret_value())) as database:
        upgrade(database)
        await Past(settings, database, key, now).happen()
    port = settings.smtp_listen[0].port
    recipient = f"{settings.shared_address}@{settings.report_domain}"
    trickle = Trickle(to_come(now), port=port, recipient=recipient, key=key, clock=utc_now)
    console = make_console(Look(status_line=trickle.line))
    sys.stderr.write(_drawn(introduction(settings, at_a_prompt=has_prompt())))
    await Bot(settings, console=console, keys=key, beside=trickle.run).run()


def introduction(settings: Settings, *, at_a_prompt: bool) -> Reply:
    """Say what this is and what to type. Pure."""
    keys = "Tab completes, " if at_a_prompt else ""
    end = "`exit` or Ctrl-D ends" if at_a_prompt else "`exit` ends"
    return Reply(
        f"This is a demo: what mail servers reported about four domains in {HISTORY_DAYS} days, all of it made up.",
        sentences=(
            "More reports keep coming in; one of them raises an alert within a minute.",
            "Nothing leaves this machine, and the database is removed at the end. Type:",
        ),
        fields=tuple(Field(typed, shown) for typed, shown in TO_TYPE),
        notes=(
            f"Listening: SMTP on {settings.smtp_listen[0]}, HTTP on {settings.http_listen[0]}.",
            f"{keys}`help` lists the rest, {end} the demo.",
        ),
    )


def _drawn(reply: Reply) -> str:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    colour = wants_colour(os.environ, is_terminal=sys.stderr.isatty())
    return f"\n{render(reply, width=width, colour=colour)}\n\n"


def _free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    with ExitStack() as open_:
        sockets = [open_.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """End in order before a loop listens for signals, and when the terminal is closed; be deaf while all is removed."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    def end_as_asked(_number: int, _frame: FrameType | None) -> None:
        signal.raise_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGHUP, end_as_asked)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
