"""The parts that every entry of the program needs: clock, database, dispatcher. Light to load."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.dispatch import Dispatcher
from bot.settings import Settings
from commands.context import Context
from commands.question import Asker
from commands.registry import commands
from storage.database import Database
from storage.domains import Thresholds
from storage.schema import upgrade


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_database(settings: Settings) -> Database:
    """Open the database and bring its schema up to date. Raises DatabaseUnavailable, SchemaTooNew."""
    database = Database(settings.database_url.get_secret_value())
    upgrade(database)
    return database


def make_dispatcher(settings: Settings, database: Database, clock: Callable[[], datetime] = utc_now) -> Dispatcher:
    """Return what answers commands."""

    def context_for(asker: Asker) -> Context:
        return Context(
            database=database,
            clock=clock,
            thresholds=default_thresholds(settings),
            report_domain=settings.report_domain,
            shared_address=settings.shared_address,
            asker=asker,
        )

    return Dispatcher(commands(), context_for)


def default_thresholds(settings: Settings) -> Thresholds:
    return Thresholds(settings.failure_rate, settings.min_failures)
