"""The job that tells the team, once a day at most, of mails that could not be read."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from commands.alerts.routing import Target, key_for, once_per_channel
from commands.quarantine_message import daily_message
from commands.reply_form import to_form
from storage import outbox
from storage.database import Database
from storage.quarantine_list import mark_told, untold

HOUR = 8
"""Of the day (UTC), before which nothing is told."""
GATHERING = timedelta(hours=1)
"""How long the first of them waits for company."""
MOST_GROUPS = 1_000
SUBJECT = "quarantine"


@dataclass(frozen=True, slots=True)
class QuarantineNews:
    """Looks for what nobody was told of, and leaves a message for each channel of the settings."""

    database: Database
    targets: Sequence[Target]
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Look once. Raises DatabaseUnavailable."""
        now = self.clock()
        if self.targets and now.hour >= HOUR and await asyncio.to_thread(self._has_news, now):
            await asyncio.to_thread(self._tell, now)

    def _has_news(self, now: datetime) -> bool:
        with self.database.reading() as connection:
            is_told = outbox.has_subject(connection, _subject(now))
            return not is_told and bool(untold(connection, now - GATHERING, 1))

    def _tell(self, now: datetime) -> None:
        with self.database.writing() as connection:
            reply = to_form(daily_message(untold(connection, now - GATHERING, MOST_GROUPS)))
            for target in once_per_channel(self.targets, partial(outbox.channel_id, connection)):
                outbox.post(
                    connection,
                    key=key_for(_subject(now), target),
                    platform=target.platform,
                    channel=target.channel,
                    reply=reply,
                    alert_id=None,
                    now=now,
                )
            mark_told(connection)


def _subject(now: datetime) -> str:
    return f"{SUBJECT}:{now.date()}:unreadable"
