"""What the database promises: durable, orderly, in UTC, and closed to nonsense."""

import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from storage import database
from storage.database import Database, DatabaseDamaged, DatabaseUnavailable
from storage.tables import Alert, ChangedDay, Domain, DomainDay, Original, OutboxMessage, Report, table
from tests.asking import rows, take, told
from tests.builders import DAY, NOW
from tests.standing_alerts import open_alert


def pragma(connection, name):
    return connection.execute(text(f"PRAGMA {name}")).scalar()


@pytest.mark.parametrize("way", ["reading", "writing"])
def test_every_connection_is_durable_and_checks_references(db, way):
    with getattr(db, way)() as connection:
        assert (pragma(connection, "journal_mode"), pragma(connection, "synchronous")) == ("wal", 2)
        assert pragma(connection, "foreign_keys") == 1


def test_what_was_written_is_there_for_others_and_what_raised_is_not(db):
    with db.writing() as connection:
        connection.execute(insert(table(Domain)).values(name="kept", first_seen_at=NOW, registered_by=""))
    with pytest.raises(ZeroDivisionError), db.writing() as connection:  # noqa: PT012 -- the block is what is tested
        connection.execute(insert(table(Domain)).values(name="lost", first_seen_at=NOW, registered_by=""))
        raise ZeroDivisionError
    assert rows(db, Domain, "name") == [("kept",)]


def test_a_reader_sees_one_state_while_another_writes(db):
    count = text("SELECT count(*) FROM report")
    with db.reading() as connection:
        assert connection.execute(count).scalar() == 0
        take(db, told())
        assert connection.execute(count).scalar() == 0
    with db.reading() as connection:
        assert connection.execute(count).scalar() == 1


def test_a_database_that_another_process_holds_is_unavailable(db, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.01)
    other = Database(str(db._writer.url))
    with db.writing(), pytest.raises(DatabaseUnavailable), other.writing():
        pass
    other.close()


def test_a_disk_that_is_full_is_said_to_be_unavailable_and_nothing_is_half_written(db):
    take(db, told())
    with db.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pragma(connection, 'page_count')}")
    with pytest.raises(DatabaseUnavailable, match="full"):
        take(db, *(told(report_id=str(number), day=DAY - timedelta(days=number)) for number in range(2_000)))
    assert len(rows(db, Report)) == 1


def test_a_writer_that_waits_too_long_for_its_own_process_is_unavailable_too(db, monkeypatch):
    monkeypatch.setattr(db._writer.pool, "_timeout", 0.01)
    seen = []

    def try_to_write():
        try:
            with db.writing():
                pass
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test looks at it
            seen.append(type(error))

    with db.writing():
        thread = threading.Thread(target=try_to_write)
        thread.start()
        thread.join(10)
    assert seen == [DatabaseUnavailable]


@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM nowhere", "SELECT abs(-9223372036854775808)", "SELECT sum(9223372036854775807) OVER () FROM two"],
)
def test_a_fault_of_ours_is_not_taken_for_a_database_that_comes_back(db, statement):
    two = "WITH two AS (SELECT 1 UNION ALL SELECT 2) "
    with pytest.raises(OperationalError, match=r"no such table|integer overflow"), db.reading() as connection:
        connection.exec_driver_sql(two + statement).all()


def test_a_damaged_file_has_a_sentence_of_its_own(tmp_path):
    file = tmp_path / "text.db"
    file.write_bytes(b"no database\n" * 1000)
    broken = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseDamaged, match="damaged"), broken.reading():
        pass
    broken.close()


def test_a_file_that_cannot_be_opened_is_unavailable_and_not_damaged(tmp_path):
    folder = tmp_path / "folder.db"
    folder.mkdir()
    broken = Database(f"sqlite:///{folder}")
    with pytest.raises(DatabaseUnavailable, match="unable to open") as caught, broken.reading():
        pass
    assert not isinstance(caught.value, DatabaseDamaged)
    broken.close()


def test_only_sqlite_is_taken():
    with pytest.raises(ValueError, match="sqlite"):
        Database("postgresql://user@host/db")


def test_a_time_comes_back_aware_and_in_utc(db):
    elsewhere = datetime(2026, 3, 10, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    with db.writing() as connection:
        connection.execute(insert(table(Domain)).values(name="a", first_seen_at=elsewhere, registered_by=""))
    ((found,),) = rows(db, Domain, "first_seen_at")
    assert found == elsewhere
    assert found.tzinfo is UTC
    assert found.hour == 12


@pytest.mark.parametrize("moment", [datetime(2026, 3, 10, 12, 0), datetime.min])  # noqa: DTZ001, DTZ901 -- the point
def test_a_time_without_a_zone_is_refused(db, moment):
    with pytest.raises(StatementError, match="without a zone"), db.writing() as connection:
        connection.execute(insert(table(Domain)).values(name="a", first_seen_at=moment, registered_by=""))


def test_times_are_compared_as_times(db):
    with db.writing() as connection:
        for hours in (0, 1):
            moment = NOW.astimezone(timezone(timedelta(hours=5))) + timedelta(hours=hours)
            values = {"name": str(hours), "first_seen_at": moment, "registered_by": ""}
            connection.execute(insert(table(Domain)).values(values))
    with db.reading() as connection:
        columns = table(Domain).c
        assert connection.execute(select(columns.name).where(columns.first_seen_at > NOW)).scalars().all() == ["1"]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Domain, {"name": "example.com", "first_seen_at": NOW}),
        (Domain, {"name": "a", "first_seen_at": NOW, "registered_at": NOW}),
        (Domain, {"name": "a", "first_seen_at": NOW, "failure_rate": 0.0}),
        (Domain, {"name": "a", "first_seen_at": NOW, "failure_rate": 1.5}),
        (Domain, {"name": "a", "first_seen_at": NOW, "min_failures": 0}),
        (Domain, {"name": "a", "first_seen_at": NOW, "silence_days": 0}),
        (Domain, {"name": "a", "first_seen_at": NOW, "certificate_days": -1}),
        (ChangedDay, {"domain_id": 99, "day": DAY, "changed_at": NOW}),
        (DomainDay, {"domain_id": 99, "day": DAY, "reports": 1, "successful": 1, "failed": 0}),
    ],
)
def test_nonsense_is_refused(db, model, values):
    take(db, told())
    more = {"registered_by": ""} if model is Domain else {}
    more |= {"longer_successful": 0, "longer_failed": 0} if model is DomainDay else {}
    with pytest.raises(IntegrityError), db.writing() as connection:
        connection.execute(insert(table(model)).values(values | more))


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Report, {"standing": "believed"}),
        (Report, {"copies": 0}),
        (Report, {"reporter_id": 99}),
        (Report, {"original_id": 99}),
        (Report, {"day": None}),
        (Alert, {"severity": "dreadful"}),
        (Alert, {"state": "gone"}),
        (Alert, {"domain_id": 99}),
        (OutboxMessage, {"state": "lost"}),
        (OutboxMessage, {"alert_id": 99}),
    ],
)
def test_a_row_cannot_be_changed_into_nonsense(db, model, values):
    take(db, told())
    open_alert(db)
    with db.writing() as connection:
        message = {"key": "k", "platform": "slack", "channel": "c", "alert_id": 1, "reply": {}, "state": "waiting"}
        moments = {"created_at": NOW, "due_at": NOW, "attempts": 0, "reference": "", "last_error": ""}
        connection.execute(insert(table(OutboxMessage)).values(message | moments))
    with pytest.raises(IntegrityError), db.writing() as connection:
        connection.execute(table(model).update().values(values))


def test_an_id_is_never_given_twice(db):
    take(db, told())
    with db.writing() as connection:
        connection.execute(table(Report).delete())
        connection.execute(table(Original).delete())
    take(db, told())
    assert rows(db, Report, "id", "original_id") == [(2, 2)]


def test_a_day_is_kept_as_a_day(db):
    take(db, told(day=date(2016, 1, 1)))
    with db.reading() as connection:
        assert connection.execute(text("SELECT day FROM domain_day")).scalar() == "2016-01-01"
    assert sqlite3.sqlite_version_info >= (3, 35), "RETURNING"
