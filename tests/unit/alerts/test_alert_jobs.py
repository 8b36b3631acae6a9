"""The jobs of the alert rules: what cannot be judged stops nothing else, and a stop comes between two days."""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.alert_jobs import judge_what_changed, resolve_what_is_over
from storage.database import DatabaseUnavailable
from storage.tables import ChangedDay
from tests.alerting import Watch, broken, day, healthy
from tests.asking import rows, take, told
from tests.builders import failure, policy
from tests.standing_alerts import alerts


class Counted:
    """A database that counts the transactions that write, and may hold one open or refuse it."""

    def __init__(self, db, before=lambda _: None):
        self._db, self._before, self.written = db, before, 0
        self.reading = db.reading

    @contextmanager
    def writing(self):
        self.written += 1
        self._before(self.written)
        with self._db.writing() as connection:
            yield connection


@pytest.fixture
def watch(db):
    return Watch(db)


def waits(watch, *deliveries):
    take(watch.db, *deliveries, now=watch.now)
    watch.now += watch.rules.delay


def of(domain, signer):
    return told(policy(50, 50, failure(sessions=50), policy_domain=domain), signer=signer, report_id=domain)


async def test_each_day_is_a_transaction_of_its_own(watch):
    waits(watch, *(broken(-number, report_id=f"r{number}", arrived_at=watch.now) for number in range(70)))
    counted = Counted(watch.db)
    await judge_what_changed(counted, watch.rules, lambda: watch.now)
    assert counted.written == 70
    assert rows(watch.db, ChangedDay) == []


async def test_a_day_that_cannot_be_judged_is_logged_and_stops_no_other(watch):
    waits(watch, *(of(name, "google.com") for name in ("a.example", "b.example", "c.example")))
    with watch.db.writing() as connection:
        connection.execute(text("UPDATE domain SET failure_rate = 0.05, min_failures = 'x' WHERE name = 'b.example'"))
    with capture_logs() as logged:
        await judge_what_changed(watch.db, watch.rules, lambda: watch.now)
    (entry,) = logged
    assert (entry["domain_id"], entry["day"], entry["log_level"]) == (2, day(0).isoformat(), "error")
    assert alerts(watch.db, "domain_id") == [(1,), (3,)]
    assert rows(watch.db, ChangedDay) == [], "it would fail again and again"


async def test_a_database_that_is_not_there_makes_no_day_forgotten(watch):
    waits(watch, broken())

    def refuse(_):
        raise DatabaseUnavailable("locked")

    with pytest.raises(DatabaseUnavailable):
        await judge_what_changed(Counted(watch.db, refuse), watch.rules, lambda: watch.now)
    assert len(rows(watch.db, ChangedDay)) == 1


async def test_an_alert_that_cannot_be_looked_at_is_logged_and_stops_no_other(watch):
    watch.takes(*(of(name, "google.com") for name in ("a.example", "b.example", "c.example")))
    with watch.db.writing() as connection:
        connection.execute(text("UPDATE domain SET failure_rate = 0.05, min_failures = 'x' WHERE name = 'b.example'"))
    watch.on(day(5))
    later = (told(policy(9_000, policy_domain=f"{name}.example"), day=day(2), report_id=name) for name in "abc")
    take(watch.db, *later, now=watch.now)
    with capture_logs() as logged:
        await resolve_what_is_over(watch.db, watch.rules, lambda: watch.now)
    assert [(entry["alert"], entry["log_level"]) for entry in logged] == [(2, "error")]
    assert alerts(watch.db, "state") == [("resolved",), ("open",), ("resolved",)]


async def test_a_stop_comes_between_two_days(watch):
    waits(watch, *(healthy(-number) for number in range(5)))
    begun, gate = threading.Event(), threading.Event()

    def hold(_):
        begun.set()
        assert gate.wait(10)

    counted = Counted(watch.db, hold)
    job = asyncio.create_task(judge_what_changed(counted, watch.rules, lambda: watch.now))
    assert await asyncio.to_thread(begun.wait, 10)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    gate.set()
    await asyncio.get_running_loop().shutdown_default_executor()
    assert counted.written == 1
    assert len(rows(watch.db, ChangedDay)) == 4, "the day that was begun is whole, the others wait"
