"""Alerts in the terminal: printed above the prompt, or a log line where nobody looks."""

from collections.abc import Callable
from datetime import datetime

import structlog

from commands.reply import Reply

log = structlog.get_logger(__name__)


class TerminalTransport:
    """The platform that is always there."""

    def __init__(self, show: Callable[[Reply], None]) -> None:
        self._show = show

    async def post(self, channel: str, reply: Reply, key: str) -> str:
        self._show(reply)
        return f"{channel}/{key}"

    async def find(self, channel: str, key: str, since: datetime) -> str | None:
        """Nothing that was printed can be found again."""
        del channel, key, since
        return None


def log_alert(reply: Reply) -> None:
    """Write a message to the log."""
    log.warning("alert", title=reply.title, tone=reply.tone.value, sentences=list(reply.sentences))
