"""Brings the database's schema up to date (Alembic), and refuses a database that a newer version has written."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

from storage.database import Database

HEAD = "0003"
"""The newest migration; a test holds it equal to Alembic's own answer."""


class SchemaTooNew(Exception):
    """The database was written by a newer version of the program."""


def upgrade(database: Database) -> str | None:
    """Run the migrations that are missing, in one transaction; return the revision before, None of an empty database.

    Raises SchemaTooNew, DatabaseUnavailable.
    """
    with database.reading() as connection:
        if current(connection) == HEAD:
            return HEAD
    with database.writing() as connection:  # asked again inside: another process may have been faster
        found = current(connection)
        if found != HEAD:
            _migrate(connection, found)
    return found


def current(connection: Connection) -> str | None:
    """Return the revision of the schema, or None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def alembic_config(connection: Connection | None = None) -> Any:
    """Return Alembic's configuration; it needs no file."""
    from alembic.config import Config  # loaded only when there is something to migrate

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaTooNew(f"the database has schema {found}, this version knows up to {HEAD}: run the newer version")
    command.upgrade(config, "head")
