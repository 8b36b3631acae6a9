"""What was typed is kept in a small file of one's own; failing to keep it is no error."""

import os
import stat
from pathlib import Path

import pytest

from bot.terminal.console import history_file
from bot.terminal.history import LONGEST_LINE, MOST_LINES, LineHistory


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/a"}, "/state/tlsrpt-bot/history"),
        ({"HOME": "/home/a"}, "/home/a/.local/state/tlsrpt-bot/history"),
        ({"XDG_STATE_HOME": "", "HOME": "/home/a"}, "/home/a/.local/state/tlsrpt-bot/history"),
        ({"XDG_STATE_HOME": "relative", "HOME": "/home/a"}, "/home/a/.local/state/tlsrpt-bot/history"),
    ],
)
def test_it_stands_in_the_state_directory_of_the_user(environ, path):
    assert history_file(environ) == Path(path)


@pytest.mark.parametrize("environ", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_without_a_home_there_is_none(environ):
    assert history_file(environ) is None


def test_the_newest_line_comes_first_and_only_the_owner_can_read_the_file(tmp_path):
    file = tmp_path / "a" / "b" / "history"
    for line in ("status", "failures shop.example", "ä ü"):
        LineHistory(file).store_string(line)
    assert list(LineHistory(file).load_history_strings()) == ["ä ü", "failures shop.example", "status"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path):
    file = tmp_path / "history"
    file.touch(mode=0o644)
    LineHistory(file).store_string("status")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_history_that_leads_to_the_null_device_is_left_as_it_is(tmp_path):
    before = Path(os.devnull).stat().st_mode
    (tmp_path / "history").symlink_to(os.devnull)
    history = LineHistory(tmp_path / "history")
    history.store_string("status")
    assert list(history.load_history_strings()) == []
    assert Path(os.devnull).stat().st_mode == before


def test_what_was_pasted_is_kept_line_by_line(tmp_path):
    history = LineHistory(tmp_path / "history")
    history.store_string("status\n\nhelp\nexit")
    assert list(history.load_history_strings()) == ["help", "status"]


def test_the_file_is_cut_when_it_has_become_long(tmp_path):
    file = tmp_path / "history"
    file.write_text("".join(f"line {number}\n" for number in range(3 * MOST_LINES)))
    found = list(LineHistory(file).load_history_strings())
    assert (len(found), found[0], found[-1]) == (MOST_LINES, "line 2999", "line 2000")
    assert file.read_text().count("\n") == MOST_LINES
    assert [one.name for one in tmp_path.iterdir()] == ["history"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_line_that_is_too_long_is_not_kept(tmp_path):
    history = LineHistory(tmp_path / "history")
    history.store_string("x" * (LONGEST_LINE + 1))
    assert list(history.load_history_strings()) == []


def test_whatever_is_in_the_file_does_no_harm(tmp_path):
    file = tmp_path / "history"
    file.write_bytes(b"\xff\x00\x1b[2Jstatus\n" + os.urandom(5_000_000) + b"\nhelp\n")
    found = list(LineHistory(file).load_history_strings())
    assert found[0] == "help"
    assert len(found) <= MOST_LINES
    assert not any("\x1b" in line for line in found)


def test_a_place_that_cannot_be_written_or_read_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    for history in (LineHistory(tmp_path / "file" / "history"), LineHistory(tmp_path)):
        history.store_string("status")
        assert list(history.load_history_strings()) == []


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "history")
    history = LineHistory(tmp_path / "history")
    history.store_string("status")
    assert list(history.load_history_strings()) == []
