"""The prompt: what keys do, what is pasted, and what appears above the line that is being typed."""

import logging

from bot.terminal.console import Look
from commands.reply import Reply
from tests.typing_at_a_prompt import Echo, at_a_prompt

CTRL_C, CTRL_D, TAB, UP, ENTER = "\x03", "\x04", "\t", "\x1b[A", "\r"


async def test_a_line_is_answered_and_exit_leaves():
    async with at_a_prompt() as typist:
        typist.press(f"status{ENTER}Exit{ENTER}")
        assert await typist.leaves() == ["status"]
        assert "You said status." in typist.screen.text


async def test_ctrl_d_leaves_on_an_empty_line():
    async with at_a_prompt() as typist:
        typist.press(CTRL_D)
        assert await typist.leaves() == []


async def test_ctrl_d_in_a_line_deletes_what_is_under_the_cursor_and_does_not_leave():
    async with at_a_prompt() as typist:
        typist.press(f"statuss\x1b[D{CTRL_D}{ENTER}{CTRL_D}")
        assert await typist.leaves() == ["status"]


async def test_ctrl_c_clears_the_line_however_often_it_is_pressed():
    async with at_a_prompt() as typist:
        typist.press(f"domain remove{CTRL_C}{CTRL_C}{CTRL_C}status{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["status"]


async def test_blank_lines_ask_nothing():
    async with at_a_prompt() as typist:
        typist.press(f"{ENTER}   {ENTER}exit{ENTER}")
        assert await typist.leaves() == []


async def test_every_whole_line_of_a_paste_runs_and_the_rest_is_there_to_be_edited():
    async with at_a_prompt() as typist:
        typist.paste("status\r\n\r\nfailures shop.example\nhel")
        assert await typist.asked(2) == ["status", "failures shop.example"]
        typist.press(f"p{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["status", "failures shop.example", "help"]


async def test_a_paste_of_one_line_waits_for_enter():
    async with at_a_prompt() as typist:
        typist.press("status ")
        typist.paste("shop.example")
        typist.press(f" 7d{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["status shop.example 7d"]


async def test_a_pasted_exit_leaves_and_nothing_after_it_runs():
    async with at_a_prompt() as typist:
        typist.paste("status\nexit\nfailures\n")
        assert await typist.leaves() == ["status"]


async def test_an_alert_comes_above_the_line_and_leaves_it_as_it_is():
    async with at_a_prompt() as typist:
        typist.press("failures sh")
        await typist.until(lambda: "failures sh" in typist.screen.text)
        typist.prompt.show(Reply("shop.example: the certificate has expired."))
        await typist.until(lambda: "has expired" in typist.screen.text)
        after = typist.screen.text.partition("has expired")[2]
        await typist.until(lambda: "failures sh" in typist.screen.text.partition("has expired")[2])
        assert "failures sh" not in after.partition("\n")[0]
        typist.press(f"op.example{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["failures shop.example"]


async def test_tab_completes_a_verb_and_a_domain():
    async with at_a_prompt(answers=Echo("shop.example", "bank.example")) as typist:
        typist.press(f"sta{TAB}")
        await typist.until(lambda: typist.line == "status")
        typist.press(f" sh{TAB}")
        await typist.until(lambda: typist.line == "status shop.example")
        typist.press(f"{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["status shop.example"]


async def test_what_was_typed_is_there_again_in_the_next_run(tmp_path):
    look = Look(history=tmp_path / "state" / "history")
    async with at_a_prompt(look) as typist:
        typist.press(f"status shop.example{ENTER}exit{ENTER}")
        await typist.leaves()
    async with at_a_prompt(look) as typist:
        await typist.until(lambda: typist.history)
        typist.press(f"{UP}{ENTER}exit{ENTER}")
        assert await typist.leaves() == ["status shop.example"]


async def test_without_a_file_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    async with at_a_prompt() as typist:
        typist.press(f"status{ENTER}exit{ENTER}")
        await typist.leaves()
    assert not list(tmp_path.iterdir())


async def test_the_status_line_is_cut_to_the_width_and_holds_no_control_character():
    line = "2 reports came in \x1b[31m" + "x" * 300
    async with at_a_prompt(Look(status_line=lambda: line)) as typist:
        await typist.until(lambda: "2 reports came in" in typist.screen.text)
        assert "\x1b" not in typist.screen.text
        assert "x" * 100 not in typist.screen.text
        assert "x…" in typist.screen.text


async def test_log_lines_come_above_the_prompt_and_not_into_it(log_on_the_terminal):
    async with at_a_prompt() as typist:
        await typist.until(lambda: typist.is_open)
        logging.getLogger("somewhere").warning("disk nearly full")
        await typist.until(lambda: "disk nearly full\n" in typist.screen.text)
        typist.press(f"exit{ENTER}")
        await typist.leaves()
    assert log_on_the_terminal.getvalue() == ""
