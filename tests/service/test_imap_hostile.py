"""A mail server that is broken or means harm: memory and time stay bounded, and reading goes on afterwards."""

import asyncio
import time
import tracemalloc

import pytest

from ingest.imap.pace import Pace
from tests.imap_server import ImapServer, running_imap_server
from tests.imap_watching import FAST, Box, until, watching

MIB = 2**20


@pytest.fixture
async def server():
    async with running_imap_server() as running:
        yield running


@pytest.fixture
def box():
    return Box()


def always(answer):
    return lambda tag, _arguments: answer.replace(b"TAG", tag)


RUBBISH = {
    "a literal without end": ("UID FETCH", b"* 1 FETCH (UID 1 BODY[]<0> {99999999999}\r\n", "too-much"),
    "a literal of a size beyond all": ("EXAMINE", b"* 1 FETCH {" + b"9" * 5000 + b"}\r\n", "not-understood"),
    "a line without end": ("EXAMINE", b"* OK " + b"x" * 2 * MIB, "too-much"),
    "lines without end": ("UID SEARCH", b"* 1 EXISTS\r\n" * 6_000, "too-much"),
    "a search without end": ("UID SEARCH", b"* SEARCH " + b"1 " * 3 * MIB, "too-much"),
    "no IMAP": ("EXAMINE", b"HTTP/1.1 200 OK\r\n\r\n", "lost"),
    "a line without CR": ("EXAMINE", b"* OK\nTAG OK\n", "lost"),
    "an answer to nothing": ("EXAMINE", b"XXXX9 OK done\r\n", "lost"),
    "no UIDVALIDITY": ("EXAMINE", b"TAG OK done\r\n", "not-understood"),
    "a UIDVALIDITY of nought": ("EXAMINE", b"* OK [UIDVALIDITY 0] x\r\nTAG OK done\r\n", "not-understood"),
    "a UIDVALIDITY beyond 32 bits": ("EXAMINE", b"* OK [UIDVALIDITY 99999999999] x\r\nTAG OK x\r\n", "not-understood"),
    "a UID of nought": ("UID FETCH", b"* 1 FETCH (UID 0 RFC822.SIZE 1)\r\nTAG OK x\r\n", "not-understood"),
    "a folder that is none": ("EXAMINE", b"TAG NO [NONEXISTENT] no\r\n", "no-folder"),
    "a refusal": ("UID SEARCH", b"TAG NO not today\r\n", "refused"),
    "a refusal to fetch": ("UID FETCH", b"TAG NO not today\r\n", "refused"),
    "a misunderstanding": ("UID SEARCH", b"TAG BAD what\r\n", "not-understood"),
    "a refusal to idle": ("IDLE", b"TAG NO not today\r\n", "refused"),
    "a farewell": ("EXAMINE", b"* BYE too many connections\r\n", "lost"),
}


@pytest.mark.parametrize("name", RUBBISH)
async def test_rubbish_is_told_and_the_next_sound_answer_is_read(server, box, name):
    command, answer, trouble = RUBBISH[name]
    server.deliver(b"one")
    server.says[command] = always(answer)
    async with watching(server, box) as watch:
        await until(lambda: watch.state.fault)
        assert watch.state.fault.trouble.value == trouble, watch.state
        server.says.clear()
        await until(lambda: watch.state.fault is None and watch.state.read_at)
    assert box.taken == [b"one"]


@pytest.mark.parametrize("greeting", [b"* BYE go away\r\n", b"220 mail.example ESMTP\r\n", b"", b"* NO\r\n"])
async def test_a_greeting_that_is_none_is_told(box, greeting):
    pace = Pace(first_pause=0.01, longest_pause=0.01, command=0.2)
    async with running_imap_server(ImapServer(greeting=greeting)) as server, watching(server, box, pace) as watch:
        await until(lambda: watch.state.fault)
    assert watch.state.fault.what_to_do


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE"])
async def test_a_server_that_never_answers_costs_its_time_and_no_more(server, box, command):
    server.deliver(b"one")
    server.silent_on.add(command)
    pace = Pace(first_pause=0.01, longest_pause=0.01, breath=0, command=0.1, idle=0.1)
    async with watching(server, box, pace) as watch:
        await until(lambda: watch.state.fault)
        server.silent_on.clear()
        await until(lambda: watch.state.fault is None and watch.state.read_at)
    assert box.taken == [b"one"]


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE"])
async def test_a_server_that_hangs_does_not_hold_up_the_stop(server, box, command):
    server.deliver(b"one")
    server.silent_on.add(command)
    async with watching(server, box):
        await until(lambda: command in server.commands)
        began = time.monotonic()
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE"])
async def test_a_server_that_closes_at_once_is_asked_again_with_growing_pauses(server, box, command):
    server.deliver(b"one")
    server.closes_on.add(command)
    async with watching(server, box, Pace(first_pause=0.02, longest_pause=0.04, breath=0)):
        await until(lambda: server.count(command) > 2)
        server.closes_on.clear()
        await until(lambda: box.taken == [b"one"] and "DONE" not in server.commands and "IDLE" in server.commands)


async def test_what_a_server_sends_beyond_measure_takes_no_memory(server, box):
    server.deliver(b"one")
    server.says["UID FETCH"] = always(b"* 1 FETCH (UID 1 BODY[]<0> {900000000}\r\n" + b"x" * 32 * MIB)
    async with watching(server, box) as watch:
        await until(lambda: "EXAMINE" in server.commands)
        tracemalloc.start()
        await until(lambda: server.count("UID FETCH") > 2 and watch.state.fault)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert watch.state.fault.trouble.value == "too-much"
    assert peak < 200 * MIB  # of which the server of this test has a good deal


async def test_a_flood_of_news_does_not_make_the_reader_spin(server, box):
    server.says["UID SEARCH"] = always(b"* SEARCH\r\n* 1 EXISTS\r\nTAG OK done\r\n")
    async with watching(server, box, Pace(breath=0.1)):
        await until(lambda: server.count("UID SEARCH") >= 2)
        before = server.count("UID SEARCH")
        await asyncio.sleep(0.25)
        assert server.count("UID SEARCH") - before <= 4


async def test_a_trouble_is_logged_once_and_its_end_too(server, box, capsys):
    server.closes_on.add("LOGIN")
    async with watching(server, box) as watch:
        await until(lambda: server.count("LOGIN") > 5)
        server.closes_on.clear()
        await until(lambda: watch.state.read_at)
    log = "".join(capsys.readouterr())
    assert log.count("the mailbox cannot be read") == 1
    assert log.count("all mails of the mailbox are read") == 1


async def test_a_connection_that_ends_is_no_trouble_as_long_as_the_next_one_works(server, box):
    async with watching(server, box) as watch:
        await until(lambda: "IDLE" in server.commands)
        server.cut()
        await until(lambda: server.count("IDLE") == 2)
        assert watch.state.since is None
    assert FAST.first_pause < 1
