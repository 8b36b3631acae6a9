"""Log lines at a terminal where somebody types: they go where answers go, not into the line that is being typed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from typing import Any, TextIO


@contextmanager
def log_lines_to(stream: TextIO | TextIOBase) -> Iterator[None]:
    """Let what is logged to a terminal go to `stream` meanwhile."""
    moved: list[tuple[logging.StreamHandler[Any], TextIO]] = []
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream.isatty():
            moved.append((handler, handler.stream))
            handler.setStream(stream)
    try:
        yield
    finally:
        for handler, before in moved:
            handler.setStream(before)
