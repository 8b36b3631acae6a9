"""Colour is for terminals that can show it and for people who want it."""

import pytest

from bot.terminal.colour import is_dumb, wants_colour


@pytest.mark.parametrize(
    ("environ", "is_terminal", "colour"),
    [
        ({"TERM": "xterm-256color"}, True, True),
        ({}, True, True),
        ({"TERM": "xterm-256color"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "0"}, True, False),
        ({"NO_COLOR": ""}, True, True),
    ],
)
def test_when_there_is_colour(environ, is_terminal, colour):
    assert wants_colour(environ, is_terminal=is_terminal) is colour


def test_a_dumb_terminal_is_known_by_its_name():
    assert is_dumb({"TERM": "dumb"})
    assert not is_dumb({"TERM": "vt100"})
    assert not is_dumb({})
