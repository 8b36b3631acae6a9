"""The prompt of `tlsrpt-bot run` at a terminal: history from run to run, and plain where escapes are not wanted."""

import re
import stat

import pytest

from tests.program_at_a_terminal import ALERT_SECONDS, at_a_terminal, in_pipes
from tests.program_process import free_port

COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
"""Anything that looks other than plain: not the reset, not the moves of the cursor."""
CTRL_D, ENTER, UP = "\x04", "\r", "\x1b[A"


def ports():
    return {"TLSRPT_SMTP_LISTEN": f"127.0.0.1:{free_port()}", "TLSRPT_HTTP_LISTEN": "off"}


def prompt_after_the_answer(text):
    """Whether the answer about certificates stands there, and the prompt after it: keys typed in between get lost."""
    return "tlsrpt>" in text.partition("openssl s_client")[2]


async def test_what_was_typed_in_one_run_is_there_in_the_next(folder):
    history = folder / ".local" / "state" / "tlsrpt-bot" / "history"
    async with at_a_terminal(folder, "run", **ports()) as bot:
        await bot.says("tlsrpt>")
        bot.type(f"explain certificate-expired{ENTER}")
        await bot.until(prompt_after_the_answer)
        bot.type(CTRL_D)
        await bot.ends()
    assert history.read_text() == "explain certificate-expired\n"
    assert stat.S_IMODE(history.stat().st_mode) == 0o600
    (folder / "tmp").rmdir()
    async with at_a_terminal(folder, "run", **ports()) as bot:
        await bot.says("tlsrpt>")
        bot.type(UP)
        await bot.says("explain certificate-expired")
        bot.type(ENTER)
        await bot.until(prompt_after_the_answer)
        bot.type(f"exit{ENTER}")
        await bot.ends()


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
async def test_no_colour_where_none_is_wanted(folder, environ):
    async with at_a_terminal(folder, "run", **ports() | environ) as bot:
        await bot.says("tlsrpt>")
        bot.type(f"status nowhere.example{ENTER}")
        await bot.until(lambda text: "tlsrpt>" in text.partition("Next: ")[2])
        bot.type(f"exit{ENTER}")
        await bot.ends()
        assert not COLOUR.findall(bot.raw)
        assert "TERM" not in environ or "\x1b" not in bot.raw


async def test_at_a_terminal_there_is_colour(folder):
    async with at_a_terminal(folder, "run", **ports()) as bot:
        await bot.says("tlsrpt>")
        bot.type(f"explain certificate-expired{ENTER}")
        await bot.says("openssl s_client")
        assert COLOUR.findall(bot.raw)


async def test_in_a_pipe_there_is_no_escape_and_the_bot_ends_with_its_input(folder):
    async with in_pipes(folder, "run", "--console", **ports()) as bot:
        bot.type("status nowhere.example\nexplain certificate-expired\nexit\n")
        await bot.ends()
        assert "openssl s_client" in bot.text
        assert "\x1b" not in bot.raw
    assert not (folder / ".local").exists()


async def test_at_a_dumb_terminal_an_alert_has_lines_of_its_own(folder):
    async with at_a_terminal(folder, "demo", TERM="dumb") as demo:
        shown = await demo.says("tlsrpt>")
        assert "Tab" not in shown
        shown = await demo.until(lambda text: text.count("tlsrpt>") > 1, ALERT_SECONDS)
        assert re.search(r"tlsrpt> \r\n.* bank.example: TLS fails", shown)
        assert shown.endswith("starttls-not-supported\r\n\r\ntlsrpt> ")
        demo.type("exit\n")
        await demo.ends()
        assert "\x1b" not in demo.raw
