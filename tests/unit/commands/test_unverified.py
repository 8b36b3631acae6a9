"""`unverified`: what is held back and why, one of them in full, and letting it count."""

from datetime import timedelta

import pytest

from commands.mail_head import LONGEST_FIELD, MAIL, header_fields
from commands.unverified_reasons import reason_of
from storage.arrival import DkimVerdict, Source, Trust
from storage.proof import ABOUT_DKIM
from storage.recheck import PAUSES, begin_due
from storage.tables import ChangedDay
from tests.asking import READER, answered, ask, rows, said, take
from tests.builders import DAY, NOW, arrival, changed, delivery, failure, policy, report

FORGED = b"From: Google <tlsrpt@google.com>\r\nSubject: Report Domain:\r\n example.com\r\nDKIM-Signature: x\r\n\r\nbody"


def unproven(number=1, *policies, body=FORGED, source=Source.SMTP, held=True, arrived_at=NOW, **more):
    """A report that nobody signed."""
    said_of_it = {name: more.pop(name) for name in ("dkim", "marks") if name in more}
    content = report(*(policies or (policy(100 + number, 3, failure()),)), report_id=str(number), **more)
    first = delivery(arrival(content, held=held, **said_of_it), arrived_at=arrived_at, body=body)
    original = changed(
        first.original, source=source, envelope_from="bounce@sender.example", recipients=("tls-reports@here.example",)
    )
    return changed(first, original=original)


async def listed(db, text="unverified", **more):
    return (await answered(db, text, **more)).data


async def test_nothing_to_show_is_said_in_a_sentence(db):
    take(db, delivery(arrival(signer="sender.example")))
    reply = await answered(db, "unverified")
    assert (reply.title, reply.tone, reply.tables) == ("No report is held back.", "ok", ())
    assert reply.data == {"page": 1, "pages": 1, "total": 0, "reasons": [], "reports": [], "counted": []}


async def test_what_is_held_back_is_listed_the_newest_first_with_counts_by_reporter_and_reason(db):
    take(db, *(unproven(number, arrived_at=NOW - timedelta(hours=number)) for number in (3, 1, 2)))
    take(db, unproven(4, organisation="Other Ltd", dkim=DkimVerdict.FAIL, arrived_at=NOW - timedelta(days=9)))
    reply = await answered(db, "unverified")
    assert reply.title == "4 reports are held back, not verified and not counted."
    assert [row["successful"] for row in reply.data["reports"]] == [101, 102, 103, 104]
    assert reply.data["reasons"] == [
        {"reporter": "Sender Inc.", "reason": "not-signed", "reports": 3},
        {"reporter": "Other Ltd", "reason": "signature-invalid", "reports": 1},
    ]
    first = reply.data["reports"][0]
    assert (first["id"], first["held"], first["domains"], first["failed"]) == (2, True, ["example.com"], 3)
    assert "2 | 1 h ago | Sender Inc. | example.com | 101 | 3 | not signed" in said(reply)
    assert reply.next_step == "unverified show 2"


async def test_a_long_list_has_pages(db):
    take(db, *(unproven(number, arrived_at=NOW - timedelta(minutes=number)) for number in range(60)))
    first, second = await answered(db, "unverified"), await answered(db, "unverified page=2")
    assert (len(first.data["reports"]), len(second.data["reports"])) == (50, 10)
    assert (second.data["page"], second.data["pages"], second.data["total"]) == (2, 2, 60)
    assert first.actions[-1].command == "unverified page=2"
    assert second.data["counted"] == []


async def test_what_counts_though_nothing_proves_it_stands_apart(db):
    take(db, unproven(1, held=False), unproven(2, held=False, source=Source.HTTPS, dkim=DkimVerdict.UNCHECKED))
    take(db, delivery(arrival(report(report_id="signed"), signer="sender.example")))
    take(db, delivery(arrival(report(report_id="imported"), trust=Trust.IMPORTED)))
    reply = await answered(db, "unverified")
    assert reply.title == "No report is held back."
    assert reply.data["reports"] == []
    assert {(row["id"], row["reason"], row["held"]) for row in reply.data["counted"]} == {
        (1, "not-signed", False),
        (2, "https", False),
    }
    assert "Counted, and not verified" in said(reply)


async def test_a_report_about_many_domains_names_one_and_says_how_many_more(db):
    take(db, unproven(1, *(policy(5, policy_domain=f"d{number}.example") for number in range(9))))
    reply = await answered(db, "unverified")
    assert "d0.example and 8 more | 45 | 0" in said(reply)
    assert len(reply.data["reports"][0]["domains"]) == 5


async def test_one_is_shown_with_the_reason_who_it_claims_to_be_and_the_original(db):
    why = f"{ABOUT_DKIM}body hash did not verify (d=google.com s=s1)."
    take(db, unproven(1, dkim=DkimVerdict.FAIL, marks=(why,)))
    reply = await answered(db, "unverified show 1")
    text = said(reply)
    for part in (
        "Report 1 is not verified: signature does not hold",
        "No signature of the domain in From holds. It is kept and not counted.",
        why,
        "From: Google <tlsrpt@google.com>",
        "Subject: Report Domain: example.com",
        "Says it is from: Sender Inc.",
        "Envelope sender: bounce@sender.example",
        "To: tls-reports@here.example",
        "Says: 101 secure sessions, 3 failed",
    ):
        assert part in text
    (file,) = reply.attachments
    assert (file.name, file.body) == ("report-1.eml", FORGED)
    assert [action.command for action in reply.actions] == ["unverified admit 1"]
    (row,) = reply.data["report"]
    assert (row["reason"], row["envelope_from"], row["recipients"]) == (
        "signature-invalid",
        "bounce@sender.example",
        ["tls-reports@here.example"],
    )


@pytest.mark.parametrize("text", ["unverified 1", "unverified 1 show", "unverified show #1"])
async def test_one_is_shown_however_it_is_asked_for(db, text):
    take(db, unproven(1))
    assert (await answered(db, text)).title == "Report 1 is not verified: not signed"


async def test_an_undecided_one_says_when_it_is_asked_about_again(db):
    take(db, unproven(1, dkim=DkimVerdict.TEMPERROR))
    reply = await answered(db, "unverified show 1")
    assert "looks the key up again at 2026-03-10T12:05:00Z" in said(reply)
    assert reply.data["report"][0]["next_try"] == "2026-03-10T12:05:00Z"
    assert (await listed(db))["reports"][0]["next_try"] == "2026-03-10T12:05:00Z"
    assert "again shortly" in said(await answered(db, "unverified show 1", now=NOW + PAUSES[0]))
    with db.writing() as connection:
        for tried in range(len(PAUSES) + 1):
            begin_due(connection, NOW + timedelta(days=tried + 1), 10)
    reply = await answered(db, "unverified show 1")
    assert "nobody looks the key up any more" in said(reply)
    assert reply.data["report"][0]["next_try"] is None


async def test_one_whose_original_is_no_longer_kept_is_shown_all_the_same(db):
    take(db, unproven(1))
    with db.writing() as connection:
        connection.exec_driver_sql("DELETE FROM original")
    reply = await answered(db, "unverified show 1")
    assert "The original is no longer kept." in said(reply)
    assert reply.data["report"][0]["envelope_from"] is None


async def test_an_admitted_one_counts_from_then_on_and_leaves_the_list(db):
    take(db, unproven(1))
    reply = await answered(db, "unverified admit 1")
    assert reply.title == "Report 1 is admitted and counts from now on."
    assert not reply.private
    (row,) = reply.data["report"]
    assert (row["trust"], row["counted"], row["standing"]) == ("admitted", True, "counted")
    assert (await listed(db))["total"] == 0
    status = await listed(db, "status example.com all")
    assert (status["sessions"]["total"], status["held"]) == (104, 0)
    assert rows(db, ChangedDay, "day") == [(DAY,)]
    assert reply.next_step == f"status example.com {DAY}"


async def test_an_admitted_one_that_something_better_outranks_says_so(db):
    take(db, delivery(arrival(report(policy(7), report_id="1"), signer="sender.example")))
    take(db, unproven(1))
    reply = await answered(db, "unverified admit 2")
    assert reply.title == "Report 2 is admitted, and is not counted: a verified version counts instead."
    assert (await listed(db, "status example.com all"))["sessions"]["total"] == 7


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("unverified show", "missing-argument", "Which report?"),
        ("unverified admit", "missing-argument", "unverified admit ID"),
        ("unverified show 99", "unknown-report", "There is no report 99"),
        ("unverified admit 99", "unknown-report", "There is no report 99"),
        ("unverified show 1", "not-unverified", "Report 1 is verified"),
        ("unverified admit 1", "not-unverified", "There is nothing to admit."),
        ("unverified admit 2", "not-unverified", "Report 2 is imported"),
        ("unverified admit all", "bad-number", "is not a number"),
        ("unverified retry 1", "unknown-choice", "I do not know `retry`"),
    ],
)
async def test_a_mistake_is_told_with_what_to_type_instead(db, text, code, part):
    take(db, delivery(arrival(signer="sender.example")))
    take(db, delivery(arrival(report(report_id="2"), trust=Trust.IMPORTED)))
    found = await ask(db, text)
    assert found.code == code
    assert part in found.message


@pytest.mark.parametrize("text", ["unverified", "unverified show 1", "unverified admit 1"])
async def test_only_admins_see_mails_of_strangers_and_admit_them(db, text):
    take(db, unproven(1))
    found = await ask(db, text, READER)
    assert "only admins" in found.message
    assert (await listed(db))["total"] == 1


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("dkim", list(DkimVerdict))
def test_there_is_a_reason_for_every_verdict_by_every_way(dkim, source):
    reason = reason_of(dkim, source)
    assert reason.sentence.endswith(".")
    assert reason.word == reason.word.lower().replace(" ", "-")


@pytest.mark.parametrize(
    ("beginning", "fields"),
    [
        (b"From: a@b\r\nFROM: c@d\r\n\r\nSubject: body", [("From", "a@b")]),
        (b"Subject: x\r\n\ty\nFrom:\r\n", [("Subject", "x y")]),
        (b"From: \x1b[2J\xff\x00\r\n\r\n", [("From", "\ufffd[2J\ufffd\ufffd")]),
        (b"Subject: " + b"x" * 60_000, [("Subject", "x" * LONGEST_FIELD)]),
        (b"Subject: x" + b"\r\n " * 20_000, [("Subject", "x")]),
        (b"", []),
        (b"\r\n\r\nFrom: body", []),
    ],
)
def test_header_fields_of_a_stranger_are_bounded_and_on_one_line(beginning, fields):
    assert header_fields(MAIL, beginning) == fields


def test_a_report_by_itself_has_no_header():
    assert header_fields("application/json", b"From: a@b\r\n\r\n") == []
