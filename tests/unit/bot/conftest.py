"""What several tests of the program's parts need."""

import io
import logging

import pytest


class TerminalLog(io.StringIO):
    """A terminal on which log lines appear."""

    def isatty(self):
        return True


@pytest.fixture
def log_on_the_terminal():
    """What is logged to a terminal; it must go there again when the test is over."""
    stream = TerminalLog()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)
    assert handler.stream is stream
