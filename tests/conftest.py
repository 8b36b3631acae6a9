"""Fixtures that all tests share."""

import shutil

import pytest

from storage.database import Database
from storage.schema import upgrade


@pytest.fixture(scope="session")
def empty_database_file(tmp_path_factory):
    """An up-to-date, empty database: migrated once, copied for each test."""
    file = tmp_path_factory.mktemp("schema") / "empty.db"
    made = Database(f"sqlite:///{file}")
    upgrade(made)
    made.close()
    return file


@pytest.fixture
def new_database(empty_database_file, tmp_path_factory):
    """Make another empty database, as often as it is called; all are closed at the end."""
    opened = []

    def make():
        file = tmp_path_factory.mktemp("database") / "test.db"
        shutil.copy(empty_database_file, file)
        opened.append(Database(f"sqlite:///{file}"))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def db(new_database):
    return new_database()


LONGEST_IN_A_NAME = 40


def pytest_make_parametrize_id(config, val, argname):
    """Keep long values out of a test's name: keys that are made anew would give each worker other names."""
    del config
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_IN_A_NAME else None
