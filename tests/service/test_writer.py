"""The writer: what fails is put off or kept, never lost, and what waits is bounded."""

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from ingest import backlog
from ingest.backlog import SMALL, Backlog, weight
from ingest.delivery import Judgement, delivery_of, read_content
from ingest.metrics import ReceptionMetrics
from ingest.reader.mail import ReadLimits
from ingest.smtp.values import OurFault
from ingest.writer import Writer
from storage.arrival import DkimVerdict, Original, Source, Trust
from storage.database import DatabaseUnavailable
from storage.reception_tables import Quarantined
from storage.tables import Report
from tests.asking import rows
from tests.mails.build import mail, text

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def clock():
    return NOW


def delivery(report_id="1"):
    body = mail(text((("report-id",), report_id)))
    original = Original(body, "message/rfc822", Source.SMTP, NOW, recipients=("tls-reports@reports.example.net",))
    judgement = Judgement(DkimVerdict.NONE, Trust.UNVERIFIED)
    return delivery_of(original, read_content(original, ReadLimits()), lambda _: judgement, "", NOW)


class Troubled:
    """A database whose next transactions fail, each in its way."""

    def __init__(self, database):
        self._database = database
        self.troubles: list[Exception] = []

    @contextmanager
    def writing(self):
        if self.troubles:
            raise self.troubles.pop(0)
        with self._database.writing() as connection:
            yield connection


@pytest.fixture
def troubled(db):
    return Troubled(db)


@asynccontextmanager
async def writing(database, registry=None):
    writer = Writer(database, clock, ReceptionMetrics(registry or CollectorRegistry()))
    task = asyncio.create_task(writer.run())
    yield writer
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def outcomes(writer, *deliveries):
    return await asyncio.gather(*map(writer.store, deliveries), return_exceptions=True)


async def test_while_the_database_is_unavailable_all_are_put_off_and_the_log_says_it_once(db, troubled):
    troubled.troubles = [DatabaseUnavailable("locked")] * 3
    registry = CollectorRegistry()
    async with writing(troubled, registry) as writer:
        with capture_logs() as logs:
            for _ in range(3):
                found = await outcomes(writer, *(delivery(str(number)) for number in range(4)))
                assert [type(one) for one in found] == [OurFault] * 4
            assert set(await outcomes(writer, *(delivery(str(number)) for number in range(4)))) == {("stored",)}
    assert [(one["event"], one.get("put_off")) for one in logs] == [("could not store", None), ("storing again", 12)]
    assert registry.get_sample_value("tlsrpt_our_faults_total", {"source": "smtp"}) == 12
    assert len(rows(db, Report, "id")) == 4


async def test_one_that_fails_as_nobody_foresaw_takes_no_other_with_it_and_is_kept(db, troubled):
    async with writing(troubled) as writer:
        troubled.troubles = [ValueError("secret of a mail")] * 2
        with capture_logs() as logs:
            found = await outcomes(writer, delivery("bad"), delivery("good"))
    assert found == [("quarantined",), ("stored",)]
    assert rows(db, Quarantined, "reason") == [("reader-failed",)]
    (entry,) = logs
    assert "in writing" in entry["trace"]
    assert "secret" not in str(logs)


async def test_one_that_cannot_even_be_kept_comes_again(db, troubled):
    async with writing(troubled) as writer:
        troubled.troubles = [ValueError("secret of a mail")] * 2
        with capture_logs() as logs:
            (found,) = await outcomes(writer, delivery())
        assert isinstance(found, OurFault)
        assert "secret" not in str(logs)
        assert await writer.store(delivery()) == ("stored",)
    assert rows(db, Quarantined, "reason") == []


async def test_want_of_memory_is_no_fault_of_the_mail(db, troubled):
    async with writing(troubled) as writer:
        troubled.troubles = [MemoryError()]
        (found,) = await outcomes(writer, delivery())
        assert isinstance(found, OurFault)
        assert await writer.store(delivery()) == ("stored",)
    assert rows(db, Quarantined, "reason") == []


async def test_when_too_many_wait_the_next_comes_again_and_there_is_room_when_they_are_stored(db, monkeypatch):
    monkeypatch.setattr(backlog, "MOST_ORIGINALS", 3)
    writer = Writer(db, clock)
    waiting = [asyncio.create_task(writer.store(delivery(str(number)))) for number in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(OurFault, match="too much is waiting"):
        await writer.store(delivery("4"))
    writing = asyncio.create_task(writer.run())
    assert await asyncio.gather(*waiting) == [("stored",)] * 3
    assert await writer.store(delivery("4")) == ("stored",)
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


async def test_who_is_gone_still_takes_room_until_the_mail_is_stored(db, monkeypatch):
    monkeypatch.setattr(backlog, "MOST_ORIGINALS", 2)
    writer = Writer(db, clock)
    gone, waits = (asyncio.create_task(writer.store(delivery(name))) for name in ("1", "2"))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(OurFault):
        await writer.store(delivery("3"))
    writing = asyncio.create_task(writer.run())
    assert await waits == ("stored",)
    assert await writer.store(delivery("3")) == ("stored",)
    assert len(rows(db, Report, "id")) == 3
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


def test_large_ones_fill_the_room_and_usual_ones_still_fit(monkeypatch):
    monkeypatch.setattr(backlog, "MOST_BYTES", 1_000)
    waiting = Backlog()
    waiting.enter(5_000)
    with pytest.raises(OurFault):
        waiting.enter(1)
    waiting.enter(0)
    waiting.leave(5_000)
    with waiting.room_for(600):
        with pytest.raises(OurFault):
            waiting.enter(500)
        waiting.enter(400)


def test_a_usual_report_weighs_nothing_and_one_of_many_failures_does():
    usual = delivery()
    assert weight(usual.original, usual.rows) == 0
    assert weight(usual.original, 50_000) > 20_000_000
    assert weight(replace(usual.original, body=bytes(SMALL + 7)), 0) == 7
