"""`failures`, `reporters`, `reports` and `report`: rows under their own name, and the original as it came."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.dispatch import Outcome
from commands.reply import Tone
from storage.arrival import Delivery, Source
from storage.tables import Original, Report, table
from tests.asking import answered, ask, said, take, told
from tests.builders import DAY, NOW, failure, policy

ENFORCE = {"policy_strings": ("version: STSv1", "mode: enforce")}


async def test_each_fault_has_its_meaning_place_effect_and_fix(db):
    take(
        db,
        told(
            policy(90, 10, failure(sessions=8, receiving_ip="198.51.100.7", reason_code="X509_V_ERR"), **ENFORCE),
            signer="google.com",
        ),
        told(policy(95, 5, failure(sessions=5)), day=DAY - timedelta(days=2), signer="microsoft.com"),
    )
    reply = await answered(db, "failures example.com")
    expired, rest = reply.data["failures"]
    assert {name: expired[name] for name in expired if name not in ("meaning", "fix")} == {
        "result_type": "certificate-expired",
        "sessions": 13,
        "mx_host": "mx1.example.com",
        "mx_hosts": ["mx1.example.com"],
        "reporters": ["google.com", "microsoft.com"],
        "sending_ips": ["192.0.2.10"],
        "receiving_ips": ["198.51.100.7"],
        "reasons": ["X509_V_ERR"],
        "policies": [{"type": "sts", "mode": "enforce"}, {"type": "sts", "mode": "testing"}],
        "effect": "partly not delivered",
        "first_seen": "2026-03-07",
        "last_seen": "2026-03-09",
    }
    assert expired["meaning"]
    assert expired["fix"]
    assert (rest["result_type"], rest["sessions"], rest["mx_hosts"]) == ("not-itemised", 2, [])
    assert reply.title == "example.com: 15 of 200 sessions failed, 8 Feb to 9 Mar."
    assert "Fix: " in said(reply)


async def test_what_is_not_itemised_fails_under_the_only_policy_that_failed(db):
    take(db, told(policy(90, 10, **ENFORCE), policy(50, 0, policy_type="no-policy-found", policy_strings=())))
    (row,) = (await answered(db, "failures example.com")).data["failures"]
    assert (row["result_type"], row["policies"], row["effect"]) == ("not-itemised", [], "not delivered")


async def test_what_is_not_itemised_has_no_known_effect_where_policies_differ(db):
    take(db, told(policy(90, 10, **ENFORCE), policy(90, 10)))
    (row,) = (await answered(db, "failures example.com")).data["failures"]
    assert row["effect"] == "not known"


async def test_failures_can_be_narrowed_to_one_type(db):
    take(db, told(policy(90, 10, failure(sessions=7), failure("starttls-not-supported", 3))))
    reply = await answered(db, "failures example.com starttls-not-supported")
    assert [row["result_type"] for row in reply.data["failures"]] == ["starttls-not-supported"]
    none = await answered(db, "failures example.com tlsa-invalid")
    assert (none.tone, none.data["failures"]) == (Tone.OK, [])


async def test_what_a_revised_or_held_report_says_is_no_evidence(db):
    bad = policy(90, 10, failure(sessions=10, sending_mta_ip="203.0.113.9"))
    take(db, told(bad, arrived_at=NOW))
    take(db, told(policy(90, 10, failure(sessions=10)), arrived_at=NOW + timedelta(hours=1)))
    take(db, told(bad, organisation="Other Inc.", report_id="other", held=True))
    (row,) = (await answered(db, "failures example.com")).data["failures"]
    assert (row["sessions"], row["sending_ips"]) == (10, ["192.0.2.10"])


async def test_details_that_add_up_to_more_than_the_summary_are_explained(db):
    take(db, told(policy(90, 3, failure(sessions=3), failure("starttls-not-supported", 3))))
    reply = await answered(db, "failures example.com")
    assert "3 of 93 sessions failed" in reply.title
    assert any("add up to more" in note for note in reply.notes)


async def test_reporters_come_with_volume_hour_trust_and_state(db):
    for offset in range(10):
        day = DAY - timedelta(days=offset)
        take(db, told(policy(100, 1), day=day, signer="google.com", organisation="Google Inc."))
    take(db, told(policy(5), day=DAY - timedelta(days=20), organisation="Tiny"))
    rows = (await answered(db, "reporters example.com")).data["reporters"]
    assert rows[0] == {
        "reporter": "google.com",
        "organization": "Google Inc.",
        "verified": True,
        "reports": 10,
        "held": 0,
        "sessions": {"total": 1_010, "successful": 1_000, "failed": 10},
        "first_day": "2026-02-28",
        "last_day": "2026-03-09",
        "last_seen": "2026-03-10T08:00:00Z",
        "usual_hour": 8,
        "usual_delay_days": 1,
        "state": "on time",
        "dkim": {"pass": 10},
    }
    assert [(row["reporter"], row["verified"], row["state"]) for row in rows[1:]] == [("Tiny", False, "silent")]


@pytest.mark.parametrize(("behind", "state"), [(0, "on time"), (2, "on time"), (3, "late"), (7, "late"), (8, "silent")])
async def test_a_reporter_is_late_by_its_own_measure(db, behind, state):
    take(db, told(policy(), day=DAY - timedelta(days=behind), signer="google.com"))
    assert (await answered(db, "reporters example.com")).data["reporters"][0]["state"] == state


def imported(offset: int, **more: Any) -> Delivery:
    """A report about so many days before the newest, from a file that was copied today."""
    one = told(policy(10), day=DAY - timedelta(days=offset), imported=True, organisation="Tiny", arrived_at=NOW, **more)
    return replace(one, original=replace(one.original, source=Source.IMPORT))


async def test_imported_reports_say_nothing_about_when_a_reporter_s_reports_come(db):
    take(db, *(imported(offset) for offset in (0, 10, 20)))
    reply = await answered(db, "reporters example.com")
    (row,) = reply.data["reporters"]
    assert (row["reports"], row["usual_hour"], row["usual_delay_days"], row["state"]) == (3, None, None, "on time")
    assert reply.tables[0].rows[0][5] == "–"


async def test_the_usual_hour_and_delay_are_those_of_the_reports_that_were_received(db):
    take(db, *(imported(offset, report_id=str(offset)) for offset in (10, 20, 25)))
    take(db, told(policy(1), day=DAY - timedelta(days=1), imported=True, organisation="Tiny"))
    (row,) = (await answered(db, "reporters example.com")).data["reporters"]
    assert (row["reports"], row["usual_hour"], row["usual_delay_days"]) == (4, 8, 1)


async def test_the_dkim_verdicts_are_those_of_the_reports_that_are_counted_or_held(db):
    take(db, told(policy(8), organisation="Tiny", report_id="a"))
    take(db, told(policy(9), organisation="Tiny", report_id="a", arrived_at=NOW + timedelta(hours=1)))
    take(db, told(policy(7), organisation="Tiny", report_id="b", held=True))
    (row,) = (await answered(db, "reporters example.com", now=NOW + timedelta(hours=2))).data["reporters"]
    assert (row["reports"], row["held"], row["dkim"]) == (1, 1, {"none": 2})


async def test_a_signer_and_somebody_who_takes_its_name_are_two_reporters(db):
    take(db, told(policy(100), signer="google.com"), told(policy(0, 9), organisation="google.com", report_id="forged"))
    rows = (await answered(db, "reporters example.com")).data["reporters"]
    assert [(row["reporter"], row["verified"]) for row in rows] == [("google.com", True), ("google.com", False)]


async def test_reports_are_listed_newest_day_first_with_what_does_not_count(db):
    take(db, told(policy(10), arrived_at=NOW))
    take(db, told(policy(20, 2), arrived_at=NOW + timedelta(minutes=5)))
    take(db, told(policy(7), day=DAY - timedelta(days=1), held=True))
    reply = await answered(db, "reports example.com", now=NOW + timedelta(hours=1))
    assert [(row["day"], row["successful"], row["standing"], row["counted"]) for row in reply.data["reports"]] == [
        ("2026-03-09", 20, "counted", True),
        ("2026-03-09", 10, "revised", False),
        ("2026-03-08", 7, "held", False),
    ]
    assert reply.data["total"] == 3
    assert reply.next_step == "report 2"


async def test_one_report_is_shown_whole_with_the_original_as_it_came(db):
    entry = policy(90, 10, failure(sessions=None, additional_information="https://x.example/1"), **ENFORCE)
    take(db, told(entry, policy(3, policy_type="no-policy-found"), signer="google.com", marks=("A mark.",)))
    reply = await answered(db, "report 1")
    (row,) = reply.data["report"]
    assert {name: row[name] for name in ("id", "day", "reporter", "organization", "dkim", "signer", "counted")} == {
        "id": 1,
        "day": "2026-03-09",
        "reporter": "google.com",
        "organization": "google.com",
        "dkim": "pass",
        "signer": "google.com",
        "counted": True,
    }
    assert (row["from"], row["to"]) == ("2026-03-09T00:00:00Z", "2026-03-09T23:59:59Z")
    assert [(one["type"], one["mode"], one["counted"]) for one in row["policies"]] == [
        ("sts", "enforce", True),
        ("no-policy-found", "testing", True),
    ]
    assert row["policies"][0]["failures"][0]["sessions"] is None
    assert "not said" in said(reply)
    assert "1. A mark." in reply.sentences
    (file,) = reply.attachments
    assert (file.name, file.media_type, file.body) == ("report-1.eml", "message/rfc822", b"google.com 2026-03-09")
    assert row["original"] == {"name": "report-1.eml", "media_type": "message/rfc822", "bytes": 21}


async def test_a_report_whose_original_was_dropped_says_so(db):
    take(db, told())
    with db.writing() as connection:
        connection.execute(table(Original).delete())
    reply = await answered(db, "report 1")
    assert "The original is no longer kept." in reply.sentences
    assert (reply.attachments, reply.data["report"][0]["original"]) == ((), None)


async def test_a_report_that_does_not_count_says_why(db):
    take(db, told(held=True))
    assert "kept and not counted: held back" in (await answered(db, "report 1")).sentences[0]


@pytest.mark.parametrize("number", ["7", "9223372036854775807"])
async def test_a_report_that_nobody_has_is_the_askers_mistake(db, number):
    found = await ask(db, f"report {number}")
    assert found.code == "unknown-report"
    assert "`reports DOMAIN`" in found.message


@pytest.mark.parametrize("verb", ["failures", "reporters", "reports"])
async def test_an_unknown_domain_is_answered_with_the_nearest(db, verb):
    take(db, told())
    reply = await answered(db, f"{verb} exampel.com")
    assert reply.data[verb] == []
    assert reply.tone is Tone.NO_DATA
    assert "Did you mean example.com?" in said(reply)


async def test_an_age_is_measured_at_the_moment_of_the_question(db):
    take(db, told())
    later = datetime(2026, 3, 13, 9, tzinfo=NOW.tzinfo)
    assert "3 days ago" in said(await answered(db, "reports example.com", now=later))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("certificate-expird", "certificate-expired"),
        ("made-up-tyep", "made-up-type"),
        ("broken-cert", "certificate-not-trusted"),
        ("frob-nicate", ""),
    ],
)
async def test_a_type_that_nobody_knows_is_no_all_clear(db, typed, meant):
    take(db, told(policy(90, 10, failure(sessions=7), failure("made-up-type", 3))))
    found = await ask(db, f"failures example.com {typed}")
    assert found.code == "bad-type"
    assert found.outcome is Outcome.USAGE
    assert (f"Did you mean `{meant}`?" if meant else "`explain` lists") in found.message
    assert found.message.endswith("Usage: `failures DOMAIN [PERIOD] [TYPE] [page=N]`")


async def test_a_type_that_only_senders_know_can_be_asked_for_in_any_period(db):
    take(db, told(policy(90, 3, failure("made-up-type", 3))))
    assert len((await answered(db, "failures example.com made-up-type")).data["failures"]) == 1
    before = await answered(db, "failures example.com 2025-01 made-up-type")
    assert before.data["failures"] == []


@pytest.mark.parametrize("standing", ["held", "revised", "outranked", "twin"])
async def test_no_policy_of_a_report_that_does_not_count_is_said_to_count(db, standing):
    take(db, told())
    assert (await answered(db, "report 1")).tables[0].rows[0][-1] == "yes"
    with db.writing() as connection:
        connection.execute(table(Report).update().values(standing=standing))
    assert [row[-1] for row in (await answered(db, "report 1")).tables[0].rows] == ["no"]


async def test_a_key_that_dns_did_not_give_is_not_put_on_the_sender(db):
    take(db, told(held=True))
    with db.writing() as connection:
        connection.execute(table(Report).update().values(dkim="temperror"))
    lines = await answered(db, "reports example.com")
    assert lines.tables[0].rows[0][5] == "key not found out (DNS)"
    assert lines.data["reports"][0]["dkim"] == "temperror"
    assert "DKIM: key not found out (DNS)" in said(await answered(db, "report 1"))


async def test_only_a_slip_of_a_domain_is_answered_with_another(db):
    take(db, told(policy(policy_domain="two7.example")))
    assert "Did you mean" not in said(await answered(db, "status lock.example"))
    assert "Did you mean two7.example?" in said(await answered(db, "status tow7.example"))
