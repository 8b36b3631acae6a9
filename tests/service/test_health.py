"""What monitoring asks: is it ready, what is wrong, how much came; and who may read that."""

import asyncio
import json
import sqlite3
from contextlib import closing
from math import isnan
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.readiness import FRESH_SECONDS, DatabaseCheck, Readiness, is_true
from ingest.repair_kinds import RepairKind
from tests.asking import take, told
from tests.builders import policy
from tests.https_running import NOBODY, FakeStore, serving
from tests.mails.build import text


@pytest.fixture
async def running(db):
    async with serving(FakeStore(), db) as running:
        yield running


DOCS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()


def figures(page):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def take_away(db, folder):
    with db.reading():
        pass
    Path(db.file).rename(folder / "away")


def is_there(db):
    return Path(db.file).exists()


async def test_it_lives_and_is_ready(running):
    running.readiness.watch("smtp", is_true(lambda: True, "not listening"))
    assert await running.get("/healthz") == (200, '{"status": "ok"}')
    assert await running.get("/readyz") == (200, '{"status": "ready"}')
    async with running.client.head("/healthz") as response:
        assert response.status == 200
        assert response.headers["Server"] == "tlsrpt-bot"


async def test_what_is_not_ready_is_named(running):
    async def breaks():
        raise ValueError("with a secret")

    running.readiness.watch("smtp", is_true(list, "not listening"))
    running.readiness.watch("slack", is_true(lambda: True, "not connected"))
    running.readiness.watch("imap", breaks)
    status, page = await running.get("/readyz")
    assert status == 503
    assert json.loads(page) == {
        "status": "not ready",
        "not_ready": {"smtp": "not listening", "imap": "cannot be asked (ValueError)"},
    }
    assert await running.get("/healthz") == (200, '{"status": "ok"}')


async def test_the_heartbeat_gets_the_same_in_words():
    readiness = Readiness()
    readiness.watch("writer", is_true(lambda: False, "has ended"))
    assert await readiness.in_words() == ["writer: has ended"]


# The database


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


async def test_a_database_that_is_locked_is_not_ready_until_it_is_free(db):
    clock = Clock()
    check = DatabaseCheck(db, clock)
    assert await check() == ""
    with db.writing() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(db.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await check() == "", "strangers cannot make it look more often"
        clock.now += FRESH_SECONDS
        assert await check() == "cannot be written"
        other.execute("ROLLBACK")
    clock.now += FRESH_SECONDS
    assert await check() == ""


async def test_many_who_ask_at_once_cost_one_look(db):
    class Counted:
        looks = 0

        def reading(self):
            self.looks += 1
            return db.reading()

        def writing(self):
            return db.writing()

    counted = Counted()
    check = DatabaseCheck(counted, Clock())
    assert await asyncio.gather(*(check() for _ in range(50))) == [""] * 50
    assert counted.looks == 1


async def test_a_database_that_is_gone_is_not_ready(db, tmp_path):
    check = DatabaseCheck(db, Clock())
    take_away(db, tmp_path)
    assert await check() == "cannot be read"
    assert not is_there(db), "an empty one in its place would swallow everything"


# The figures


async def test_figures_are_for_trusted_networks_only(db):
    async with serving(FakeStore(), db, trusted=NOBODY) as running:
        status, page = await running.get("/metrics")
        assert (status, json.loads(page)["error"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "198.51.100.1"},
        {"X-Forwarded-For": "127.0.0.1, 198.51.100.1, 127.0.0.1"},
        {"Forwarded": "for=198.51.100.1"},
        {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=198.51.100.1"},
        {"X-Forwarded-For": "nonsense"},
    ],
)
async def test_a_stranger_behind_a_trusted_proxy_is_a_stranger(running, headers):
    assert (await running.get("/metrics", headers=headers))[0] == 403


async def test_figures_tell_of_requests_and_of_the_age_of_the_newest_report(db):
    async with serving(FakeStore(), db) as running:
        _, page = await running.get("/metrics")
        age = figures(page)["tlsrpt_newest_report_age_seconds",]
        assert isnan(age), "there is no report yet"
        take(db, told(policy(1, 0)))
        await running.post(text(), "/v1/tlsrpt/some-token")
        await running.post(text(), "/nowhere/else")
        await running.get("/wp-login.php")
        async with running.client.get("/metrics") as response:
            assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            found = figures(await response.text())
    assert found["tlsrpt_newest_report_age_seconds",] > 0
    assert found["tlsrpt_http_requests_total", "/v1/tlsrpt/{token}", "201"] == 1
    assert found["tlsrpt_http_requests_total", "other", "404"] == 2
    assert found["tlsrpt_http_connections",] >= 1
    assert found["process_resident_memory_bytes",] > 0
    assert not [key for key in found if "wp-login" in str(key) or "some-token" in str(key)]


async def test_every_figure_and_every_kind_is_in_the_docs(running):
    names = {metric.name for metric in running.registry.collect() if metric.name.startswith("tlsrpt_")}
    assert len(names) >= 15
    assert {name for name in names if f"`{name}`" not in DOCS and f"`{name}_total`" not in DOCS} == set()
    assert {kind for kind in RepairKind if f"`{kind}`" not in DOCS} == set()


async def test_figures_come_although_the_database_is_gone(db, tmp_path):
    async with serving(FakeStore(), db) as running:
        take_away(db, tmp_path)
        status, page = await running.get("/metrics")
    assert status == 200
    assert "tlsrpt_newest_report_age_seconds NaN" in page
