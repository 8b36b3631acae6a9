"""Sends what the outbox holds: in order, at most one message a second in a channel, each once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.transport import Transport, TransportError
from commands.alerts.routing import Target, key_for, once_per_channel
from commands.question import Platform
from commands.reply_form import from_form, to_form
from storage import outbox
from storage.database import Database
from storage.outbox import Letter

log = structlog.get_logger(__name__)

CHANNELS_AT_ONCE = 50
TRIES_BEFORE_OTHERS_HEAR = 6
"""About a minute of failures."""
MOST_BEHIND = 500
"""Messages that are said elsewhere with the one before them, which their channel does not take."""
LONGEST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE_ASKED_FOR = timedelta(days=1)
NOTHING_WAS_SENT = ("unreachable", "ratelimited", "http-429")


class Outbox:
    """One round of sending; the timetable calls it every second."""

    def __init__(
        self,
        database: Database,
        transports: Mapping[str, Transport],
        clock: Callable[[], datetime],
        instead: Sequence[Target] = (),
    ) -> None:
        """Take as `instead` the channels that hear of what another channel does not take."""
        self._database = database
        self._transports = transports
        self._clock = clock
        self._instead = tuple(instead)

    async def send_due(self) -> None:
        """Send the oldest message of each channel, where it is due. Ends when every try has ended."""
        letters = await asyncio.to_thread(self._due)
        ends = await asyncio.gather(*(self._send(letter) for letter in letters), return_exceptions=True)
        for letter, error in zip(letters, ends, strict=True):
            if isinstance(error, Exception):
                log.error("message not noted", key=letter.key, channel=letter.channel, exc_info=error)

    async def _send(self, letter: Letter) -> None:
        try:
            reference = await self._found(letter) or await self._posted(letter)
        except TransportError as error:
            await self._failed(letter, error)
        except Exception as error:
            log.exception("sending failed", key=letter.key)
            await self._failed(letter, TransportError(type(error).__name__, permanent=False))
        else:
            await self._write(outbox.mark_sent, letter, reference)
            log.debug("message sent", key=letter.key, reference=reference)

    async def _found(self, letter: Letter) -> str | None:
        """Look for a message that may be out already."""
        if letter.sending_since is None:
            return None
        return await self._transports[letter.platform].find(letter.channel, letter.key, letter.sending_since)

    async def _posted(self, letter: Letter) -> str:
        await self._write(outbox.mark_sending, letter, self._clock())
        return await self._transports[letter.platform].post(letter.channel, from_form(letter.reply), letter.key)

    async def _failed(self, letter: Letter, error: TransportError) -> None:
        again_at = None if error.permanent else self._clock() + self._pause(letter, error)
        is_open = not error.refused and error.reason not in NOTHING_WAS_SENT
        may_be_out = letter.sending_since is not None or is_open
        report = log.error if error.permanent else log.warning
        advice = {"what_to_do": error.what_to_do} if error.what_to_do else {}
        report(
            "message not sent",
            key=letter.key,
            channel=letter.channel,
            reason=error.reason,
            again_at=str(again_at),
            **advice,
        )
        await self._write(outbox.mark_failed, letter, error.reason, again_at, may_be_out=may_be_out)
        if self._instead and (error.permanent or letter.attempts + 1 >= TRIES_BEFORE_OTHERS_HEAR):
            await asyncio.to_thread(self._tell_others, letter, error)

    def _tell_others(self, letter: Letter, error: TransportError) -> None:
        """Say it in the channels of the settings: one wrong subscription must not swallow an alert.

        What waits behind it is said there as well: it is not even tried before. Those that have heard it hear no more.
        """
        with self._database.writing() as connection:
            behind = [] if error.permanent else outbox.behind(connection, letter, MOST_BEHIND)
            for one in (letter, *behind):
                self._leave(connection, one, error)

    def _leave(self, connection: Connection, letter: Letter, error: TransportError) -> None:
        reply = from_form(letter.reply)
        reply = replace(reply, notes=(*reply.notes, _why_here(letter, error)))
        follows = not _is_settled(error)
        for target in self._others(connection, letter, other_platforms=follows):
            outbox.post(
                connection,
                key=key_for(letter.subject, target),
                platform=target.platform,
                channel=target.channel,
                reply=to_form(reply),
                alert_id=letter.alert_id,
                now=self._clock(),
                instead_of=letter.id if follows else None,
            )

    def _others(self, connection: Connection, letter: Letter, *, other_platforms: bool) -> tuple[Target, ...]:
        """Return the channels of the settings that have not heard it, nor will, under their name or their id."""
        id_of = partial(outbox.channel_id, connection)
        heard = {(one[0], id_of(*one)) for one in outbox.heard(connection, letter.alert_id, letter.subject)}
        others = (one for one in self._instead if not (other_platforms and one.platform == letter.platform))
        found = once_per_channel(others, id_of)
        return tuple(one for one in found if (one.platform, id_of(one.platform, one.channel)) not in heard)

    @staticmethod
    def _pause(letter: Letter, error: TransportError) -> timedelta:
        if error.retry_after is not None:
            longest = LONGEST_PAUSE_ASKED_FOR.total_seconds()
            return timedelta(seconds=max(0.0, min(longest, error.retry_after)))
        return min(timedelta(seconds=2 ** min(letter.attempts, 10)), LONGEST_PAUSE)

    def _due(self) -> list[Letter]:
        with self._database.reading() as connection:
            return outbox.due(connection, list(self._transports), self._clock(), CHANNELS_AT_ONCE)

    async def _write(self, change: Callable[..., None], letter: Letter, *values: object, **named: object) -> None:
        def run() -> None:
            with self._database.writing() as connection:
                change(connection, letter, *values, **named)

        await asyncio.to_thread(run)


def _is_settled(error: TransportError) -> bool:
    """Whether it is this channel that does not take it, and not the platform that cannot be asked now."""
    return error.permanent or bool(error.refused and error.what_to_do)


def _why_here(letter: Letter, error: TransportError) -> str:
    """Say in a channel of the settings why it hears of it."""
    where = f"This is for {letter.platform}:{letter.channel}"
    if not _is_settled(error):
        platform = Platform(letter.platform).title()
        return f"{where}: {platform} cannot be reached now ({error.reason}), and it follows there."
    advice = f" {error.what_to_do}" if error.what_to_do else ""
    return f"{where}, which does not take it: {error.reason}.{advice} `subscriptions` lists who hears of what."
