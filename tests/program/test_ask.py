"""`ask`: its exit codes, its streams, and its JSON."""

import json

from tests.program_process import installed


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
        "quarantine",
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
