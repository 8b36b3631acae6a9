"""`tlsrpt-bot export`: rows to stdout, written as they are read."""

import logging
import sys
from datetime import date

from sqlalchemy import Connection

from bot.logs import set_up_logs
from bot.parts import open_database, utc_now
from bot.settings import Settings
from bot.streams import write_in_blocks, write_to_nowhere
from commands.domain_names import asked_about
from commands.export_formats import MEDIA_TYPES, lines_of
from commands.period import DEFAULT_PERIOD, Period, Window, parse_period, window
from commands.question import UsageError
from commands.quoting import quoted
from storage import totals
from storage.database import Database, DatabaseUnavailable
from storage.domain_name import canonical_domain
from storage.export import Scope, every_domain, export_rows
from storage.schema import SchemaTooNew

ANSWERED, FAILED, USAGE_ERROR = 0, 1, 2


def export_to_stdout(settings: Settings, *, domain: str, period: str, form: str) -> int:
    """Write the rows and return the exit code; a reader that has seen enough and goes away is no failure."""
    set_up_logs(settings.log_format, level=logging.WARNING)
    try:
        name, days = _wanted_domain(domain), parse_period(period) if period else None
        _demand_format(form)
        database = open_database(settings)
        try:
            _export(database, name, days, form)
        finally:
            database.close()
    except UsageError as error:
        sys.stderr.write(f"{error.message}\n")
        return USAGE_ERROR
    except BrokenPipeError:
        write_to_nowhere(sys.stdout)
    except (DatabaseUnavailable, SchemaTooNew) as error:
        sys.stderr.write(f"The database cannot be used: {error}\n")
        return FAILED
    except OSError as error:
        sys.stderr.write(f"The rows cannot be written: {error}\n")
        write_to_nowhere(sys.stdout)
        return FAILED
    return ANSWERED


def _export(database: Database, domain: str | None, period: Period | None, form: str) -> None:
    with database.reading() as connection:
        scopes, span = _asked(connection, domain, period)
        rows = export_rows(connection, scopes, span.first, span.last)
        write_in_blocks(lines_of(rows, form), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _asked(connection: Connection, domain: str | None, period: Period | None) -> tuple[list[Scope], Window]:
    """Return the domains and days that are meant, as `status` takes them. Raises UsageError for an unknown domain."""
    today = utc_now().date()
    if domain is None:
        return every_domain(connection), _days_of_all(connection, period or DEFAULT_PERIOD, today)
    subject, span = asked_about(connection, domain, period, today)
    if not subject.known:
        raise UsageError("unknown-domain", " ".join(subject.unknown_sentences()))
    return [Scope(subject.record.id, subject.record.name)], span


def _days_of_all(connection: Connection, period: Period, today: date) -> Window:
    """Return the days that `status` of all domains shows; for `all`, every day there may be."""
    if period.kind == "all":
        return Window(date.min, today, None, None)
    return window(period, today=today, oldest=None, newest=totals.days_with_any_data(connection)[1])


def _wanted_domain(typed: str) -> str | None:
    name = canonical_domain(typed) if typed else None
    if typed and name is None:
        raise UsageError("bad-domain", f"{quoted(typed)} is not a domain name.")
    return name


def _demand_format(form: str) -> None:
    if form not in MEDIA_TYPES:
        raise UsageError("unknown-choice", f"--format is {' or '.join(MEDIA_TYPES)}, not {quoted(form)}.")
