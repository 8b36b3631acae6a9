"""`tlsrpt-bot import`: files, mailboxes and folders into the database."""

import json
import logging
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.import_progress import Meter, progress
from bot.logs import set_up_logs
from bot.parts import open_database, utc_now
from bot.settings import Settings
from commands.quoting import printable
from ingest.containers import FoundFile, LeftOut, contents
from ingest.file_walk import files_below
from ingest.files import read_file
from ingest.reader.mail import ReadLimits
from ingest.writer import MOST_ROWS_IN_A_BATCH
from storage.arrival import Delivery, Outcome
from storage.database import Database, DatabaseUnavailable
from storage.intake import take_in
from storage.schema import SchemaTooNew

FAILED, USAGE_ERROR, INTERRUPTED = 1, 2, 130
STAYS = "What was imported stays; run it again for the rest."
FROM_STDIN = "-"
AT_ONCE = 100
"""Files, or reports in them, that are stored in one transaction."""
MOST_REPORTS = 10_000
MOST_ROWS = 500_000
"""Policies, and failure details, of one file."""
UNPACKED_FACTOR = 8
WORDS = {
    Outcome.STORED: "imported",
    Outcome.DUPLICATE: "duplicate",
    Outcome.QUARANTINED: "quarantined",
    Outcome.IGNORED: "ignored",
}


def import_reports(settings: Settings, paths: Sequence[str], *, as_json: bool) -> int:
    """Import and return the exit code; what could not be read is no failure."""
    set_up_logs(settings.log_format, level=logging.WARNING)
    missing = [path for path in paths if path != FROM_STDIN and not Path(path).exists()]
    if missing:
        sys.stderr.write("".join(f"There is no {path}\n" for path in missing))
        return USAGE_ERROR
    try:
        database = open_database(settings)
    except (DatabaseUnavailable, SchemaTooNew, OSError) as error:
        _say(f"The database cannot be used: {error}")
        return FAILED
    try:
        with _files(paths) as files, progress(files) as meter:
            counts = _import(database, _found(files, meter), _limits(settings))
    except DatabaseUnavailable as error:
        _say(f"Stopped: {error}. {STAYS}")
        return FAILED
    except KeyboardInterrupt:
        _say(f"Stopped. {STAYS}")
        return INTERRUPTED
    finally:
        database.close()
    _report(counts, as_json=as_json)
    return 0


def _limits(settings: Settings) -> ReadLimits:
    """Bounds for what an operator hands over: a whole history may come in one file."""
    return ReadLimits(
        max_report_bytes=settings.max_report_bytes,
        max_unpacked_factor=UNPACKED_FACTOR,
        max_parts=2 * MOST_REPORTS,
        max_reports=MOST_REPORTS,
        max_zip_files=MOST_REPORTS,
        max_policies=MOST_ROWS,
        max_failures=MOST_ROWS,
    )


def _import(database: Database, found: Iterator[FoundFile], limits: ReadLimits) -> Counter[str]:
    counts: Counter[str] = Counter()
    batch: list[Delivery] = []
    size = rows = 0
    for file in found:
        delivery = read_file(file, limits, utc_now())
        batch.append(delivery)
        size += max(1, len(delivery.arrivals))
        rows += delivery.rows
        if size >= AT_ONCE or rows >= MOST_ROWS_IN_A_BATCH:
            counts += _store(database, batch)
            batch, size, rows = [], 0, 0
    return counts + _store(database, batch)


def _store(database: Database, batch: Sequence[Delivery]) -> Counter[str]:
    """Store a batch at once; where one file spoils it, the others all the same. Raises DatabaseUnavailable."""
    try:
        with database.writing() as connection:
            outcomes = take_in(connection, batch, utc_now())
    except DatabaseUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 -- a file that cannot be stored is told, and is no loss: it is still there
        if len(batch) > 1:
            return sum((_store(database, [delivery]) for delivery in batch), Counter())
        _say(f"Left out: {batch[0].original.name} cannot be stored ({type(error).__name__})")
        return Counter()
    return Counter(WORDS[outcome] for reports in outcomes for outcome in reports)


@contextmanager
def _files(paths: Sequence[str]) -> Iterator[list[Path]]:
    """Return the files to read; what comes from stdin is one for as long as the block lasts."""
    with TemporaryDirectory() as folder:
        files: list[Path] = []
        for path in paths:
            if path == FROM_STDIN:
                file = Path(folder) / "stdin"
                with file.open("wb") as copy:
                    shutil.copyfileobj(sys.stdin.buffer, copy)
                files.append(file)
            else:
                files += files_below([Path(path)])
        yield files


def _found(files: Sequence[Path], meter: Meter) -> Iterator[FoundFile]:
    """Return what the files hold; say it when something cannot be had."""
    for file in files:
        meter.begin(file)
        try:
            for one in contents(file):
                if isinstance(one, LeftOut):
                    _say(f"Left out: {one.why}")
                else:
                    meter.found(len(one.body))
                    yield one
        except OSError as error:
            _say(f"Left out: {error}")
        meter.end()


def _say(sentence: str) -> None:
    sys.stderr.write(printable(sentence.encode("utf-8", "replace").decode()) + "\n")


def _report(counts: Counter[str], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps({word: counts[word] for word in WORDS.values()}) + "\n")
        return
    ignored = f"ignored {counts['ignored']}: DMARC reports, bounces, automatic replies\n" if counts["ignored"] else ""
    words = (WORDS[one] for one in (Outcome.STORED, Outcome.DUPLICATE, Outcome.QUARANTINED))
    sys.stdout.write(ignored + ", ".join(f"{word} {counts[word]}" for word in words) + "\n")
