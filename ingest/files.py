"""Import: files, mailboxes and folders become deliveries. What an operator imports is trusted."""

import mailbox
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.delivery import IMPORTED, Judgement, delivery_of, media_type_of, read_content, unread
from ingest.placing import is_possible
from ingest.reader.mail import FoundReport, ReadLimits, Unreadable
from storage.arrival import Delivery, Original, Source

LARGEST_FILE = 64 * 2**20
MBOX_MAGIC = b"From "
MBOX_LOOK = 64
"""Bytes in which a mailbox shows itself: empty lines may stand before it."""
MAILDIR_FOLDERS = ("cur", "new", "tmp")
MAILS_OF_A_MAILDIR = ("cur", "new")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """The bytes of one mail or report, and where they are from."""

    name: str
    body: bytes
    modified: datetime
    """Aware UTC."""


class NoFile(Exception):
    """Something that cannot be read as a file that holds a report. The message says which, and why."""


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """Return every file under the paths, in a stable order; a file is itself.

    Left out are hidden files, and what is in a Maildir beside its mails: indexes, and mails half written.
    """
    for path in paths:
        if path.is_dir():
            inner = (one for one in sorted(path.rglob("*")) if one.is_file() and not one.name.startswith("."))
            yield from (one for one in inner if not _is_beside_mails(one, path))
        else:
            yield path


def _is_beside_mails(file: Path, top: Path) -> bool:
    for folder in file.parents:
        if all((folder / name).is_dir() for name in MAILDIR_FOLDERS):
            return file.relative_to(folder).parts[0] not in MAILS_OF_A_MAILDIR
        if folder == top:
            break
    return False


def contents(path: Path) -> Iterator[FoundFile]:
    """Return what one file holds: itself, or each mail of an mbox. Raises OSError, NoFile."""
    if not path.is_file():
        raise NoFile(f"{path} is no regular file")
    modified = _modified(path)
    with path.open("rb") as file:
        is_mbox = file.read(MBOX_LOOK).lstrip(b"\r\n").startswith(MBOX_MAGIC)
    if is_mbox:
        box = mailbox.mbox(path, create=False)
        try:
            for number, key in enumerate(box.iterkeys(), 1):
                yield FoundFile(f"{_name(path)}#{number}", box.get_bytes(key), modified)
        finally:
            box.close()
        return
    if path.stat().st_size > LARGEST_FILE:
        raise NoFile(f"{path} is larger than {LARGEST_FILE // 2**20} MiB")
    yield FoundFile(_name(path), path.read_bytes(), modified)


def _name(path: Path) -> str:
    """Return the file's name, with replacements for bytes that are no UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _modified(path: Path) -> datetime:
    seconds = path.stat().st_mtime
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):  # beyond the year 9999
        return datetime.max.replace(tzinfo=UTC)


def read_file(file: FoundFile, limits: ReadLimits, now: datetime) -> Delivery:
    """Read one file. A report counts as arrived at its mail's Date; a bare one when the file was last changed.

    That holds too where the Date is impossible (before 2016, in the future); `now` where both are.
    """
    original = Original(
        file.body, media_type_of(file.body), Source.IMPORT, _arrived_at(file, None, now), name=file.name
    )
    try:
        content = read_content(original, limits)
    except Unreadable as refusal:
        return unread(original, refusal)
    date = content.frame.date if content.frame else None
    dated = replace(original, arrived_at=_arrived_at(file, date, now))
    return delivery_of(dated, content, _trusted, token_domain="", now=now)


def _arrived_at(file: FoundFile, date: datetime | None, now: datetime) -> datetime:
    return next((when for when in (date, file.modified) if when and is_possible(when, now)), now)


def _trusted(_found: FoundReport) -> Judgement:
    return IMPORTED
