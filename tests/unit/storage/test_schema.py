"""The schema: one truth in models and migrations, every released database still readable, none damaged."""

import gzip
import json
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlmodel import SQLModel

from storage.database import Database, DatabaseUnavailable
from storage.schema import HEAD, SchemaTooNew, alembic_config, current, upgrade
from storage.tables import Original, OutboxMessage, Report
from tests.alerting import Watch, day, healthy
from tests.asking import answered, rows, take, told
from tests.databases.make import answers

STORED = sorted((Path(__file__).parents[2] / "databases").glob("*.db.gz"))


@pytest.fixture
def empty(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    yield made
    made.close()


@pytest.fixture(params=STORED, ids=lambda file: file.name)
def stored(request, tmp_path):
    """A database that a released version wrote, and what that version said about it."""
    file = tmp_path / "stored.db"
    file.write_bytes(gzip.decompress(request.param.read_bytes()))
    db = Database(f"sqlite:///{file}")
    yield db, json.loads(request.param.with_name(request.param.name.replace(".db.gz", ".json")).read_text())
    db.close()


def revision(db):
    with db.reading() as connection:
        return current(connection)


def pretend(db, number):
    with db.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def same_or_more(before, after):
    """Whether `after` says all that `before` said; new fields may have come."""
    if isinstance(before, dict):
        return all(name in after and same_or_more(value, after[name]) for name, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(same_or_more, before, after))
    return before == after


def test_the_newest_migration_is_the_one_that_the_program_expects():
    script = ScriptDirectory.from_config(alembic_config())
    assert script.get_current_head() == HEAD
    assert len(script.get_bases()) == 1


def test_the_migrations_make_what_the_models_say(db):
    with db.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_the_same_checks_as_the_models(db):
    """Alembic does not compare them."""
    with db.reading() as connection:
        for model in SQLModel.metadata.sorted_tables:
            made = {check["name"] for check in inspect(connection).get_check_constraints(model.name)}
            wanted = {one.name for one in model.constraints if isinstance(one, CheckConstraint)}
            assert made == wanted, model.name


def test_the_migrations_make_tables_of_the_same_kind_as_the_models(db):
    """Nor does it compare these: without row ids, and with ids that are never used again."""
    with db.reading() as connection:
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        made = {row.name: row.sql for row in found}
    for model in SQLModel.metadata.sorted_tables:
        options = model.dialect_options["sqlite"]
        assert ("WITHOUT ROWID" in made[model.name]) is (not options["with_rowid"]), model.name
        assert ("AUTOINCREMENT" in made[model.name]) is bool(options["autoincrement"]), model.name


def test_an_empty_database_gets_the_newest_schema(empty):
    assert revision(empty) is None
    upgrade(empty)
    assert revision(empty) == HEAD
    take(empty, told())
    assert len(rows(empty, Report)) == 1


def test_an_upgrade_that_is_not_needed_changes_nothing(db):
    take(db, told())
    before = rows(db, Original)
    upgrade(db)
    assert rows(db, Original) == before


def test_a_newer_database_is_refused_and_left_as_it_is(db):
    take(db, told())
    pretend(db, "9999")
    with pytest.raises(SchemaTooNew, match="9999"):
        upgrade(db)
    assert revision(db) == "9999"
    assert len(rows(db, Report)) == 1


def test_two_processes_may_upgrade_at_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    first, second = Database(url), Database(url)
    with first.reading() as connection:
        assert current(connection) is None
        upgrade(second)
    upgrade(first)
    assert revision(first) == revision(second) == HEAD
    first.close()
    second.close()


def test_a_migration_that_fails_leaves_nothing_behind(empty, monkeypatch):
    from alembic import command

    real = command.upgrade

    def fails_at_the_end(config, target):
        real(config, target)
        raise RuntimeError("no")

    monkeypatch.setattr(command, "upgrade", fails_at_the_end)
    with pytest.raises(RuntimeError):
        upgrade(empty)
    assert revision(empty) is None
    monkeypatch.undo()
    upgrade(empty)
    assert revision(empty) == HEAD


def test_a_file_that_is_no_database_is_said_to_be_unusable(tmp_path):
    file = tmp_path / "text.db"
    file.write_text("this is no database, it is a text\n" * 100)
    broken = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseUnavailable):
        upgrade(broken)
    broken.close()


def test_a_database_of_every_released_revision_is_kept():
    script = ScriptDirectory.from_config(alembic_config())
    assert {file.name.partition(".")[0] for file in STORED} == {one.revision for one in script.walk_revisions()}


async def test_a_stored_database_is_brought_up_to_date_and_says_the_same(stored):
    db, said = stored
    upgrade(db)
    assert revision(db) == HEAD
    now = await answers(db)
    for question, before in said.items():
        assert same_or_more(before, json.loads(json.dumps(now[question]))), question


def test_a_stored_database_is_sound_and_takes_more(stored):
    db, _ = stored
    upgrade(db)
    before = len(rows(db, Report))
    take(db, told(report_id="after the upgrade"))
    assert len(rows(db, Report)) == before + 1
    with db.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


async def test_a_stored_database_takes_notes_and_subscriptions_and_keeps_following_its_alerts(stored):
    db, _ = stored
    heard_before = {row[0] for row in rows(db, OutboxMessage, "channel")}
    upgrade(db)
    before = (await answered(db, "note example.com")).data["total"]
    await answered(db, "note example.com certificate renewed")
    await answered(db, "subscribe example.com channel=slack:C0NEW999")
    assert (await answered(db, "status example.com")).data["notes"][0]["text"] == "certificate renewed"
    assert (await answered(db, "note example.com")).data["total"] == before + 1
    watch = Watch(db)
    watch.on(day(9))
    watch.takes(healthy(3, 9_000))
    assert watch.closes() == 1
    ends = {channel for channel, key in rows(db, OutboxMessage, "channel", "key") if ":resolved:" in key}
    assert ends == heard_before | {"C0NEW999"}
