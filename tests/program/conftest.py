"""Fixtures of the tests of the whole program."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.program_slack import WatchedSlack


@pytest.fixture
def folder(tmp_path: Path, empty_database_file: Path) -> Path:
    """Where the program may run: with an empty database, as making one takes a fifth of the time of a start."""
    (tmp_path / "data").mkdir()
    shutil.copy(empty_database_file, tmp_path / "data" / "tlsrpt.db")
    return tmp_path


@pytest.fixture
async def slack() -> AsyncIterator[WatchedSlack]:
    async with WatchedSlack() as server:
        yield server
