"""What people see is what the golden files hold; `make golden` writes them anew, and the diff is to be read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands.registry import commands
from storage.database import Database
from storage.schema import upgrade
from tests.golden_cases import FOLDER, QUESTIONS, drawn, goldens
from tests.golden_commands_page import PAGE, commands_page
from tests.golden_story import tell

CHECKER = Path(__file__).parents[4] / "shared" / "tools" / "check_chat.py"
REFRESH = "`make golden` writes it anew; read the diff"


@pytest.fixture
async def now_drawn(tmp_path):
    """Return every file as the program draws it now."""
    database = Database(f"sqlite:///{tmp_path}/golden.db")
    upgrade(database)
    files = {}
    for golden in await goldens(database, tell(database)):
        files |= await drawn(golden)
    database.close()
    return files


async def test_every_reply_looks_on_every_platform_as_it_did(now_drawn):
    for path, text in now_drawn.items():
        assert path.read_text() == text, f"{path.name} differs: {REFRESH}"


async def test_there_is_no_golden_file_of_a_reply_that_is_gone(now_drawn):
    assert {path for path in FOLDER.rglob("*") if path.is_file()} == set(now_drawn), REFRESH


def test_every_command_has_a_golden_answer():
    assert {question.split()[0] for question in QUESTIONS.values()} >= set(commands())


def test_the_page_of_commands_is_up_to_date():
    assert PAGE.read_text() == commands_page(), REFRESH


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_the_published_limits_hold_for_every_golden_message(platform):
    if not CHECKER.exists():
        pytest.skip("../shared/tools/check_chat.py is not there")
    for path in sorted((FOLDER / platform).glob("*.json")):
        command = [sys.executable, "-B", str(CHECKER), platform, "message", str(path), "chart.png"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
        assert (done.returncode, done.stdout + done.stderr) == (0, ""), path.name
        assert json.loads(path.read_text())
