"""Logs on a terminal: what strangers wrote moves no cursor and changes no colour."""

import io
import logging

import pytest
import structlog

from bot.logs import set_up_logs

HOSTILE = "\x1b[2J\u202eowned\x07"


@pytest.fixture
def console(monkeypatch):
    """What is logged for people; everything is as it was afterwards."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers, root.level
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logs("console")
    yield stream
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_text_of_strangers_is_shown_without_escapes(console):
    structlog.get_logger("bot").warning(f"event {HOSTILE}", plain=HOSTILE, quoted=f"a {HOSTILE}", inside=[HOSTILE])
    logging.getLogger("library").warning("said %s", HOSTILE)
    assert console.getvalue().count("owned") == 5
    assert not set(console.getvalue()) & set("\x1b\u202e\x07")


def test_a_traceback_keeps_its_lines_and_loses_escapes(console):
    structlog.get_logger("bot").error("failed", exc_info=ValueError(HOSTILE))
    lines = console.getvalue().splitlines()
    assert lines[0].endswith("failed")
    assert lines[-1] == "ValueError: \ufffd[2J\ufffdowned\ufffd"
