"""`export`: rows on stdout, its exit codes, and a reader that goes away."""

import asyncio
import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from tests.mails.build import zipped
from tests.program_process import COMMAND, PATIENCE_SECONDS, installed

DOMAINS = ("a.example", "b.example", "c.example")
MANY = 4000
"""Details of one report: far more text than a pipe holds."""
FULL_DISK = Path("/dev/full")
SHAPES = {"csv": b"row,day,domain,", "json": b"[\n{"}


def report(domain, number=0, details=1):
    """One report about a day in March, with failure details."""
    detail = {"result-type": "certificate-expired", "failed-session-count": 1, "sending-mta-ip": "192.0.2.1"}
    return json.dumps(
        {
            "organization-name": "=Sender",
            "report-id": f"{domain}-{number}",
            "date-range": {"start-datetime": "2026-03-09T00:00:00Z", "end-datetime": "2026-03-09T23:59:59Z"},
            "policies": [
                {
                    "policy": {"policy-type": "sts", "policy-domain": domain},
                    "summary": {"total-successful-session-count": 10 + number, "total-failure-session-count": details},
                    "failure-details": [detail] * details,
                }
            ],
        }
    ).encode()


async def take(program, *reports):
    """Import reports."""
    archive = zipped(*((f"{number}.json", one) for number, one in enumerate(reports)))
    done = await program.command("import", "-", stdin=archive)
    assert done.code == 0, done.err


def read(done):
    return list(csv.DictReader(io.StringIO(done.out, newline=""), strict=True))


async def test_rows_of_one_domain_or_of_all_go_to_stdout(folder):
    async with installed(folder) as program:
        await take(program, *(report(domain, number) for domain in DOMAINS for number in range(2)))
        every = await program.command("export", "all")
        one = await program.command("export", "--domain", "B.Example.", "2026-03", "--format", "json")
        status = await program.ask("status b.example 2026-03")
        none = await program.command("export", "2026-04")
        asked = await program.command("ask", "export b.example 2026-03 json", "--save", "files")

    assert (every.code, every.err) == (one.code, one.err) == (none.code, none.err) == (0, "")
    found = read(every)
    assert [row["domain"] for row in found] == [domain for domain in DOMAINS for _ in range(4)]
    assert [row["row"] for row in found[:4]] == ["policy", "failure"] * 2
    assert {row["organization"] for row in found} == {"'=Sender"}
    rows = json.loads(one.out)
    assert [row["organization"] for row in rows] == ["=Sender"] * 4
    counted = [row for row in rows if row["row"] == "policy" and row["counted"]]
    assert sum(row["successful"] for row in counted) == status[0]["sessions"]["successful"] == 21
    assert read(none) == []
    assert asked.code == 0
    (file,) = (folder / "files").iterdir()
    assert json.loads(file.read_bytes()) == rows


async def test_reports_about_what_is_no_domain_are_exported_as_unknown(folder):
    async with installed(folder) as program:
        await take(program, report("[192.0.2.1]"), report("a.example"))
        done = await program.command("export", "--domain", "unknown", "all")
        refused = await program.command("export", "--domain", "[192.0.2.1]", "all")
    assert {(row["domain"], row["policy_domain"]) for row in read(done)} == {("unknown", "[192.0.2.1]")}
    assert (refused.code, refused.out, refused.err) == (2, "", "`[192.0.2.1]` is not a domain name.\n")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("2026-13",), "2026-13"),
        (("yesterday",), "yesterday"),
        (("--domain", "not_a..domain"), "not_a..domain"),
        (("--domain", "a.exmaple"), "a.example"),
        (("--format", "xml"), "csv or json"),
        (("--nonsense",), "--nonsense"),
    ],
)
async def test_a_usage_error_goes_to_stderr_with_exit_code_2(folder, arguments, hint):
    async with installed(folder) as program:
        await take(program, report("a.example"))
        done = await program.command("export", *arguments)
    assert (done.code, done.out) == (2, "")
    assert hint in done.err
    assert "Traceback" not in done.err


async def test_a_database_that_cannot_be_used_gives_exit_code_1_and_a_sentence(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tlsrpt.db").write_bytes(b"no database\n" * 1000)
    async with installed(tmp_path) as program:
        done = await program.command("export")
    assert (done.code, done.out) == (1, "")
    assert "database" in done.err
    assert "Traceback" not in done.err


def read_a_little(program, form):
    """Read the beginning of an export and go away; return what was read, the exit code and stderr."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*COMMAND, "export", "all", "--format", form],
        cwd=program.folder,
        env=program._environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        beginning = process.stdout.read(100)
        process.stdout.close()
        err = process.stderr.read()
        return beginning, process.wait(PATIENCE_SECONDS), err


@pytest.mark.parametrize("form", ["csv", "json"])
async def test_a_reader_that_goes_away_ends_it_in_silence(folder, form):
    async with installed(folder, PYTHONDEVMODE="1") as program:
        await take(program, report("a.example", details=MANY))
        assert len((await program.command("export", "all", "--format", form)).out) > 2**18
        beginning, code, err = await asyncio.to_thread(read_a_little, program, form)
    assert beginning.startswith(SHAPES[form])
    assert (code, err) == (0, b"")


@pytest.mark.skipif(not FULL_DISK.exists(), reason="there is no /dev/full")
async def test_a_full_disk_gives_exit_code_1_and_a_sentence(folder):
    async with installed(folder) as program:
        await take(program, report("a.example"))

        def export():
            with FULL_DISK.open("wb") as full:
                return subprocess.run(  # noqa: S603 - our own program
                    [*COMMAND, "export", "all"],
                    cwd=folder,
                    env=program._environment(),
                    stdout=full,
                    stderr=subprocess.PIPE,
                    timeout=PATIENCE_SECONDS,
                    check=False,
                )

        done = await asyncio.to_thread(export)
    assert done.returncode == 1
    assert b"cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr


async def test_names_in_any_script_come_out_as_utf_8_in_any_locale(folder):
    async with installed(folder, LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii") as program:
        await take(program, report("a.example").replace(b"=Sender", "Größe GmbH".encode()))
        done = await program.command("export", "all")
    assert {row["organization"] for row in read(done)} == {"Größe GmbH"}
