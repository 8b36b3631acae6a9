"""The timetable: again and again, never twice at once, and in order at the end."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.jobs import LINES_A_MINUTE, Timetable
from storage.database import DatabaseUnavailable

OFTEN = 0.005
"""Seconds between two runs."""


class Job:
    """Counts its runs, and can be held open."""

    def __init__(self):
        self.begun = self.ended = self.at_once = self.most_at_once = 0
        self.called_off = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.changed = asyncio.Condition()

    async def __call__(self):
        self.begun += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await self._tell()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.called_off = True
            raise
        finally:
            self.at_once -= 1
        self.ended += 1
        await self._tell()

    async def _tell(self):
        async with self.changed:
            self.changed.notify_all()

    async def until(self, condition):
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: condition(self))


@pytest.fixture
async def timetable():
    made = Timetable()
    made.start()
    yield made
    if made._scheduler.running:
        await made.stop(0)


async def test_a_job_runs_again_and_again(timetable):
    job = Job()
    timetable.every(OFTEN, "job", job)
    await job.until(lambda one: one.ended >= 3)


async def test_a_job_that_is_not_over_is_not_begun_a_second_time(timetable):
    slow, fast = Job(), Job()
    slow.gate.clear()
    timetable.every(OFTEN, "slow", slow)
    timetable.every(OFTEN, "fast", fast)
    await slow.until(lambda one: one.begun == 1)
    seen = fast.ended
    await fast.until(lambda one: one.ended >= seen + 10)
    assert slow.begun == 1
    slow.gate.set()
    await slow.until(lambda one: one.ended >= 3)
    assert slow.most_at_once == 1


async def test_a_job_that_fails_is_logged_by_name_and_runs_again(timetable):
    good, runs = Job(), []

    async def bad():
        runs.append(1)
        raise ValueError("no")

    with capture_logs() as logged:
        timetable.every(OFTEN, "bad", bad)
        timetable.every(OFTEN, "good", good)
        await good.until(lambda one: one.ended >= 10 and len(runs) >= 3)
    assert {(entry["event"], entry["job"], entry["log_level"]) for entry in logged} == {("job failed", "bad", "error")}
    assert len(logged) <= 2 * LINES_A_MINUTE, "one that runs every second would fill the log"


async def test_a_job_without_its_database_is_no_fault_of_the_program(timetable):
    runs = []

    async def job():
        runs.append(1)
        raise DatabaseUnavailable("the file is gone")

    good = Job()
    with capture_logs() as logged:
        timetable.every(OFTEN, "job", job)
        timetable.every(OFTEN, "good", good)
        await good.until(lambda one: one.ended >= 10 and len(runs) >= 3)
    assert {(entry["event"], entry["reason"], entry["log_level"]) for entry in logged} == {
        ("job waits for the database", "the file is gone", "warning")
    }
    assert "exc_info" not in logged[0]


async def test_a_stop_lets_what_runs_come_to_its_end_and_begins_no_more(timetable):
    job = Job()
    job.gate.clear()
    timetable.every(OFTEN, "job", job)
    await job.until(lambda one: one.begun == 1)
    stopping = asyncio.create_task(timetable.stop(10))
    await asyncio.sleep(0)
    assert not stopping.done()
    job.gate.set()
    await stopping
    assert (job.begun, job.ended, job.called_off) == (1, 1, False)


async def test_a_stop_calls_off_what_takes_too_long(timetable):
    job = Job()
    job.gate.clear()
    timetable.every(OFTEN, "job", job)
    await job.until(lambda one: one.begun == 1)
    await timetable.stop(OFTEN)
    assert (job.ended, job.called_off, job.at_once) == (0, True, 0)


async def test_a_stop_without_any_job_is_quick(timetable):
    await timetable.stop(10)


async def test_after_a_stop_no_task_is_left(timetable):
    job = Job()
    timetable.every(OFTEN, "job", job)
    await job.until(lambda one: one.ended >= 2)
    await timetable.stop(1)
    assert [task for task in asyncio.all_tasks() if task.get_name().startswith("job-")] == []
