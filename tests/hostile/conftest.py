"""Fixtures of the hostile suite: one program for many attacks, as one in the field has to bear them."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.attacked import STRANGERS
from tests.program_process import Program


def attacked_program(folder: Path, empty_database_file: Path, **settings: str) -> Iterator[Program]:
    """The program, started; stopped in order at the end, however it was treated."""
    (folder / "data").mkdir()
    shutil.copy(empty_database_file, folder / "data" / "tlsrpt.db")
    program = Program(folder, **STRANGERS | settings)
    try:
        asyncio.run(program.start())
        yield program
        if program.process is not None:
            asyncio.run(program.stop())
    finally:
        program.kill()
        program.show_logs()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, empty_database_file: Path) -> Iterator[Program]:
    yield from attacked_program(tmp_path_factory.mktemp("attacked"), empty_database_file)


@pytest.fixture(scope="module")
def strangers() -> Iterator[str]:
    """Addresses of the loopback network, none of them twice."""
    return (f"127.0.1.{number}" for number in range(1, 255))


@pytest.fixture
def stranger(strangers: Iterator[str]) -> str:
    """An address that no other test has used: rates are kept by address."""
    return next(strangers)


@pytest.fixture
def folder(tmp_path: Path, empty_database_file: Path) -> Path:
    """Where a program of one's own may run."""
    (tmp_path / "data").mkdir()
    shutil.copy(empty_database_file, tmp_path / "data" / "tlsrpt.db")
    return tmp_path
