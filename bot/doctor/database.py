"""The database: whether it is there, of this version, sound and writable, and how much room its disk has."""

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.settings import Settings
from commands.doctor import Finding, Level
from storage.database import Database, DatabaseUnavailable
from storage.health import damage
from storage.schema import HEAD, current

AREA = "database"
CHECK_SECONDS = 8.0
MIB = 2**20
LITTLE_ROOM, NO_ROOM = 1024 * MIB, 100 * MIB


async def examine_database(settings: Settings) -> Sequence[Finding]:
    """Open it, read its version, check its file, and take the lock that writers take."""
    url = settings.database_url.get_secret_value()
    return await asyncio.to_thread(lambda: list(_examined(url)))


def _examined(url: str) -> Iterator[Finding]:
    file = Path(url.removeprefix("sqlite:///"))
    if not file.is_file():
        yield Finding(AREA, Level.WARNING, f"There is no {file.absolute()} yet.", "`tlsrpt-bot run` makes it.")
        return
    database = Database(url)
    try:
        yield from _opened(database)
    except (DatabaseUnavailable, SQLAlchemyError, OSError) as error:
        what_to_do = "See that the user of the bot may write the file and its folder; else restore a backup."
        yield Finding(AREA, Level.ERROR, f"{file.absolute()} cannot be used: {error}.", what_to_do)
    finally:
        database.close()
    yield from _room(file.absolute())


def _opened(database: Database) -> Iterator[Finding]:
    with database.reading() as connection:
        schema = current(connection)
        harm = damage(connection, CHECK_SECONDS)
    if harm:
        yield Finding(AREA, Level.ERROR, f"The file is damaged: {harm}.", "Stop the bot and restore a backup.")
    with database.writing():
        pass
    if schema != HEAD:
        what_to_do = (
            "Run this version once, or `tlsrpt-bot migrate`; if the database is the newer one, the newer version."
        )
        yield Finding(AREA, Level.WARNING, f"It has schema {schema}, this version has {HEAD}.", what_to_do)
    elif not harm:
        size = Path(database.file).stat().st_size / MIB
        checked = "sound" if harm == "" else "not checked to its end"
        yield Finding(AREA, Level.OK, f"{Path(database.file).absolute()}: {size:,.0f} MiB, writable, {checked}.")


def _room(file: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(file.parent).free
    if free < LITTLE_ROOM:
        level = Level.ERROR if free < NO_ROOM else Level.WARNING
        what_to_do = "Make room: without it senders are told to come again."
        yield Finding(AREA, level, f"Its disk has {free / MIB:,.0f} MiB left.", what_to_do)
