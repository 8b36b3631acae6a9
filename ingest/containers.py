"""What files hold: one mail or report, or many in a mailbox or an archive."""

import gzip
import mailbox
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from ingest.reader.inflate import GZIP_MAGIC, is_zip

LARGEST_FILE = 64 * 2**20
"""Bytes of one mail or report."""
LARGEST_UNPACKED = 8 * 2**30
"""Bytes of a packed mailbox, unpacked into a temporary file."""
BLOCK = 2**20
DEEPEST = 3
"""Containers within each other: a mailbox, in gzip, in an archive."""
LOOK = 1_024
"""Bytes in which a mail or a mailbox shows itself: empty lines may stand before it."""
MBOX = re.compile(rb"[\r\n]*From [^\n]*\n")
MAIL = re.compile(rb"[\r\n]*[!-9;-~]{1,76}:[ \t\r\n]")
FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
"""What unpacking may raise."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """The bytes of one mail or report, and where they are from."""

    name: str
    body: bytes
    modified: datetime
    """Aware UTC."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that was not read: a sentence says what, and why."""

    why: str


Found = Iterator[FoundFile | LeftOut]
Packed = IO[bytes] | gzip.GzipFile
Open = Callable[[], Packed]


class Kind(Enum):
    """What a file is to an import."""

    MAILBOX = auto()
    GZIP = auto()
    """With a mail or a mailbox in it; a report in gzip is one file."""
    ARCHIVE = auto()
    """With mails or mailboxes in it; reports in an archive are one file."""
    ONE = auto()


def contents(path: Path) -> Found:
    """Return what a file holds. Raises OSError."""
    if not path.is_file():
        yield LeftOut(f"{path} is no regular file")
        return
    yield from _within(path, _name(path), _modified(path), DEEPEST)


def _within(path: Path, name: str, modified: datetime, depth: int) -> Found:
    kind = _kind(path) if depth else Kind.ONE
    if kind is Kind.MAILBOX:
        yield from _mails(path, name, modified)
    elif kind is Kind.GZIP:
        yield from _unpacked(partial(gzip.GzipFile, path), name, modified, depth)
    elif kind is Kind.ARCHIVE:
        with zipfile.ZipFile(path) as archive:
            for entry in _files(archive):
                inner = f"{name}/{entry.filename}"
                yield from _unpacked(partial(archive.open, entry), inner, modified, depth)
    elif path.stat().st_size > LARGEST_FILE:
        yield _too_large(name)
    elif body := _without_empty_lines(path.read_bytes()):
        yield FoundFile(name, body, modified)


def _kind(path: Path) -> Kind:
    with path.open("rb") as file:
        start = file.read(LOOK)
    if MBOX.match(start):
        return Kind.MAILBOX
    if start.startswith(GZIP_MAGIC):
        return Kind.GZIP if _holds_mails(partial(gzip.GzipFile, path)) else Kind.ONE
    if is_zip(start):
        try:
            with zipfile.ZipFile(path) as archive:
                found = any(_holds_mails(partial(archive.open, entry)) for entry in _files(archive))
        except FAULTS:
            return Kind.ONE
        return Kind.ARCHIVE if found else Kind.ONE
    return Kind.ONE


def _holds_mails(open_: Open) -> bool:
    try:
        with open_() as packed:
            start = packed.read(LOOK)
    except FAULTS:
        return False
    return bool(MBOX.match(start) or MAIL.match(start))


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [entry for entry in archive.infolist() if not entry.is_dir()]


def _unpacked(open_: Open, name: str, modified: datetime, depth: int) -> Found:
    """Unpack into a temporary file, and look into that."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "unpacked"
        try:
            with open_() as packed, file.open("wb") as copy:
                _copy(packed, copy)
        except FAULTS as error:
            yield LeftOut(f"{name} cannot be unpacked ({error or type(error).__name__})")
            return
        yield from _within(file, name, modified, depth - 1)


def _copy(packed: Packed, copy: IO[bytes]) -> None:
    """Copy it all; raises ValueError when there is more than may be unpacked."""
    left = LARGEST_UNPACKED
    while block := packed.read(BLOCK):
        left -= len(block)
        if left < 0:
            raise ValueError(f"it holds more than {LARGEST_UNPACKED // 2**30} GiB")
        copy.write(block)


def _mails(path: Path, name: str, modified: datetime) -> Found:
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            mail = f"{name}#{number}"
            with box.get_file(key) as file:
                body = file.read(LARGEST_FILE + 1)
            if len(body) > LARGEST_FILE:
                yield _too_large(mail)
            elif body := _without_empty_lines(body):
                yield FoundFile(mail, body, modified)
    finally:
        box.close()


def _without_empty_lines(body: bytes) -> bytes:
    """Return a mail without the empty lines before its header, which would make a body of it."""
    return body.lstrip(b"\r\n") if body[:1] in b"\r\n" else body


def _too_large(name: str) -> LeftOut:
    return LeftOut(f"{name} is larger than {LARGEST_FILE // 2**20} MiB")


def _name(path: Path) -> str:
    """Return the file's name, with replacements for bytes that are no UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _modified(path: Path) -> datetime:
    seconds = path.stat().st_mtime
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError):  # beyond the year 9999
        return datetime.max.replace(tzinfo=UTC)
