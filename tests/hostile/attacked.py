"""The real program under attack: what it takes at most, and that an honest report still gets in."""

import asyncio
import re
import secrets
from pathlib import Path

from tests.program_mails import report_mail
from tests.program_process import Program
from tests.smtp_client import RawClient

RECIPIENT = b"tls-reports@localhost"
STRANGERS = {"TLSRPT_TRUSTED_NETWORKS": "192.0.2.0/24"}
"""A setting with which loopback, whence the attacks come, is not trusted."""
HONEST = "127.0.0.99"
"""Whoever attacks has other addresses."""
MIB = 1024 * 1024


def forget_peak(program: Program) -> None:
    """Let the peak of the process's memory begin anew."""
    _proc(program, "clear_refs").write_text("5")


def peak_bytes(program: Program) -> int:
    """Return the most memory that the process has had, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", _proc(program, "status").read_text())
    assert found
    return int(found[1]) * 1024


def _proc(program: Program, name: str) -> Path:
    assert program.process is not None
    return Path("/proc") / str(program.process.pid) / name


async def deliver(program: Program, body: bytes, *, local: str = HONEST) -> str:
    """Send one mail as it is; return the answer to its end."""
    async with await RawClient.connect(program.smtp_port, local=local) as client:
        await client.until_data(RECIPIENT)
        return await client.say(body.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n")


async def assert_honest_report_gets_in(program: Program) -> None:
    """A report from an address of its own, about a domain of its own, is stored and counts."""
    domain = f"{secrets.token_hex(4)}.example.com"
    async with asyncio.timeout(10):
        assert (await deliver(program, report_mail(domain, 7))).startswith("250 2.0.0 stored"), program.log
    assert program.process is not None
    assert program.process.poll() is None
    assert "Traceback" not in program.log
