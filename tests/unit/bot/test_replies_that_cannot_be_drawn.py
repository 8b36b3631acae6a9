"""A reply that cannot be drawn is told in a sentence, and what comes after it is answered."""

import json
import sys
from datetime import date

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from structlog.testing import capture_logs

from bot.ask_command import _answer_all
from bot.dispatch import Answer, Outcome
from bot.terminal.console import Look
from bot.terminal.lines import Lines
from bot.terminal.prompt import Prompt
from commands.reply import Chart, DayBar, Reply

UNDRAWABLE = Reply("Bad.", chart=Chart("Sessions", (DayBar(date(2026, 3, 9), 1.0, 2.0),)), data={"x": object()})
"""Floats where there are whole numbers: what sums that had overflowed once made of a chart."""


class Answers:
    """A dispatcher with two answers."""

    async def answer(self, text, _asker):
        return Answer(Outcome.ANSWERED, await self.reply(text, _asker))

    async def reply(self, text, _asker):
        return UNDRAWABLE if text == "bad" else Reply("Good.")


class Screen(DummyOutput):
    """A terminal that remembers what was written."""

    def __init__(self):
        self.text = ""

    def write(self, data):
        self.text += data

    write_raw = write


def test_a_reply_that_cannot_be_drawn_is_logged_with_the_reference_that_is_told(capsys):
    with capture_logs() as logged:
        Lines(0, sys.stdout, colour=False).show(UNDRAWABLE)
    (entry,) = logged
    out = capsys.readouterr().out
    assert out.strip().count("\n") == 0
    assert entry["reference"] in out
    assert isinstance(entry["exc_info"], TypeError)


async def test_the_prompt_goes_on_after_a_reply_that_cannot_be_drawn():
    screen = Screen()
    with create_pipe_input() as keys, create_app_session(input=keys, output=screen), capture_logs() as logged:
        keys.send_text("bad\ngood\nexit\n")
        await Prompt(Look(), colour=False).talk(Answers())
    assert len(logged) == 1
    assert screen.text.index(logged[0]["reference"]) < screen.text.index("Good.")


@pytest.mark.parametrize("as_json", [True, False])
async def test_ask_goes_on_after_a_reply_that_cannot_be_drawn_and_says_that_one_failed(capsys, as_json):
    with capture_logs() as logged:
        outcomes = await _answer_all(Answers(), ["bad", "good"], files=None, as_json=as_json)
    assert outcomes == {Outcome.FAILED, Outcome.ANSWERED}
    out, err = capsys.readouterr()
    if as_json:
        bad, good = map(json.loads, out.splitlines())
        assert (bad["ok"], bad["error"]["code"], good["ok"]) == (False, "failed", True)
        assert logged[0]["reference"] in bad["error"]["message"]
    else:
        assert (out, err.count("\n")) == ("Good.\n", 1)
        assert logged[0]["reference"] in err
