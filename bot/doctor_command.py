"""`tlsrpt-bot doctor`: what is wrong with the set-up, and what to do."""

import asyncio
import json
import logging
import os
import shutil
import sys

from bot.doctor.examine import examine
from bot.logs import set_up_logs
from bot.settings import Settings
from bot.terminal.colour import wants_colour
from bot.terminal.render import render
from commands.doctor import Level, present

FAILED = 1


def run_doctor(settings: Settings, *, as_json: bool) -> int:
    """Examine, print, and return the exit code: 1 when there is an error."""
    set_up_logs(settings.log_format, level=logging.ERROR)
    findings = asyncio.run(examine(settings))
    reply = present(findings, settings.report_domain)
    if as_json:
        sys.stdout.write(json.dumps(dict(reply.data)) + "\n")
    else:
        colour = wants_colour(os.environ, is_terminal=sys.stdout.isatty())
        sys.stdout.write(render(reply, width=shutil.get_terminal_size().columns, colour=colour) + "\n")
    return FAILED if any(one.level is Level.ERROR for one in findings) else 0
