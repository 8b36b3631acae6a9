"""Mails whose DKIM keys could not be looked up: held, judged again by the running bot, and counted once."""

import signal
import sqlite3
from contextlib import asynccontextmanager, closing

import pytest

from tests.dkim_signing import rsa_record, signed
from tests.dns_server import Trouble, running_dns_server
from tests.program_mails import report_mail, send
from tests.program_process import installed

KEY = "s1._domainkey.sender.example"
RECIPIENT = "tls-reports@reports.example"
SECONDS = 20


@asynccontextmanager
async def without_dns(folder, **settings):
    """A bot that requires signatures, and a name server that is in trouble."""
    async with running_dns_server() as dns:
        dns.publish_txt(KEY, rsa_record())
        dns.trouble(KEY, Trouble.SERVFAIL)
        settings |= {"TLSRPT_REPORT_DOMAIN": "reports.example", "TLSRPT_DNS_SERVERS": f"127.0.0.1:{dns.port}"}
        async with installed(folder, **settings) as program:
            await program.start()
            yield program, dns
            await program.stop()


def rechecks(program, statement="SELECT original_id, attempts FROM dkim_recheck"):
    with closing(sqlite3.connect(program.folder / "data" / "tlsrpt.db", timeout=SECONDS)) as connection, connection:
        return connection.execute(statement).fetchall()


def let_time_pass(program):
    """Let what waits for its next try be due now."""
    rechecks(program, "UPDATE dkim_recheck SET due_at = '2026-03-01 00:00:00.000000'")


async def counted(program, domain="example.com"):
    (status,) = await program.ask(f"status {domain} all")
    return status["sessions"]["total"], status["held"]


async def nothing_waits(program):
    await program.until(lambda: not rechecks(program), SECONDS)


@pytest.mark.parametrize("restart", [None, signal.SIGTERM, signal.SIGKILL], ids=["no restart", "a restart", "kill -9"])
async def test_a_mail_that_came_while_dns_was_away_counts_once_dns_is_back(folder, restart):
    async with without_dns(folder) as (program, dns):
        assert await send(program.smtp_port, signed(report_mail("example.com", 590, 10)), recipient=RECIPIENT) == [250]
        assert await counted(program) == (0, 1)
        ((_, attempts),) = rechecks(program)
        assert attempts == 0
        dns.troubles.clear()
        if restart is signal.SIGTERM:
            await program.stop()
            await program.start()
        elif restart is signal.SIGKILL:
            program.kill()
            await program.start()
        let_time_pass(program)
        await nothing_waits(program)
        assert await counted(program) == (600, 0)
        reports, reporters = await program.ask("reports example.com all", "reporters example.com all")
    ((one,), (reporter,)) = (reports["reports"], reporters["reporters"])
    assert (one["dkim"], one["trust"], one["copies"], one["counted"]) == ("pass", "verified", 1, True)
    assert reporter["reporter"] == "sender.example"


async def test_what_is_not_genuine_stays_apart_once_dns_is_back(folder):
    async with without_dns(folder) as (program, dns):
        changed = signed(report_mail("example.com", 590, 10)).replace(b"Subject: Report\r\n", b"Subject: Changed\r\n")
        assert await send(program.smtp_port, changed, recipient=RECIPIENT) == [250]
        dns.troubles.clear()
        let_time_pass(program)
        await nothing_waits(program)
        assert await counted(program) == (0, 1)
        (report,) = await program.ask("report 1")
    assert report["report"][0]["dkim"] == "fail"
    assert "DKIM: signature did not verify (d=sender.example s=s1)." in report["report"][0]["marks"]


async def test_an_answer_that_failed_a_moment_ago_is_no_answer_to_the_next_try(folder):
    """The key look-up remembers failures for half a minute: far longer than this test lasts."""
    async with without_dns(folder) as (program, dns):
        assert await send(program.smtp_port, signed(report_mail("example.com", 590, 10)), recipient=RECIPIENT) == [250]
        let_time_pass(program)
        await program.until(lambda: rechecks(program) and rechecks(program)[0][1] == 1, SECONDS)
        assert await counted(program) == (0, 1)
        dns.troubles.clear()
        let_time_pass(program)
        await nothing_waits(program)
        assert await counted(program) == (600, 0)
