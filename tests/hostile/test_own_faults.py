"""Faults of our own, in the real program: the sender comes again, the log says it once, nothing needs a restart."""

import asyncio
import resource
import sqlite3
from contextlib import closing

import pytest

from tests.hostile.attacked import assert_honest_report_gets_in, deliver
from tests.program_mails import report_mail
from tests.program_process import running
from tests.smtp_client import RawClient

OURS = "451 4.3.0"
A_SMALL_DISK = 128 * 1024
SOME_MAILS = 20


@pytest.fixture
async def program(folder):
    async with running(folder) as program:
        yield program


@pytest.fixture
def database(folder):
    return folder / "data" / "tlsrpt.db"


def domains(number):
    return [f"d{at}.example.com" for at in range(number)]


async def answers_to(program, names):
    return [answer[:9] for answer in await asyncio.gather(*(deliver(program, report_mail(one, 5)) for one in names))]


async def assert_all_is_well_again(program, names, put_off):
    """What was put off is taken now, everything counts once, and the log told of the fault in a few lines."""
    assert set(await answers_to(program, names)) == {"250 2.0.0"}
    assert {one: total for one, total in (await program.sessions()).items() if one in names} == dict.fromkeys(names, 5)
    assert 1 <= len(program.events("could not store")) <= 2, "the turn of a minute may lie in between"
    assert len(program.events("cannot receive")) <= 2
    assert [one["put_off"] for one in program.events("storing again")] == [put_off]
    await assert_honest_report_gets_in(program)


async def test_a_database_that_is_locked(program, database):
    names = domains(1)  # each batch waits five seconds for the lock
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await answers_to(program, names) == [OURS]
        other.execute("ROLLBACK")
    await assert_all_is_well_again(program, names, put_off=1)


@pytest.mark.parametrize("what", ["file", "folder"])
async def test_a_database_that_is_taken_away_and_comes_back(program, database, what):
    await assert_honest_report_gets_in(program)
    names = domains(SOME_MAILS)
    place = database if what == "file" else database.parent
    away = place.rename(place.with_name("away"))
    assert set(await answers_to(program, names)) == {OURS}
    async with await RawClient.connect(program.smtp_port) as client:
        await client.greet()
        await client.say(b"MAIL FROM:<>\r\n")
        assert (await client.say(b"RCPT TO:<some-token@localhost>\r\n")).startswith(OURS)
    assert not place.exists(), "an empty database in its place would swallow everything"
    away.rename(place)
    await assert_all_is_well_again(program, names, SOME_MAILS)


async def test_a_database_that_is_replaced_by_its_backup(program, database):
    early, late = domains(2)
    await answers_to(program, [early])
    backup = database.with_name("backup.db")
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(backup)) as then:
        now.backup(then)
    assert await answers_to(program, [late]) == ["250 2.0.0"]
    backup.rename(database)
    await assert_honest_report_gets_in(program)
    names = (await program.sessions()).keys()
    assert early in names
    assert late not in names
    assert await answers_to(program, [late]) == ["250 2.0.0"]
    assert late in await program.sessions()


async def test_a_disk_that_is_full(program):
    assert program.process is not None
    _, most = resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (A_SMALL_DISK, most))
    taken, refused = [], []
    for name in domains(200):
        (answer,) = await answers_to(program, [name])
        (taken if answer == "250 2.0.0" else refused).append(name)
        assert answer in {"250 2.0.0", OURS}
        if len(refused) == SOME_MAILS:
            break
    assert taken, "the disk was full too early to prove anything"
    assert len(refused) == SOME_MAILS, "the disk was never full"
    resource.prlimit(program.process.pid, resource.RLIMIT_FSIZE, (most, most))
    await assert_all_is_well_again(program, taken + refused, SOME_MAILS)


async def test_a_report_whose_storing_fails_as_nobody_foresaw_is_kept_and_the_others_are_stored(program, database):
    with closing(sqlite3.connect(database)) as other:
        other.execute(
            "CREATE TRIGGER poison BEFORE INSERT ON report WHEN NEW.report_id = 'id-d7.example.com' "
            "BEGIN SELECT RAISE(ABORT, 'poison'); END"
        )
        other.commit()
    names = domains(SOME_MAILS)
    assert set(await answers_to(program, names)) == {"250 2.0.0"}
    assert set(names) - set(await program.sessions()) == {"d7.example.com"}
    (entry,) = program.events("the reader failed: what came is kept")
    assert "take_in" in entry["trace"]
    with closing(sqlite3.connect(database)) as other:
        assert other.execute("SELECT reason FROM quarantined").fetchall() == [("reader-failed",)]
    assert not program.events("could not store")
    await assert_honest_report_gets_in(program)
