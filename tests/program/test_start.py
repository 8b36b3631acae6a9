"""A start that cannot succeed: a clear sentence, the right exit code, nothing half done."""

import asyncio
import socket
import sqlite3
import sys

import pytest

from tests.program_process import ROOT, installed, running

WRONG = {
    "TLSRPT_FAILURE_RATE": "150%",
    "TLSRPT_FAILUR_RATE": "5%",
    "TLSRPT_MIN_FAILURES": "few",
    "TLSRPT_DKIM": "maybe",
    "TLSRPT_SMTP_TLS_CERT": "cert.pem",
    "TLSRPT_ALERT_CHANNELS": "mail-ops",
    "SLACK_APP_TOKEN": "xapp-secret",
}
SIGTERM_WHILE_IT_LOADS = """
import signal, sys

class Signalled:
    def find_spec(self, name, path, target=None):
        if name == "MODULE":
            signal.raise_signal(signal.SIGTERM)

sys.meta_path.insert(0, Signalled())
from bot.__main__ import main
main()
"""
NAMED = {*WRONG, "TLSRPT_SMTP_TLS_KEY", "SLACK_BOT_TOKEN"} - {"TLSRPT_SMTP_TLS_CERT", "SLACK_APP_TOKEN"}


async def test_all_settings_that_are_wrong_are_named_at_once(tmp_path):
    async with installed(tmp_path, **WRONG) as program:
        done = await program.command("run")
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    assert {name for name in NAMED if any(line.strip().startswith(f"{name}:") for line in lines)} == NAMED
    assert "did you mean TLSRPT_FAILURE_RATE" in done.err
    assert "xapp-secret" not in done.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("setting", ["TLSRPT_SMTP_LISTEN", "TLSRPT_HTTP_LISTEN"])
async def test_a_port_that_is_taken_is_named(tmp_path, setting):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        async with installed(tmp_path, **{setting: f"127.0.0.1:{port}"}) as program:
            program.launch()
            assert await program.ended(20) == 1
            (entry,) = program.events("cannot run")
            assert str(port) in entry["reason"]
            assert "address already in use" in entry["reason"]
            assert "Traceback" not in program.log


async def test_the_database_of_a_newer_version_is_left_alone(tmp_path):
    async with installed(tmp_path) as program:
        assert (await program.command("migrate")).code == 0
        file = tmp_path / "data" / "tlsrpt.db"
        database = sqlite3.connect(file)
        database.execute("UPDATE alembic_version SET version_num = 'later'")
        database.commit()
        database.close()
        before = file.read_bytes()
        program.launch()
        assert await program.ended(20) == 1
        assert "newer version" in program.events("cannot run")[0]["reason"]
        assert "Traceback" not in program.log
        asked = await program.command("ask", "status", "--json")
        assert (asked.code, asked.out) == (1, "")
        assert "newer version" in asked.err
        assert file.read_bytes() == before


async def test_a_second_bot_on_the_same_database_is_refused(folder):
    async with running(folder) as first, installed(folder) as second:
        second.starts = first.starts
        second.launch()
        assert await second.ended(20) == 1
        assert "another bot runs on" in second.log
        assert "Traceback" not in second.log


async def test_a_second_bot_that_comes_by_another_name_of_the_database_is_refused_too(folder):
    link = folder / "link.db"
    async with running(folder) as first, installed(folder, TLSRPT_DATABASE_URL=f"sqlite:///{link}") as second:
        link.symlink_to(folder / "data" / "tlsrpt.db")
        second.starts = first.starts
        second.launch()
        assert await second.ended(20) == 1
        assert "another bot runs on" in second.log


@pytest.mark.parametrize(("command", "module"), [("run", "bot.run_command"), ("demo", "bot.demo_command")])
async def test_sigterm_while_modules_are_loaded_ends_in_order(tmp_path, command, module):
    program = (sys.executable, "-c", SIGTERM_WHILE_IT_LOADS.replace("MODULE", module), command)
    process = await asyncio.create_subprocess_exec(*program, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)})
    assert await process.wait() == 0
