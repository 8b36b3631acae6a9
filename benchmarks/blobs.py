"""Mails and texts in a file, for the processes that work on them."""

from collections.abc import Iterable
from pathlib import Path

_LENGTH = 4


def write_blobs(path: Path, blobs: Iterable[bytes]) -> None:
    path.write_bytes(b"".join(len(blob).to_bytes(_LENGTH, "big") + blob for blob in blobs))


def read_blobs(path: Path) -> list[bytes]:
    content, found, position = path.read_bytes(), [], 0
    while position < len(content):
        start = position + _LENGTH
        position = start + int.from_bytes(content[position:start], "big")
        found.append(content[start:position])
    return found
