"""The console in a pipe: a line each, no escape sequence, and an end with the input."""

import asyncio
import io
import logging
import os
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.terminal.lines import INVITATION, LONGEST_LINE, Lines, typed_lines
from commands.reply import Chart, Reply, Tone
from tests.typing_at_a_prompt import PATIENCE_SECONDS, Echo

STDIN = 0


@pytest.fixture
def pipe():
    read, write = os.pipe()
    with os.fdopen(read, "rb") as reader, os.fdopen(write, "wb", buffering=0) as writer:
        yield reader, writer


async def answered(given: bytes, pipe, *, colour: bool = False) -> tuple[list[str], str]:
    """Let some bytes be read to their end; return what was asked and what was written."""
    reader, writer = pipe
    writer.write(given)
    writer.close()
    out, echo = io.StringIO(), Echo()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await Lines(reader.fileno(), out, colour=colour).talk(echo)
    return echo.asked, out.getvalue()


async def test_every_line_is_answered_the_last_one_without_line_break_too(pipe):
    asked, out = await answered(b"status\n\n  failures shop.example \r\nhelp", pipe)
    assert asked == ["status", "failures shop.example", "help"]
    assert out == "You said status.\n\nYou said failures shop.example.\n\nYou said help.\n\n"


async def test_exit_ends_it_and_nothing_after_it_is_asked(pipe):
    asked, _ = await answered(b"status\nEXIT\nhelp\n", pipe)
    assert asked == ["status"]


async def test_no_input_at_all_ends_it():
    nothing = os.open(os.devnull, os.O_RDONLY)
    await Lines(nothing, io.StringIO(), colour=False).talk(Echo())
    os.close(nothing)


async def test_a_file_is_read_like_a_pipe(tmp_path):
    (tmp_path / "commands").write_text("status\nhelp\n")
    with (tmp_path / "commands").open("rb") as file:
        assert [line async for line in typed_lines(file.fileno())] == ["status", "help"]


async def test_bytes_that_are_no_utf_8_and_an_endless_line_do_no_harm(pipe):
    asked, _ = await answered(b"\xff\xfe status\n" + b"x" * 20_000, pipe)
    assert asked[0] == "\ufffd\ufffd status"
    assert asked[1:] == ["x" * 20_000]


async def test_a_line_without_end_is_cut_before_it_fills_the_memory(pipe):
    reader, writer = pipe
    lines = typed_lines(reader.fileno())
    write = asyncio.create_task(asyncio.to_thread(writer.write, b"x" * (2 * LONGEST_LINE)))
    async with asyncio.timeout(PATIENCE_SECONDS):
        first = await anext(lines)
        assert LONGEST_LINE < len(first) <= 2 * LONGEST_LINE
        await lines.aclose()
        os.set_blocking(reader.fileno(), False)
        while not write.done():  # let the writer go, whatever of it was not read
            await asyncio.sleep(0)
            try:
                os.read(reader.fileno(), LONGEST_LINE)
            except BlockingIOError:
                continue


def test_without_colour_there_is_no_escape_and_with_it_there_is():
    out = io.StringIO()
    Lines(STDIN, out, colour=False).show(Reply("All is well.", Tone.OK))
    assert out.getvalue() == "🟢 ok · All is well.\n\n"
    out = io.StringIO()
    Lines(STDIN, out, colour=True).show(Reply("All is well.", Tone.OK))
    assert "\x1b[" in out.getvalue()


async def test_an_alert_comes_while_nothing_is_typed(pipe):
    reader, writer = pipe
    out, echo = io.StringIO(), Echo()
    lines = Lines(reader.fileno(), out, colour=False)
    talking = asyncio.create_task(lines.talk(echo))
    await asyncio.sleep(0)
    lines.show(Reply("The certificate has expired."))
    assert out.getvalue() == "The certificate has expired.\n\n"
    writer.write(b"exit\n")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await talking


async def test_it_can_be_ended_while_it_waits_for_input(pipe):
    reader, _ = pipe
    talking = asyncio.create_task(Lines(reader.fileno(), io.StringIO(), colour=False).talk(Echo()))
    await asyncio.sleep(0)
    talking.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wait((talking,))
    assert talking.cancelled()


async def test_it_ends_when_nobody_reads_any_more(pipe):
    input_, _ = pipe
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as out:
        lines = Lines(input_.fileno(), out, colour=False)
        talking = asyncio.create_task(lines.talk(Echo()))
        await asyncio.sleep(0)
        lines.show(Reply("Nobody hears this."))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await talking


def test_letters_that_the_output_cannot_write_are_replaced():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1")
    Lines(STDIN, out, colour=False).show(Reply("All is well.", Tone.OK))
    assert raw.getvalue() == "? ok · All is well.\n\n".encode("latin-1")


def test_a_reply_that_cannot_be_drawn_is_told_in_a_sentence():
    out = io.StringIO()
    with capture_logs() as logged:
        Lines(STDIN, out, colour=False).show(Reply("Bad.", chart=Chart("Sessions", (object(),))))
    assert logged[0]["reference"] in out.getvalue()


@asynccontextmanager
async def at_a_dumb_terminal(pipe):
    """A conversation in which somebody has just been invited to type."""
    reader, _ = pipe
    out = io.StringIO()
    lines = Lines(reader.fileno(), out, colour=False, invites=True)
    talking = asyncio.create_task(lines.talk(Echo()))
    while INVITATION not in out.getvalue():  # noqa: ASYNC110 -- it rings no bell
        await asyncio.sleep(0)
    yield lines, out, talking
    talking.cancel()
    await asyncio.wait((talking,))


async def test_at_a_dumb_terminal_an_alert_has_lines_of_its_own_and_the_invitation_comes_again(pipe):
    async with at_a_dumb_terminal(pipe) as (lines, out, _):
        lines.show(Reply("The certificate has expired."))
    assert out.getvalue() == "tlsrpt> \nThe certificate has expired.\n\ntlsrpt> "


async def test_at_a_dumb_terminal_an_answer_follows_its_question(pipe):
    async with at_a_dumb_terminal(pipe) as (_, out, talking):
        pipe[1].write(b"status\nexit\n")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await talking
    assert out.getvalue() == "tlsrpt> You said status.\n\ntlsrpt> "


async def test_at_a_dumb_terminal_log_lines_stand_apart_too(pipe, log_on_the_terminal):
    async with at_a_dumb_terminal(pipe) as (_, out, _):
        logging.getLogger("somewhere").warning("disk nearly full")
    assert out.getvalue() == "tlsrpt> \ndisk nearly full\ntlsrpt> "
    logging.getLogger("somewhere").warning("later")
    assert log_on_the_terminal.getvalue() == "later\n"
