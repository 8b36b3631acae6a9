"""What is deployed: the wheel holds everything, the Dockerfile copies what there is, the systemd unit is sound."""

import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.program_process import ROOT, running

PACKAGES = ("bot", "commands", "ingest", "storage")
UNIT = ROOT / "deploy" / "tlsrpt-bot.service"
HIGHEST_EXPOSURE = 2.0
"""Of 10, as systemd-analyze counts."""
WITHOUT_WRITABLE_CODE = """
import ctypes, os, sys
PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
if ctypes.CDLL(None).prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0):
    sys.exit(77)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1]])
"""
CHART_AND_KEYS = """
import asyncio
from datetime import date
import discord, slack_bolt
from nacl.signing import SigningKey
from bot.charts.picture import png
from commands.reply import Chart, DayBar
assert asyncio.run(png(Chart("x", (DayBar(date(2026, 1, 1), 5, 1),)))).startswith(b"\\x89PNG")
key = SigningKey.generate()
key.verify_key.verify(key.sign(b"x"))
"""


def systemd_analyze(*arguments):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607


def files_of_the_packages():
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if path.suffix != ".pyc"}


def test_the_wheel_holds_every_file_of_the_program(tmp_path):
    source = tmp_path / "source"
    shutil.copytree(ROOT / "bot", source / "bot")
    for name in (*PACKAGES[1:], "pyproject.toml", "README.md", "LICENSE"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), ".")
    subprocess.run([*pip], cwd=source, check=True, capture_output=True)  # noqa: S603
    (wheel,) = tmp_path.glob("*.whl")
    assert files_of_the_packages() - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_the_dockerfile_copies_what_there_is_and_what_the_ignore_file_lets_through():
    let_through = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    copied = set()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE):
        copied |= set(sources.split())
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)
    assert set(PACKAGES) < copied


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE)
    unit = tmp_path / UNIT.name
    unit.write_text(text)
    done = systemd_analyze("verify", str(unit))
    assert (done.returncode, [line for line in done.stderr.splitlines() if UNIT.name in line]) == (0, [])


def test_the_unit_is_hardened():
    done = systemd_analyze("security", "--offline=true", f"--threshold={int(HIGHEST_EXPOSURE * 10)}", str(UNIT))
    assert done.returncode == 0, done.stdout


def test_charts_keys_and_chats_need_no_memory_that_is_written_and_run():
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", WITHOUT_WRITABLE_CODE, CHART_AND_KEYS], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode == 77:
        pytest.skip("this kernel knows no PR_SET_MDWE")
    assert done.returncode == 0, done.stderr


async def test_the_healthcheck_of_the_container_asks_the_running_bot(folder):
    (command,) = re.findall(r'"-c", "(import urllib[^"]+)"', (ROOT / "Dockerfile").read_text())
    async with running(folder) as program:
        check = command.replace(":8080/", f":{program.http_port}/")
        assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0  # noqa: ASYNC221, S603
        await program.stop()
        done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=False)  # noqa: ASYNC221, S603
        assert done.returncode != 0
