"""`tlsrpt-bot run` and `migrate`: start the bot, or only its database."""

import asyncio
import os
import sys

import structlog

from bot.app import Bot
from bot.logs import set_up_logs
from bot.parts import open_database
from bot.settings import Settings
from bot.terminal.console import Console, Look, history_file, make_console
from bot.transport import CannotStart
from ingest.smtp.listener import CertificateError
from storage.database import DatabaseUnavailable
from storage.schema import SchemaTooNew

FAILED = 1
log = structlog.get_logger(__name__)


def run_bot(settings: Settings, *, console: bool) -> int:
    """Run until a signal; return the exit code."""
    set_up_logs(settings.log_format)
    if console:
        sys.stderr.write("Type `help` for what can be asked, `exit` to end.\n")
    try:
        asyncio.run(Bot(settings, console=_console() if console else None).run())
    except (DatabaseUnavailable, SchemaTooNew, CertificateError, CannotStart, OSError) as error:
        log.error("cannot run", reason=str(error))  # noqa: TRY400 -- a trace would not help the operator
        return FAILED
    return 0


def _console() -> Console:
    return make_console(Look(history=history_file(os.environ)))


def migrate_database(settings: Settings) -> int:
    """Bring the schema up to date; return the exit code."""
    set_up_logs(settings.log_format)
    try:
        open_database(settings).close()
    except (DatabaseUnavailable, SchemaTooNew, OSError) as error:
        log.error("cannot migrate", reason=str(error))  # noqa: TRY400 -- a trace would not help the operator
        return FAILED
    sys.stdout.write("The database schema is up to date.\n")
    return 0
