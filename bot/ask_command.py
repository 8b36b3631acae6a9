"""`tlsrpt-bot ask`: one command, or one a line, answered on stdout."""

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.dispatch import Answer, Dispatcher, Outcome, not_drawn
from bot.logs import set_up_logs
from bot.parts import make_dispatcher, open_database
from bot.settings import Settings
from bot.terminal.colour import wants_colour
from bot.terminal.render import render
from commands.question import Asker, Platform
from commands.reply import Attachment
from storage.database import DatabaseUnavailable
from storage.schema import SchemaTooNew

ASKER = Asker(Platform.TERMINAL, "terminal", is_admin=True)
FROM_STDIN = "-"
EXIT_CODES = {Outcome.ANSWERED: 0, Outcome.USAGE: 2, Outcome.FAILED: 1}


def ask_bot(settings: Settings, text: str, *, as_json: bool, save: Path | None) -> int:
    """Answer and return the exit code: of several commands, 1 if one failed, else 2 if one was mistyped."""
    set_up_logs(settings.log_format, level=logging.WARNING)
    try:
        database = open_database(settings)
    except (DatabaseUnavailable, SchemaTooNew, OSError) as error:
        sys.stderr.write(f"The database cannot be used: {error}\n")
        return EXIT_CODES[Outcome.FAILED]
    lines = filter(None, map(str.strip, sys.stdin)) if text == FROM_STDIN else (text,)
    try:
        outcomes = asyncio.run(_answer_all(make_dispatcher(settings, database), lines, as_json=as_json, save=save))
    finally:
        database.close()
    worst = next((one for one in (Outcome.FAILED, Outcome.USAGE) if one in outcomes), Outcome.ANSWERED)
    return EXIT_CODES[worst]


async def _answer_all(
    dispatcher: Dispatcher, lines: Iterable[str], *, as_json: bool, save: Path | None
) -> set[Outcome]:
    outcomes = set()
    for line in lines:
        answer = _printed(line, await dispatcher.answer(line, ASKER), as_json=as_json)
        for attachment in answer.reply.attachments:
            _keep(attachment, save, quiet=as_json)
        outcomes.add(answer.outcome)
    return outcomes


def _printed(line: str, answer: Answer, *, as_json: bool) -> Answer:
    """Print an answer and return it; where it cannot be drawn, the failure that was printed in its place."""
    try:
        text = _drawn(line, answer, as_json=as_json)
    except Exception as error:  # noqa: BLE001 -- one reply must not end the questions that follow
        answer = not_drawn(error)
        text = _drawn(line, answer, as_json=as_json)
    stream = sys.stdout if as_json or answer.outcome is Outcome.ANSWERED else sys.stderr
    stream.write(text + "\n")
    stream.flush()
    return answer


def _drawn(line: str, answer: Answer, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(_envelope(line, answer))
    if answer.outcome is Outcome.ANSWERED:
        colour = wants_colour(os.environ, is_terminal=sys.stdout.isatty())
        return render(answer.reply, width=shutil.get_terminal_size().columns, colour=colour)
    return answer.message


def _envelope(line: str, answer: Answer) -> dict[str, Any]:
    if answer.outcome is Outcome.ANSWERED:
        return {"command": line, "ok": True, "data": dict(answer.reply.data)}
    return {"command": line, "ok": False, "error": {"code": answer.code, "message": answer.message}}


def _keep(attachment: Attachment, folder: Path | None, *, quiet: bool) -> None:
    """Write an attached file. Its name is ours, never a sender's."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / attachment.name).write_bytes(attachment.body)
        if not quiet:
            sys.stdout.write(f"Written: {folder / attachment.name}\n")
