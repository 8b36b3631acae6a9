"""`tlsrpt-bot ask`: one command, or one a line, answered on stdout."""

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.dispatch import Answer, Dispatcher, NotWritten, Outcome, not_drawn, not_written
from bot.logs import set_up_logs
from bot.parts import make_dispatcher, open_database
from bot.saved_files import SavedFiles
from bot.settings import Settings
from bot.streams import write_to_nowhere
from bot.terminal.colour import wants_colour
from bot.terminal.render import render
from commands.question import Asker, Platform
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
    files = SavedFiles(save) if save else None
    dispatcher = make_dispatcher(settings, database, known=files.commands() if files else None)
    lines = filter(None, map(str.strip, sys.stdin)) if text == FROM_STDIN else (text,)
    try:
        outcomes = asyncio.run(_answer_all(dispatcher, lines, files, as_json=as_json))
    except OSError as error:
        write_to_nowhere(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"The answer cannot be written: {error.strerror or error}\n")
        return EXIT_CODES[Outcome.FAILED]
    finally:
        database.close()
    worst = next((one for one in (Outcome.FAILED, Outcome.USAGE) if one in outcomes), Outcome.ANSWERED)
    return EXIT_CODES[worst]


async def _answer_all(
    dispatcher: Dispatcher, lines: Iterable[str], files: SavedFiles | None, *, as_json: bool
) -> set[Outcome]:
    outcomes = set()
    for line in lines:
        answer = await dispatcher.answer(line, ASKER)
        if files:
            answer = await asyncio.to_thread(_with_files_kept, answer, files)
        outcomes.add(_printed(line, answer, as_json=as_json).outcome)
        for path in files.written() if files and not as_json else ():
            sys.stdout.write(f"Written: {path}\n")
    sys.stdout.flush()
    return outcomes


def _with_files_kept(answer: Answer, files: SavedFiles) -> Answer:
    """Write the attached files; return the answer without them, or that they cannot be written."""
    try:
        files.keep(answer.reply.attachments)
    except NotWritten as error:
        return not_written(error)
    return replace(answer, reply=replace(answer.reply, attachments=()))


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
