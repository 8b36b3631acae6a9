"""The parts that every entry of the program needs: clock, database, dispatcher. Light to load."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.dispatch import Dispatcher
from bot.settings import Settings
from commands.announcing import Announce, nobody_announces
from commands.context import Context
from commands.doctor import Finding
from commands.question import Asker, Command, Platform
from commands.registry import commands
from commands.rereading import ReadAgain, Reread
from storage.database import Database, DatabaseUnavailable
from storage.domains import Thresholds
from storage.schema import upgrade

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """Open the database and bring its schema up to date. Raises DatabaseUnavailable, SchemaTooNew."""
    database = Database(settings.database_url.get_secret_value())
    try:
        before = upgrade(database)
    except SQLAlchemyError as error:
        raise DatabaseUnavailable(f"it is not a database of this program ({type(error).__name__})") from error
    if before is None:
        log.warning("there was no database here: an empty one was made", file=str(Path(database.file).absolute()))
    return database


def make_dispatcher(
    settings: Settings,
    database: Database,
    clock: Callable[[], datetime] = utc_now,
    announce: Announce = nobody_announces,
    known: Mapping[str, Command] | None = None,
    read_again: ReadAgain | None = None,
) -> Dispatcher:
    """Return what answers commands: those of `known`, all unless said.

    `read_again` reads mails from quarantine; one is made when it is needed unless there is one.
    """

    def context_for(asker: Asker) -> Context:
        return Context(
            database=database,
            clock=clock,
            thresholds=default_thresholds(settings),
            report_domain=settings.report_domain,
            shared_address=settings.shared_address,
            public_url=settings.public_url,
            mailbox=str(settings.imap_url or ""),
            asker=asker,
            platforms=_platforms(settings),
            announce=announce,
            examine=partial(_examine, settings),
            read_again=read_again or partial(_read_again, settings, database, clock),
        )

    return Dispatcher(commands() if known is None else known, context_for)


async def _examine(settings: Settings) -> Sequence[Finding]:
    from bot.doctor.examine import examine  # loads the clients of both chats

    return await examine(settings)


async def _read_again(
    settings: Settings, database: Database, clock: Callable[[], datetime], ids: Sequence[int]
) -> Sequence[Reread]:
    from bot.original_reader import original_reader  # loads all that reads mails
    from bot.quarantine_reader import QuarantineReader
    from ingest.addresses import ReportAddresses
    from ingest.dkim.key_lookup import DnsKeyLookup

    addresses = ReportAddresses(database, settings.report_domain, settings.shared_address)
    keys = DnsKeyLookup(settings.dns_servers, clock)
    return await QuarantineReader(database, original_reader(settings, addresses, keys, clock), clock)(ids)


def _platforms(settings: Settings) -> frozenset[str]:
    """Return the chat platforms whose tokens are set."""
    is_set = {
        Platform.SLACK: settings.speaks_slack,
        Platform.DISCORD: settings.speaks_discord,
    }
    return frozenset(platform.value for platform, connected in is_set.items() if connected)


def default_thresholds(settings: Settings) -> Thresholds:
    return Thresholds(settings.failure_rate, settings.min_failures)
