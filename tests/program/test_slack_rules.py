"""Everything that the program says on Slack, held to the list of Slack's published limits."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.program_mails import report_mail, send
from tests.program_process import running
from tests.program_slack import ADMIN, asked, fault_reported, on

CHECK_CHAT = Path(__file__).parents[2].parent / "shared" / "tools" / "check_chat.py"
QUESTIONS = (
    "",
    "help status",
    "status",
    "status many.example all",
    "failures many.example all",
    "reporters many.example all",
    "reports many.example all",
    "report 1",
    "explain certificate-expired",
    "set many.example failure-rate=2%",
    "domain add many.example",
    "domain list",
    "stauts many.example",
    "<@U0ANN> *x* `y` <!channel>",
)


async def problems(folder: Path, message: dict[str, Any]) -> str:
    """Return what the list says against a message; empty when all is well."""
    file = folder / "message.json"
    file.write_text(json.dumps({"blocks": message["blocks"]}))
    command = [sys.executable, str(CHECK_CHAT), "slack", "message", str(file)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.skipif(not CHECK_CHAT.is_file(), reason=f"the list of limits is not there: {CHECK_CHAT}")
async def test_every_answer_and_alert_keeps_the_published_limits(folder, slack):
    async with running(folder, **on(slack)) as program:
        hostile = "<!channel> *bold* <https://evil.example|x> " + "long " * 200
        mails = [report_mail("many.example", number, 5, report_id=str(number)) for number in range(1, 40)]
        mails += [report_mail("many.example", 1, 1, report_id=hostile, organisation=hostile)]
        assert set(await send(program.smtp_port, *mails)) == {250}
        await fault_reported(program, "other.example", 50)
        answers = [await asked(program, slack, text, user_id=ADMIN) for text in QUESTIONS]
        await program.until(lambda: slack.posts_about("other.example"))

    found = {message["text"][:60]: await problems(folder, message) for message in (*answers, *slack.messages)}
    assert not any(found.values()), found
    assert slack.refusals == []
