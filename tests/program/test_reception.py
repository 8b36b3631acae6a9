"""A mail's whole way: in by SMTP, kept over a restart, out by `ask`."""

import csv
import signal
from collections import Counter
from pathlib import Path

import pytest

from ingest.sample import sample_mail
from tests.dns_server import running_dns_server
from tests.program_mails import RECIPIENT, now, report_mail, send
from tests.program_process import installed, running

SAMPLES = Path(__file__).parents[2].parent / "shared" / "corpus" / "samples"


async def test_mails_are_taken_counted_and_kept_over_a_restart(tmp_path):
    async with installed(tmp_path) as program:
        await program.start()
        mails = [report_mail("example.com", 590, 10), sample_mail("example.net", 3, RECIPIENT, now())]
        assert await send(program.smtp_port, *mails, mails[0]) == [250, 250, 250]
        assert await program.healthz() == 200

        questions = ("status example.com all", "status example.net", "reports example.com all")
        before = await program.ask(*questions)
        await program.stop()
        await program.start()
        after = await program.ask(*questions)
        assert await program.healthz() == 200
        await program.stop(signal.SIGINT)

    first, second, reports = before
    assert first["sessions"] == {"total": 600, "successful": 590, "failed": 10}
    assert [one["result_type"] for one in first["failures"]] == ["certificate-expired"]
    assert (first["failures"][0]["sessions"], first["failures"][0]["mx_hosts"]) == (10, ["mx1.example.com"])
    assert second["sessions"] == {"total": 100, "successful": 97, "failed": 3}
    assert len(reports["reports"]) == 1
    assert after == before


async def test_a_stranger_is_no_recipient_and_a_broken_report_is_kept_and_not_counted(folder):
    async with running(folder) as program:
        good = report_mail("example.com", 7)
        assert await send(program.smtp_port, good, recipient="someone@elsewhere.example") == [550]
        assert await send(program.smtp_port, good.replace(b"H4sI", b"AAAA")) == [250]
        assert await program.sessions() == {}


def domains_of_one_mail() -> dict[str, int]:
    """Sessions of the domains that are named in just one mail and policy, as the list of the samples has them."""
    with (SAMPLES.parent / "INDEX.tsv").open(newline="", encoding="utf-8") as file:
        listed = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        rows = [row for row in listed if row["file"].endswith(".eml")]
    mails = Counter(domain for row in rows for domain in row["policy_domains"].split(","))
    return {
        row["policy_domains"]: int(row["total_success"]) + int(row["total_failure"])
        for row in rows
        if mails[row["policy_domains"]] == 1 and row["policy_domains"] != "None"
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"the sample reports are not there: {SAMPLES}")
async def test_the_mails_of_real_senders_are_taken_and_counted(folder):
    async with (
        running_dns_server() as dns,
        running(folder, TLSRPT_DNS_SERVERS=f"127.0.0.1:{dns.port}") as program,
    ):
        mails = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))]
        assert mails
        assert set(await send(program.smtp_port, *mails)) == {250}
        sessions = await program.sessions()
        assert set(await send(program.smtp_port, *mails)) == {250}
        assert await program.sessions() == sessions

    expected = domains_of_one_mail()
    assert len(expected) >= 5
    assert {domain: sessions.get(domain) for domain in expected} == expected
