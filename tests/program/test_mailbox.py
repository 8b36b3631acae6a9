"""A mailbox as the only door: what is put into it arrives, once, whatever becomes of connection, server and bot."""

import asyncio
import json
import time
import urllib.request
from contextlib import asynccontextmanager
from urllib.error import HTTPError

import pytest

from tests.imap_server import PASSWORD, ImapServer, running_imap_server
from tests.program_mails import report_mail
from tests.program_process import DEV_MODE, STOP_SECONDS, free_port, installed, running

MAILS = 500
PERSONAL = b"From: friend@people.example\r\nSubject: lunch\r\n\r\nAt one?\r\n"


def settings(server, scheme="imap"):
    url = f"{scheme}://reports%40example.com@127.0.0.1:{server.port}"
    return {"TLSRPT_IMAP_URL": url, "TLSRPT_IMAP_PASSWORD": PASSWORD, "TLSRPT_SMTP_LISTEN": "off"}


@asynccontextmanager
async def mailbox_and_bot(folder, **more):
    async with running_imap_server() as server, running(folder, **settings(server), **more) as program:
        yield server, program


def reports(first, last):
    return {f"d{number}.example.com": number for number in range(first, last + 1)}


def put(server, sessions):
    server.deliver(*(report_mail(domain, total) for domain, total in sessions.items()))


def not_ready(program):
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(f"http://127.0.0.1:{program.http_port}/readyz", timeout=STOP_SECONDS)
    with caught.value as answer:
        return json.load(answer)["not_ready"]


async def until_sessions(program, expected):
    deadline = time.monotonic() + 30
    while (found := await program.sessions()) != expected:
        assert time.monotonic() < deadline, (len(found), len(expected))
        await asyncio.sleep(0.1)


async def test_mails_arrive_within_seconds_and_those_of_people_stay_where_they_are(folder):
    async with mailbox_and_bot(folder) as (server, program):
        put(server, reports(1, 3))
        server.deliver(PERSONAL, report_mail("bad.example", 1).replace(b"H4sI", b"AAAA"))
        began = time.monotonic()
        await until_sessions(program, reports(1, 3))
        assert time.monotonic() - began < 10
        await program.until(lambda: any("quarantined" in one for one in program.events("mailbox read")))
    assert "STORE" not in server.commands
    assert set(server.fetched.values()) == {1}


async def test_each_mail_is_read_once_though_the_connection_is_cut_and_the_server_restarted(folder):
    mailbox = ImapServer(port=free_port())
    async with installed(folder, **settings(mailbox)) as program:
        async with running_imap_server(mailbox):
            await program.start()
            put(mailbox, reports(1, 50))
            await program.until(lambda: len(mailbox.fetched) >= 32)
            mailbox.cut()
            await until_sessions(program, reports(1, 50))
        await program.until(lambda: program.events("the mailbox cannot be read"))
        put(mailbox, reports(51, 60))
        async with running_imap_server(mailbox):
            await until_sessions(program, reports(1, 60))
            await program.stop()
    assert max(mailbox.fetched.values()) <= 2


async def test_kill_9_in_the_middle_costs_no_report_and_doubles_none(folder):
    async with running_imap_server() as server, installed(folder, **settings(server)) as program:
        sessions = reports(1, MAILS)
        put(server, sessions)
        for share in (5, 2):
            await program.start()
            await program.until(lambda enough=MAILS // share: len(server.fetched) >= enough)
            program.kill()
        seen = len(server.fetched)
        assert seen < MAILS, "the bot was killed too late to prove anything"
        await program.start()
        await until_sessions(program, sessions)
        await program.stop()
        await program.start()
        await program.until(lambda: program.events("all mails of the mailbox are read"))
        assert await program.sessions() == sessions
        assert sum(server.fetched.values()) <= MAILS + 2 * 32
        await program.stop()


@pytest.mark.parametrize("command", ["CAPABILITY", "EXAMINE", "UID FETCH", "IDLE"])
async def test_a_server_that_hangs_does_not_hold_up_the_stop(folder, command):
    async with running_imap_server() as server, installed(folder, **settings(server), **DEV_MODE) as program:
        put(server, reports(1, 1))
        server.silent_on.add(command)
        await program.start()
        await program.until(lambda: command in server.commands)
        began = time.monotonic()
        await program.stop()
        assert time.monotonic() - began < STOP_SECONDS


async def test_a_wrong_password_is_said_once_and_the_rest_of_the_bot_works(folder):
    async with running_imap_server(ImapServer(password="other")) as server:  # noqa: SIM117 -- the server comes first
        async with running(folder, **settings(server)) as program:
            await program.until(lambda: server.count("LOGIN") >= 2)
            assert await program.healthz() == 200
            assert await asyncio.to_thread(not_ready, program) == {"mailbox": "cannot be read (login-refused)"}
            (said,) = program.events("the mailbox cannot be read")
            assert "app password" in said["what_to_do"]
            assert PASSWORD not in program.log
            put(server, reports(1, 1))
            server.password = PASSWORD
            await until_sessions(program, reports(1, 1))


async def test_a_ca_file_that_cannot_be_read_stops_the_start(folder):
    more = {"TLSRPT_IMAP_URL": "imaps://a@localhost", "TLSRPT_IMAP_PASSWORD": "x", "TLSRPT_CA_FILE": "/does/not/exist"}
    async with installed(folder, **more) as program:
        done = await program.command("run")
    assert done.code == 1
    assert "TLSRPT_CA_FILE: /does/not/exist cannot be used: No such file or directory" in done.err
