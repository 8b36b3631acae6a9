"""Logs: lines for people on a terminal, JSON elsewhere; always on stderr."""

import logging
import os
import sys
from io import StringIO
from typing import TextIO

import structlog

from bot.terminal.colour import wants_colour
from commands.quoting import printable


def set_up_logs(log_format: str, *, level: int = logging.INFO) -> None:
    """Send the logs of the program and of its libraries to stderr. `log_format`: `console`, `json`, or empty."""
    console = log_format == "console" or (not log_format and sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor]
    if console:
        coloured = wants_colour(os.environ, is_terminal=sys.stderr.isatty())
        last = [_printable, structlog.dev.ConsoleRenderer(colors=coloured, exception_formatter=_plain_traceback)]
    else:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("apscheduler", "alembic", "aiohttp.access", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _printable(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Take escape sequences out of what strangers wrote; the renderer shows texts without blanks as they are."""
    return {name: printable(value) if isinstance(value, str) else value for name, value in event.items()}


def _plain_traceback(out: TextIO, error: structlog.typing.ExcInfo) -> None:
    """Write a traceback without local variables, which hold secrets, and without escape sequences."""
    text = StringIO()
    structlog.dev.plain_traceback(text, error)
    out.write("\n".join(map(printable, text.getvalue().split("\n"))))
