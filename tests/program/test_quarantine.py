"""Mails that one version or setting cannot read, and the next one can: nothing is lost, nothing counts twice."""

import asyncio
import subprocess

import pytest

from tests.program_mails import report_mail, send
from tests.program_process import COMMAND, installed

TOO_LITTLE = "1024"
"""Bytes of an unpacked report that may be read, at first."""
MAILS = 80


@pytest.fixture
async def program(folder):
    """A bot that reads what it is sent today; what came before was too large for it."""
    async with installed(folder) as found:
        found.settings["TLSRPT_MAX_REPORT_BYTES"] = TOO_LITTLE
        await found.start()
        large = {"organisation": f"Sender Inc.{' ' * int(TOO_LITTLE)}"}
        mails = [report_mail(f"d{number}.example", 9, 1, **large) for number in range(MAILS)]
        assert await send(found.smtp_port, *mails) == [250] * MAILS
        await found.stop()
        found.settings["TLSRPT_MAX_REPORT_BYTES"] = "1000000"
        await found.start()
        yield found
        await found.stop()


async def sessions(program):
    """Return those of all domains."""
    return sum((await program.sessions()).values())


async def test_what_could_not_be_read_is_listed_shown_read_again_and_counted(program):
    listed, shown = await program.ask("quarantine", "quarantine show 1")
    assert listed["groups"] == [{"sender": "sender.example", "reason": "too-large-inflated", "mails": MAILS}]
    assert shown["mail"][0]["envelope_from"] == "tlsrpt@sender.example"
    assert await program.sessions() == {}
    (one,) = await program.ask("quarantine retry 1")
    assert one["read"] == [1]
    assert await sessions(program) == 10
    every, left = await program.ask("quarantine retry all", "quarantine")
    assert (len(every["read"]), every["new"], every["stay"]) == (MAILS - 1, MAILS - 1, [])
    assert left["mails"] == []
    assert await sessions(program) == 10 * MAILS


async def test_a_retry_that_is_killed_in_the_middle_loses_nothing_and_counts_nothing_twice(program):
    killed = 0
    left = []
    for seconds in (0.7, 1.0, 1.3):
        retry = _begun(program)
        await asyncio.to_thread(_wait, retry, seconds)
        killed += retry.returncode != 0
        left.append((await program.ask("quarantine"))[0]["total"])
        assert await sessions(program) == 10 * (MAILS - left[-1]), left
    assert killed
    await program.ask("quarantine retry all")
    assert (await program.ask("quarantine"))[0]["total"] == 0
    assert await sessions(program) == 10 * MAILS


def _begun(program):
    command = [*COMMAND, "ask", "quarantine retry all"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=program.folder, env=program._environment(), **quiet)  # noqa: S603 - our own program


def _wait(retry, seconds):
    try:
        retry.wait(seconds)
    except subprocess.TimeoutExpired:
        retry.kill()
        retry.wait()
