"""The composition root: builds every part of a running bot, connects them, and stops them in order."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from bot.alert_jobs import judge_what_changed, resolve_what_is_over
from bot.announcer import Announcer
from bot.dispatch import Dispatcher
from bot.doors import Doors, Stop
from bot.heartbeat import Heartbeat
from bot.jobs import Timetable
from bot.only_one import claim
from bot.outbox import Outbox
from bot.parts import default_thresholds, make_dispatcher, open_database, utc_now
from bot.quarantine_job import QuarantineNews
from bot.quarantine_reader import QuarantineReader
from bot.readiness import Readiness, is_true
from bot.recheck_job import Recheck
from bot.retention_job import Retention
from bot.settings import Settings
from bot.terminal.console import Console
from bot.transport import Transport
from commands.alerts.evaluate import Evaluation
from commands.alerts.routing import Target
from commands.question import Platform
from ingest.dkim.key_lookup import DnsKeyLookup
from ingest.dkim.verdict import KeyLookup
from ingest.writer import Writer
from storage.database import Database

log = structlog.get_logger(__name__)

STOP_SECONDS = 3.0
LOOK_FOR_CHANGES_SECONDS = 1
LOOK_FOR_LETTERS_SECONDS = 1
LOOK_FOR_RECOVERY_SECONDS = 300
LOOK_FOR_THE_OLD_SECONDS = 3600
LOOK_FOR_UNDECIDED_SECONDS = 2
LOOK_FOR_NEWS_SECONDS = 60
HEARTBEAT_SECONDS = 60
CONSOLE = "console"


class Bot:
    """Everything that runs between a start and a stop.

    The fronts (SMTP, HTTP, jobs, platforms) stop side by side, then what they stand on: the writer, the database.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        console: Console | None,
        keys: KeyLookup | None = None,
        beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        """Take what is not in the settings: DKIM keys from elsewhere than DNS, and what else runs meanwhile."""
        self._settings = settings
        self._console = console
        self._keys = keys or DnsKeyLookup(settings.dns_servers, utc_now)
        self._beside = beside
        self._stop = asyncio.Event()
        self._has_started = False
        self._fronts: list[Callable[[], Awaitable[None]]] = []

    async def run(self) -> None:
        """Start every part, and stop them all on SIGTERM, SIGINT, or at the end of the prompt.

        Raises CannotStart, and what the database raises.
        """
        loop = asyncio.get_running_loop()
        for signal_ in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signal_, self._stop.set)
        async with AsyncExitStack() as parts:
            if await self._started(parts):
                log.info("ready")
                await self._stop.wait()
            log.info("stopping")
        log.info("stopped")

    async def _started(self, parts: AsyncExitStack) -> bool:
        """Start every part, unless a signal comes first: the start may wait for a platform that does not answer."""
        starting = asyncio.create_task(self._start(parts), name="start")
        stopping = asyncio.create_task(self._stop.wait(), name="stop")
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (starting, stopping):
            if not task.done():
                task.cancel()
                await asyncio.wait((task,))
        if not starting.cancelled():
            starting.result()
        return not starting.cancelled()

    async def _start(self, parts: AsyncExitStack) -> None:
        database = await asyncio.to_thread(open_database, self._settings)
        parts.callback(database.close)
        parts.callback(claim(database.file).close)
        announcer = Announcer()
        doors = Doors(self._settings, database, self._keys, utc_now)
        read_again = QuarantineReader(database, doors.reader, utc_now)
        dispatcher = make_dispatcher(self._settings, database, announce=announcer, read_again=read_again)
        doors.readiness.watch("start", is_true(lambda: self._has_started, "not over yet"))
        self._start_writer(parts, doors.writer, doors.readiness)
        parts.push_async_callback(self._stop_fronts)
        await self._open(doors.open_smtp, doors.open_http, doors.open_mailbox)
        transports = await self._start_platforms(dispatcher, doors.readiness)
        announcer.speak_through(transports)
        self._start_jobs(database, transports, doors)
        if self._beside:
            parts.push_async_callback(_cancelled, asyncio.create_task(self._beside(), name="beside"))
        if self._console:
            self._start_console(parts, self._console.talk(dispatcher))
        self._has_started = True

    async def _stop_fronts(self) -> None:
        ends = await asyncio.gather(*(stop() for stop in self._fronts), return_exceptions=True)
        for error in ends:
            if isinstance(error, BaseException):
                log.error("a part did not stop in order", exc_info=error)

    def _start_writer(self, parts: AsyncExitStack, writer: Writer, readiness: Readiness) -> None:
        task = asyncio.create_task(writer.run(), name="writer")
        readiness.watch("writer", is_true(lambda: not task.done(), "has ended"))
        task.add_done_callback(lambda _: self._stop.set())
        parts.push_async_callback(_cancelled, task)

    async def _start_platforms(self, dispatcher: Dispatcher, readiness: Readiness) -> dict[str, Transport]:
        """Start the chats side by side: neither waits for the other. Raises CannotStart."""
        starts: dict[str, Awaitable[Transport]] = {}
        if self._settings.speaks_slack:
            from bot.slack.start import make_slack  # slack-bolt takes a quarter of a second to load

            slack = make_slack(self._settings, dispatcher)
            self._fronts.append(slack.stop)
            readiness.watch("slack", slack.trouble)
            starts[Platform.SLACK] = slack.start()
        if self._settings.speaks_discord:
            from bot.discord.start import make_discord  # discord.py is loaded by those who have a token for it

            discord = make_discord(self._settings, dispatcher)
            self._fronts.append(discord.stop)
            readiness.watch("discord", discord.trouble)
            starts[Platform.DISCORD] = discord.start()
        started = await asyncio.gather(*starts.values(), return_exceptions=True)
        transports: dict[str, Transport] = {Platform.TERMINAL: self._terminal()}
        for platform, transport in zip(starts, started, strict=True):
            if isinstance(transport, BaseException):
                raise transport
            transports[platform] = transport
        return transports

    def _terminal(self) -> Transport:
        from bot.terminal.transport import TerminalTransport, log_alert

        return TerminalTransport(self._console.show if self._console else log_alert)

    def _start_jobs(self, database: Database, transports: Mapping[str, Transport], doors: Doors) -> None:
        settled = self._alert_targets(transports)
        rules = Evaluation(
            thresholds=default_thresholds(self._settings),
            targets=(Target(Platform.TERMINAL, CONSOLE), *settled),
            delay=timedelta(seconds=self._settings.evaluate_seconds),
            platforms=frozenset(transports),
        )
        timetable = Timetable()
        timetable.every(LOOK_FOR_CHANGES_SECONDS, "alerts", lambda: judge_what_changed(database, rules, utc_now))
        timetable.every(LOOK_FOR_RECOVERY_SECONDS, "recoveries", lambda: resolve_what_is_over(database, rules, utc_now))
        recheck = Recheck(database, doors.reader, doors.writer, self._keys, utc_now)
        timetable.every(LOOK_FOR_UNDECIDED_SECONDS, "dkim-recheck", recheck.run)
        timetable.every(LOOK_FOR_THE_OLD_SECONDS, "retention", self._retention(database).run)
        news = QuarantineNews(database, rules.targets, utc_now)
        timetable.every(LOOK_FOR_NEWS_SECONDS, "quarantine-news", news.run)
        if self._settings.heartbeat_url:
            heartbeat = Heartbeat(self._settings.heartbeat_url, doors.readiness.in_words)
            timetable.every(HEARTBEAT_SECONDS, "heartbeat", heartbeat.beat, at_once=True)
        for platform, transport in transports.items():  # a slow one holds up no other
            outbox = Outbox(database, {platform: transport}, utc_now, instead=settled)
            timetable.every(LOOK_FOR_LETTERS_SECONDS, f"outbox-{platform}", outbox.send_due)
        timetable.start()
        self._fronts.append(partial(timetable.stop, STOP_SECONDS))

    def _retention(self, database: Database) -> Retention:
        originals, details = self._settings.keep_raw_days, self._settings.keep_detail_days
        return Retention(database, timedelta(days=originals), timedelta(days=details), utc_now)

    def _alert_targets(self, transports: Mapping[str, Transport]) -> list[Target]:
        channels = self._settings.alert_channels
        for channel in channels:
            if channel.platform not in transports:
                log.warning("alert channel gets nothing: this platform is not connected", channel=str(channel))
        return [Target(one.platform, one.name) for one in channels if one.platform in transports]

    async def _open(self, *doors: Callable[[], Awaitable[Stop | None]]) -> None:
        for door in doors:
            stop = await door()
            if stop:
                self._fronts.append(partial(stop, STOP_SECONDS))

    def _start_console(self, parts: AsyncExitStack, talk: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(talk, name="console")
        task.add_done_callback(lambda _: self._stop.set())
        parts.push_async_callback(_cancelled, task)


async def _cancelled(task: asyncio.Task[None]) -> None:
    """End a task that would run for ever; what made it end by itself comes out here."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
