"""`ask`: its exit codes, its streams, and its JSON."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from tests.program_process import COMMAND, PATIENCE_SECONDS, installed

FULL_DISK = Path("/dev/full")


async def test_ask_answers_on_stdout_with_exit_code_0(folder):
    async with installed(folder) as program:
        done = await program.command("ask", "explain", "certificate-expired")
        assert (done.code, done.err) == (0, "")
        assert "certificate has expired" in done.out


async def test_a_usage_error_goes_to_stderr_with_exit_code_2(folder):
    async with installed(folder) as program:
        done = await program.command("ask", "stauts example.com")
        assert (done.code, done.out) == (2, "")
        assert "`status`" in done.err


async def test_without_words_ask_says_what_can_be_asked(folder):
    async with installed(folder) as program:
        done = await program.command("ask", "", "--json")
        assert (done.code, [answer["ok"] for answer in done.lines]) == (0, [True])
        assert done.data["commands"]


async def test_lines_from_stdin_give_a_json_line_each(folder):
    questions = [
        "domain add Example.COM.",
        "status example.com",
        "set example.com min-failures=0",
        "backtest example.com",
        "help",
    ]
    text = "\n".join([*questions[:2], "", *questions[2:]]).encode() + b"\nstatus \xff.com\n"
    async with installed(folder) as program:
        done = await program.command("ask", "-", "--json", stdin=text)
        table = await program.command("ask", "-", stdin=b"domain list\nnonsense\n")

    assert (done.code, done.err) == (2, "")
    assert [answer["command"] for answer in done.lines[:-1]] == questions
    assert [answer["ok"] for answer in done.lines] == [True, True, False, False, True, False]
    assert done.lines[0]["data"]["domain"] == "example.com"
    for answer in done.lines:
        assert set(answer) == {"command", "ok", "data" if answer["ok"] else "error"}
        assert answer["ok"] or answer["error"].keys() == {"code", "message"}
    assert table.code == 2
    assert "example.com" in table.out
    assert "nonsense" in table.err
    assert "nonsense" not in table.out


async def test_a_database_that_cannot_be_used_gives_exit_code_1_and_a_sentence(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tlsrpt.db").write_bytes(b"no database\n" * 1000)
    async with installed(tmp_path) as program:
        done = await program.command("ask", "status")
    assert (done.code, done.out) == (1, "")
    assert "database" in done.err
    assert "Traceback" not in done.err


async def test_json_stays_json_whatever_a_report_says(folder):
    """Names out of reports may hold anything; a script reads one line for one question all the same."""
    report = {
        "organization-name": "A\u2028B\nC\x00\ud800",
        "date-range": {"start-datetime": "2026-03-09T00:00:00Z", "end-datetime": "2026-03-09T23:59:59Z"},
        "report-id": "\x1b[2J\r\n",
        "policies": [
            {
                "policy": {"policy-type": "sts", "policy-domain": "example.com"},
                "summary": {"total-successful-session-count": 1, "total-failure-session-count": 1},
                "failure-details": [{"result-type": "<b>\u202e\n", "failed-session-count": 1}],
            }
        ],
    }
    async with installed(folder) as program:
        assert (await program.command("import", "-", stdin=json.dumps(report).encode())).code == 0
        answers = await program.ask("status example.com all", "failures example.com all", "report 1", "status all")
        shown = await program.command("ask", "-", stdin=b"status example.com all\nfailures example.com all\nreport 1\n")
    assert len(answers) == 4
    assert shown.code == 0
    assert not {"\x1b", "\x00", "\r", "\u202e", "\u2028"} & set(shown.out)


RECORD = "record example.com mx=mx1.example.com rua=mailto:tls@example.net"


async def test_save_writes_the_files_of_an_answer_and_says_where(folder):
    async with installed(folder) as program:
        shown = await program.command("ask", RECORD, "--save", "files")
        silent = await program.command("ask", RECORD, "--save", "others", "--json")
    assert shown.code == silent.code == 0
    assert shown.out.endswith("Written: files/mta-sts.txt\n")
    assert "Attached" not in shown.out
    assert len(silent.lines) == 1
    assert (folder / "files" / "mta-sts.txt").read_bytes() == (folder / "others" / "mta-sts.txt").read_bytes()


async def test_files_that_cannot_be_saved_give_exit_code_1_and_a_sentence(folder):
    (folder / "files").write_text("")
    async with installed(folder) as program:
        done = await program.command("ask", "-", "--save", "files", stdin=f"{RECORD}\nhelp\n".encode())
        machine = await program.command("ask", RECORD, "--save", "files", "--json")
    assert done.code == machine.code == 1
    assert done.err == "files/mta-sts.txt cannot be written: File exists.\n"
    assert "What can be asked" in done.out, "the questions that follow are answered"
    assert machine.lines[0]["error"]["code"] == "not-written"


@pytest.mark.skipif(not FULL_DISK.exists(), reason="there is no /dev/full here")
async def test_an_answer_that_cannot_be_written_gives_exit_code_1_and_a_sentence(folder):
    async with installed(folder) as program:
        done = await asyncio.to_thread(help_in_a_shell, program, f"> {FULL_DISK}")
    assert (done.returncode, done.stderr) == (1, b"The answer cannot be written: No space left on device\n")


async def test_without_any_standard_stream_a_question_is_answered_all_the_same(folder):
    """A closed stream must not lend its number to the database."""
    async with installed(folder) as program:
        done = await asyncio.to_thread(help_in_a_shell, program, "<&- >&- 2>&-")
    assert done.returncode == 0


def help_in_a_shell(program, streams):
    """Ask for help as a shell does, with streams elsewhere or closed."""
    return subprocess.run(  # noqa: S603 -- our own program
        ["/bin/sh", "-c", f'exec "$@" {streams}', "sh", *COMMAND, "ask", "help"],
        cwd=program.folder,
        env=program._environment(),
        capture_output=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
