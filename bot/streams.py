"""The standard streams where one is closed, or where nobody reads any more; and files written bit by bit."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TextIO

BLOCK_CHARACTERS = 2**16
"""So much is gathered before it is written."""


def open_closed_streams() -> None:
    """Put the null device in place of a stream that is closed, so that no file of ours, or socket, gets its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 -- to the program's end


def write_in_blocks(lines: Iterable[str], out: BinaryIO) -> None:
    """Write lines, many at once, as UTF-8."""
    block, size = [], 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK_CHARACTERS:
            out.write("".join(block).encode("utf-8"))
            block, size = [], 0
    out.write("".join(block).encode("utf-8"))


def write_to_nowhere(stream: TextIO) -> None:
    """Let what is still buffered go, or Python complains at its exit about what cannot be written."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
