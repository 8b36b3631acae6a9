"""gzip and zip, unpacked under a limit (RFC 1952; RFC 8460 section 5.2)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from ingest.reader.unreadable import Unreadable, UnreadableReason

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"
_ZIP_DIRECTORY_ENTRY = b"PK\x01\x02"
_GZIP_WINDOW = 31
_MAX_GZIP_MEMBERS = 100
_MAX_ZIP_ENTRIES = 1_000
_ENCRYPTED = 0x1
# bzip2 and LZMA cannot be unpacked under a limit, and no sender uses them
_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def gunzip(packed: bytes, limit: int) -> bytes:
    """Return at most `limit` bytes from all members of a gzip file; what follows the last member is ignored.

    Raises Unreadable: gzip-truncated, gzip-damaged (checksum too), too-large-inflated.
    """
    pieces: list[bytes] = []
    left = limit
    for _ in range(_MAX_GZIP_MEMBERS):
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            piece = member.decompress(packed, left + 1)
        except zlib.error as error:
            raise Unreadable(UnreadableReason.GZIP_DAMAGED) from error
        left -= len(piece)
        if left < 0:
            raise Unreadable(UnreadableReason.TOO_LARGE_INFLATED)
        if not member.eof:
            raise Unreadable(UnreadableReason.GZIP_TRUNCATED)
        pieces.append(piece)
        packed = member.unused_data
        if not packed.startswith(GZIP_MAGIC):
            break
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def is_zip(data: bytes) -> bool:
    """Tell a zip archive, an empty one too, by its first bytes."""
    return data.startswith((ZIP_MAGIC, _EMPTY_ZIP_MAGIC))


def unzip(packed: bytes, limit: int, total: int, max_files: int) -> Iterator[bytes]:
    """Yield the first files of a zip archive: each not larger than `limit` bytes, together not larger than `total`.

    Raises Unreadable: zip-damaged, encrypted-archive, too-large-inflated; too-many-files after the last that is read.
    """
    if packed.count(_ZIP_DIRECTORY_ENTRY) > max(_MAX_ZIP_ENTRIES, 2 * max_files):
        raise Unreadable(UnreadableReason.ZIP_DAMAGED, "It lists too many files.")
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            for entry in files[:max_files]:
                content = _member(archive, entry, min(limit, total))
                total -= len(content)
                yield content
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError) as error:
        raise Unreadable(UnreadableReason.ZIP_DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:
        raise Unreadable(UnreadableReason.ZIP_DAMAGED, "It needs a feature of zip that is not supported.") from error
    if len(files) > max_files:
        raise Unreadable(UnreadableReason.TOO_MANY_FILES, f"Only the first {max_files} of {len(files)} were read.")


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise Unreadable(UnreadableReason.ENCRYPTED_ARCHIVE)
    if entry.compress_type not in _ZIP_METHODS:
        raise Unreadable(UnreadableReason.ZIP_DAMAGED, "It is packed by an unusual method.")
    with archive.open(entry) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(UnreadableReason.TOO_LARGE_INFLATED)
    return content
