"""The file of the database is taken away, comes back, or is replaced while the program runs."""

import shutil
from pathlib import Path

import pytest

from storage.database import Database, DatabaseUnavailable
from storage.schema import upgrade


def write(database, text):
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS kept (text)")
        connection.exec_driver_sql("INSERT INTO kept VALUES (?)", (text,))


def kept(database):
    with database.reading() as connection:
        return [text for (text,) in connection.exec_driver_sql("SELECT text FROM kept ORDER BY rowid")]


@pytest.fixture
def file(db):
    write(db, "first")
    return Path(db.file)


def test_a_file_that_was_moved_away_is_neither_written_nor_read_nor_made_anew(db, file):
    away = file.rename(file.with_name("away.db"))
    for use in (write, lambda database, _text: kept(database)):
        with pytest.raises(DatabaseUnavailable, match="is gone"):
            use(db, "lost")
    assert not file.exists()
    away.rename(file)
    write(db, "second")
    assert kept(db) == ["first", "second"]


def test_a_file_that_was_deleted_is_not_written(db, file):
    file.unlink()
    with pytest.raises(DatabaseUnavailable, match="is gone"):
        write(db, "lost")


def test_a_file_that_took_the_place_is_written_and_the_old_one_keeps_what_it_had(db, file, tmp_path):
    backup = tmp_path / "backup.db"
    other = Database(f"sqlite:///{backup}")
    upgrade(other)
    write(other, "of the backup")
    other.close()
    write(db, "second")
    away = file.rename(file.with_name("away.db"))
    shutil.move(backup, file)
    write(db, "new")
    assert kept(db) == ["of the backup", "new"]
    with db.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    old = Database(f"sqlite:///{away}")
    assert kept(old) == ["first", "second"]
    old.close()


def test_while_the_old_file_is_in_use_the_new_one_waits(db, file, tmp_path):
    with db.reading():
        shutil.copy(file, tmp_path / "copy.db")
        shutil.move(tmp_path / "copy.db", file)
        with pytest.raises(DatabaseUnavailable, match="was replaced"):
            write(db, "too early")
    write(db, "in time")
    assert kept(db)[-1] == "in time"


def test_what_was_written_while_the_file_was_taken_away_does_not_pass_for_kept(db, file):
    def take_away_in_the_middle():
        with db.writing() as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES ('lost')")
            file.rename(file.with_name("away.db"))

    with pytest.raises(DatabaseUnavailable, match="taken away"):
        take_away_in_the_middle()
