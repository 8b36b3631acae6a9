"""`export`: every policy entry and failure detail once, sums that are those of `status`, and files safe to open."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.dispatch import Outcome
from commands import export
from commands.export import gathered
from commands.reply import Tone
from storage import export as stored
from storage.export import every_domain, export_rows
from storage.tables import Failure, ReportPolicy, table
from tests.asking import READER, answered, ask, rows, said, take, told
from tests.builders import DAY, NOW, failure, policy
from tests.exported import COLUMNS, exported, exported_json, read_csv
from tests.mixed_reports import take_mixed_reports


def sums(found):
    """Add up the policy rows that count."""
    totals = Counter()
    for row in found:
        if row["row"] == "policy" and row["counted"] == "true":
            totals["successful"] += int(row["successful"])
            totals["failed"] += int(row["failed"])
    return dict(totals)


@pytest.mark.parametrize("period", ["all", "30d", "2026-03-09", "2026-02-01..2026-03-08"])
@pytest.mark.parametrize("domain", ["example.com", "other.example"])
async def test_the_sums_of_what_counts_are_the_totals_of_status(db, domain, period):
    take_mixed_reports(db)
    status = (await answered(db, f"status {domain} {period}")).data
    wanted = {name: status["sessions"][name] for name in ("successful", "failed")}
    if not status["reports"]:
        assert (await answered(db, f"export {domain} {period}")).attachments == ()
        return
    assert sums((await exported(db, f"export {domain} {period}"))[1]) == wanted


async def test_every_entry_and_every_detail_stands_there_once(db):
    take_mixed_reports(db)
    both = [*await exported_json(db), *await exported_json(db, "export other.example all json")]
    entries = sorted((row["report"], row["successful"], row["failed"]) for row in both if row["row"] == "policy")
    assert entries == rows(db, ReportPolicy, "report_id", "successful", "failed")
    details = Counter((row["report"], row["result_type"], row["sessions"]) for row in both if row["row"] == "failure")
    assert details == Counter(rows_with_none(db))
    for row in both:
        of_policy = row["row"] == "policy"
        assert (row["successful"] is not None) == (row["failed"] is not None) == of_policy
        assert (row["result_type"] is None) == of_policy
        assert row["sessions"] is None or not of_policy


def rows_with_none(db):
    with db.reading() as connection:
        target = table(Failure).c
        found = connection.execute(
            table(Failure).select().with_only_columns(target.report_id, target.result_type, target.sessions)
        )
        return [tuple(row) for row in found]


async def test_what_a_failure_row_counts_for_is_what_its_policy_counts_for(db):
    take_mixed_reports(db)
    found = (await exported(db))[1]
    counted = Counter()
    for row in found:
        if row["row"] == "failure" and row["counted"] == "true":
            counted[row["result_type"]] += int(row["sessions"] or 0)
    told_by_status = (await answered(db, "status example.com all")).data["failures"]
    itemised = {one["result_type"]: one["sessions"] for one in told_by_status if one["result_type"] != "not-itemised"}
    assert dict(counted) == itemised


async def test_a_row_holds_what_the_report_says(db):
    detail = failure(sessions=3, receiving_ip="198.51.100.7", receiving_mx_helo="helo.example", reason_code='bad, "x"')
    take(db, told(policy(90, 10, detail), signer="google.com", organisation="Google"))
    first, second = await exported_json(db)
    shared = {
        "day": "2026-03-09",
        "domain": "example.com",
        "reporter": "google.com",
        "organization": "Google",
        "report_id": "google.com-2026-03-09",
        "report": 1,
        "arrived_at": "2026-03-10T08:00:00Z",
        "dkim": "pass",
        "trust": "verified",
        "counted": True,
        "policy_type": "sts",
        "mode": "testing",
        "policy_domain": "example.com",
        "mx_host": "mx1.example.com",
    }
    nothing = dict.fromkeys(COLUMNS[17:])
    assert first == {"row": "policy", **shared, "successful": 90, "failed": 10, **nothing}
    assert second == {
        "row": "failure",
        **shared,
        "successful": None,
        "failed": None,
        "result_type": "certificate-expired",
        "sessions": 3,
        "sending_ip": "192.0.2.10",
        "receiving_mx": "mx1.example.com",
        "receiving_helo": "helo.example",
        "receiving_ip": "198.51.100.7",
        "reason": 'bad, "x"',
    }
    (file,) = (await answered(db, "export example.com all")).attachments
    assert file.body.split(b"\r\n")[0].decode() == ",".join(COLUMNS)
    as_text = {name: "" if value is None else str(value) for name, value in second.items()}
    assert read_csv(file.body)[1] == as_text | {"counted": "true"}


async def test_rows_come_by_day_report_and_entry_however_many_reports_a_batch_takes(db, monkeypatch):
    take_mixed_reports(db)
    late = told(policy(1, 1, failure(sessions=1), failure("other", 2)), day=DAY - timedelta(days=20), report_id="late")
    take(db, late)
    whole = await exported_json(db)
    order = [(row["day"], row["report"]) for row in whole]
    assert order == sorted(order)
    assert order[0] == ("2026-02-17", max(row["report"] for row in whole))
    assert [row["row"] for row in whole[:3]] == ["policy", "failure", "failure"]
    monkeypatch.setattr(stored, "REPORTS_AT_ONCE", 1)
    monkeypatch.setattr(stored, "_NEXT_REPORTS", stored._NEXT_REPORTS.limit(1))
    assert await exported_json(db) == whole


async def test_what_comes_while_rows_are_written_is_not_among_them(db, monkeypatch):
    monkeypatch.setattr(stored, "REPORTS_AT_ONCE", 1)
    monkeypatch.setattr(stored, "_NEXT_REPORTS", stored._NEXT_REPORTS.limit(1))
    take(db, *(told(policy(number), report_id=str(number), organisation=f"Org {number}") for number in (1, 2)))
    with db.reading() as connection:
        found = export_rows(connection, every_domain(connection), DAY, DAY)
        first = next(found)
        take(db, told(policy(3), report_id="3", organisation="Org 3"))
        assert [row.successful for row in (first, *found)] == [1, 2]
    assert len((await exported(db))[1]) == 3


async def test_the_answer_says_what_is_in_the_file(db):
    take_mixed_reports(db)
    reply, found = await exported(db, "export example.com 30d")
    reports = (await answered(db, "reports example.com 30d")).data["total"]
    assert reply.title == f"example.com, 8 Feb to 9 Mar: {len(found)} rows of {reports} reports."
    (file,) = reply.attachments
    assert file.name == "tlsrpt-example.com-2026-02-08-to-2026-03-09.csv"
    assert reply.data == {
        "domain": "example.com",
        "from": "2026-02-08",
        "to": "2026-03-09",
        "format": "csv",
        "reports": reports,
        "rows": len(found),
        "file": file.name,
        "bytes": len(file.body),
    }
    assert reply.private
    assert not (await ask(db, "export example.com", READER)).code


async def test_the_longest_domain_gives_a_file_name_that_can_be_written(db, tmp_path):
    name = ".".join(["a" * 60, "b" * 60, "c" * 60, "d" * 59])
    take(db, told(policy(policy_domain=name)))
    (file,) = (await answered(db, f"export {name}")).attachments
    (tmp_path / file.name).write_bytes(file.body)


async def test_what_is_too_large_for_a_message_is_counted_and_left_to_the_program(db, monkeypatch):
    take_mixed_reports(db)
    whole = (await exported(db))[1]
    monkeypatch.setattr(export, "LARGEST_FILE", 1000)
    reply = await answered(db, "export example.com all")
    assert reply.attachments == ()
    assert f"{len(whole)} rows" in reply.title
    assert reply.code.startswith("tlsrpt-bot export --domain example.com 2026-02-28..2026-03-09 --format csv > ")
    assert (reply.data["rows"], reply.data["file"], reply.data["bytes"]) == (len(whole), None, None)


def test_no_more_is_read_than_fits():
    def lines():
        yield from ("é" * 10, "x")
        raise AssertionError("read on")

    assert gathered(lines(), 20) is None
    assert gathered(iter(["é" * 10]), 20) == ("é" * 10).encode()


async def test_without_reports_there_is_no_file_and_the_answer_says_where_the_data_is(db):
    take(db, told(day=DAY - timedelta(days=60)))
    reply = await answered(db, "export example.com")
    assert (reply.attachments, reply.tone, reply.data["rows"]) == ((), Tone.NO_DATA, 0)
    assert "8 Jan" in said(reply)
    assert (await answered(db, reply.next_step)).attachments
    await answered(db, "domain add new.example")
    assert "No report about this domain has been counted yet" in said(await answered(db, "export new.example"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("export", "missing-argument"),
        ("export nosuch.example", "unknown-domain"),
        ("export example.com xml", "unknown-choice"),
        ("export example.com 2026-13", "bad-period"),
        ("export example.com csv json", "unexpected-argument"),
    ],
)
async def test_mistakes_are_named(db, text, code):
    take(db, told())
    found = await ask(db, text)
    assert (found.outcome, found.code) == (Outcome.USAGE, code), found.message


async def test_reports_without_details_or_entries_do_no_harm(db):
    take(db, told(policy(0, 0, policy_type="", policy_strings=(), mx_hosts=())))
    (row,) = (await exported(db))[1]
    assert (row["successful"], row["failed"], row["policy_type"], row["counted"]) == ("0", "0", "", "true")


async def test_the_age_of_a_report_is_its_arrival(db):
    take(db, told(policy(1), arrived_at=NOW - timedelta(hours=1)))
    assert {row["arrived_at"] for row in (await exported(db))[1]} == {"2026-03-10T11:00:00Z"}
