"""`status DOMAIN` for machines: every field of `ask --json` by name, unit and meaning."""

import json
from datetime import date, timedelta

import pytest

from storage.shares import MOST_SESSIONS
from tests.asking import answered, ask, days_of, take, told
from tests.builders import DAY, NOW, failure, policy
from tests.standing_alerts import open_alert

FIELDS = [
    *("domain", "registered", "from", "to", "verdict", "reports", "reporters", "sessions", "success_rate"),
    *("previous", "failures", "policies", "daily", "open_alerts"),
]


async def test_every_field_has_its_name_its_unit_and_its_value(db):
    take(
        db,
        told(policy(97, 3, failure(sessions=3)), signer="google.com"),
        told(policy(80, 0), day=DAY - timedelta(days=1), signer="google.com"),
        told(policy(20, 0), day=DAY - timedelta(days=1), signer="microsoft.com"),
        told(policy(40, 10), day=DAY - timedelta(days=30), signer="google.com"),
    )
    data = (await answered(db, "status example.com")).data
    assert set(FIELDS) <= set(data)
    assert {name: data[name] for name in FIELDS} == {
        "domain": "example.com",
        "registered": False,
        "from": "2026-02-08",
        "to": "2026-03-09",
        "verdict": "ok",
        "reports": 3,
        "reporters": 2,
        "sessions": {"total": 200, "successful": 197, "failed": 3},
        "success_rate": 0.985,
        "previous": {"total": 50, "successful": 40, "failed": 10, "success_rate": 0.8},
        "failures": [
            {
                "result_type": "certificate-expired",
                "sessions": 3,
                "mx_hosts": ["mx1.example.com"],
                "reporters": ["google.com"],
                "first_seen": "2026-03-09",
                "last_seen": "2026-03-09",
            }
        ],
        "policies": [{"type": "sts", "mode": "testing", "successful": 197, "failed": 3}],
        "daily": [
            {"day": "2026-03-08", "successful": 100, "failed": 0},
            {"day": "2026-03-09", "successful": 97, "failed": 3},
        ],
        "open_alerts": [],
    }
    json.dumps(data, allow_nan=False)


async def test_the_default_is_the_last_thirty_complete_days_against_the_thirty_before(db):
    take(db, *days_of(DAY - timedelta(days=80), 81))
    data = (await answered(db, "status example.com")).data
    assert (data["from"], data["to"], len(data["daily"])) == ("2026-02-08", "2026-03-09", 30)
    assert data["previous"]["total"] == 30 * 100


async def test_today_belongs_to_the_default_once_there_is_data_of_today(db):
    take(db, *days_of(DAY - timedelta(days=80), 81), told(policy(5), day=NOW.date(), arrived_at=NOW))
    data = (await answered(db, "status example.com")).data
    assert (data["from"], data["to"], len(data["daily"])) == ("2026-02-09", "2026-03-10", 30)


@pytest.mark.parametrize(
    ("period", "first", "last", "sessions", "before"),
    [
        ("7d", "2026-03-03", "2026-03-09", 700, 700),
        ("2026-02", "2026-02-01", "2026-02-28", 2_800, 1_000),
        ("2026-03-01", "2026-03-01", "2026-03-01", 100, 100),
        ("2026-02-27..2026-03-02", "2026-02-27", "2026-03-02", 400, 400),
        ("2026-02..2026-03", "2026-02-01", "2026-03-31", 3_700, 1_000),
        ("all", "2026-01-22", "2026-03-09", 4_700, 0),
    ],
)
async def test_any_period_can_be_asked_for(db, period, first, last, sessions, before):
    take(db, *days_of(date(2026, 1, 22), 47))
    data = (await answered(db, f"status example.com {period}")).data
    assert (data["from"], data["to"]) == (first, last)
    assert (data["sessions"]["total"], data["previous"]["total"]) == (sessions, before)
    assert data["previous"]["success_rate"] == (1.0 if before else None)


async def test_sts_and_tlsa_are_shown_by_type_and_never_added(db):
    both = told(policy(7, 1, failure(sessions=1)), policy(2, 6, failure("tlsa-invalid", 6), policy_type="tlsa"))
    take(db, both)
    data = (await answered(db, "status example.com")).data
    assert data["sessions"] == {"total": 8, "successful": 2, "failed": 6}
    assert [(one["result_type"], one["sessions"]) for one in data["failures"]] == [("tlsa-invalid", 6)]
    assert data["policies"] == [
        {"type": "sts", "mode": "testing", "successful": 7, "failed": 1},
        {"type": "tlsa", "mode": "testing", "successful": 2, "failed": 6},
    ]


async def test_modes_of_one_policy_type_stand_apart(db):
    enforce = policy(9, 1, policy_strings=("version: STSv1", "mode: enforce"))
    take(db, told(policy(5)), told(enforce, signer="b.example"), told(policy(3, policy_strings=()), signer="c.example"))
    policies = (await answered(db, "status example.com")).data["policies"]
    assert [(one["mode"], one["successful"]) for one in policies] == [(None, 3), ("enforce", 9), ("testing", 5)]


async def test_what_the_details_leave_out_is_not_itemised(db):
    take(db, told(policy(90, 10, failure(sessions=4))))
    failures = (await answered(db, "status example.com")).data["failures"]
    assert [(one["result_type"], one["sessions"]) for one in failures] == [
        ("not-itemised", 6),
        ("certificate-expired", 4),
    ]


async def test_a_report_of_several_days_counts_whole_on_its_first_day(db):
    take(db, told(policy(700, 7), day=DAY - timedelta(days=6), days=7))
    data = (await answered(db, "status example.com")).data
    assert data["daily"] == [{"day": "2026-03-03", "successful": 700, "failed": 7}]


async def test_held_reports_are_named_and_count_for_nothing(db):
    take(db, told(policy(0, 50), held=True))
    data = (await answered(db, "status example.com")).data
    assert (data["reports"], data["held"], data["sessions"]["total"]) == (0, 1, 0)
    assert data["verdict"] == "no-data"


async def test_the_rate_of_no_session_is_null(db):
    take(db, told(policy(0, 0)))
    data = (await answered(db, "status example.com")).data
    assert (data["reports"], data["success_rate"], data["verdict"]) == (1, None, "ok")
    assert data["daily"] == [{"day": "2026-03-09", "successful": 0, "failed": 0}]


@pytest.mark.parametrize(
    ("ok", "bad", "severities", "verdict"),
    [
        (100, 0, [], "ok"),
        (95, 5, [], "ok"),
        (94, 6, [], "warning"),
        (1, 2, [], "ok"),
        (100, 0, ["info"], "ok"),
        (100, 0, ["info", "warning"], "warning"),
        (100, 0, ["warning", "critical"], "critical"),
        (94, 6, ["critical"], "critical"),
    ],
    ids=["fine", "exactly at the rate", "over", "too few", "info", "warning", "critical", "critical and over"],
)
async def test_the_verdict_is_the_worst_open_alert_else_the_threshold(db, ok, bad, severities, verdict):
    take(db, told(policy(ok, bad)))
    for severity in severities:
        open_alert(db, severity)
    data = (await answered(db, "status example.com")).data
    assert data["verdict"] == verdict
    assert len(data["open_alerts"]) == len(severities)


@pytest.mark.parametrize(("state", "counts"), [("acked", True), ("snoozed", True), ("resolved", False)])
async def test_an_alert_that_is_not_over_counts_in_whatever_state(db, state, counts):
    take(db, told(policy(100)))
    open_alert(db, "warning", state=state)
    data = (await answered(db, "status example.com")).data
    assert (data["verdict"], data["open_alerts"]) == (("warning", [1]) if counts else ("ok", []))


async def test_the_threshold_of_the_domain_goes_before_the_default(db):
    take(db, told(policy(97, 3)))
    await answered(db, "set example.com failure-rate=2%")
    assert (await answered(db, "status example.com")).data["verdict"] == "warning"


async def test_a_flood_of_absurd_counts_does_not_break_the_answer(db):
    absurd = 2**53 - 1
    for offset in range(4):
        entry, when = policy(absurd, absurd, failure(sessions=absurd)), DAY - timedelta(days=offset)
        take(db, *(told(entry, organisation=f"Org {number}", day=when) for number in range(600)))
    data = (await answered(db, "status example.com")).data
    assert data["sessions"]["successful"] == data["sessions"]["failed"] == 2_400 * MOST_SESSIONS
    assert data["success_rate"] == 0.5
    assert (await answered(db, "status")).data["domains"][0]["sessions"] == data["sessions"]


async def test_a_domain_that_nobody_knows_is_no_error(db):
    take(db, told(policy()))
    found = await ask(db, "status exmaple.com")
    assert found.code == ""
    assert (found.reply.data["verdict"], found.reply.data["registered"]) == ("no-data", False)
    assert found.reply.data["previous"] == {"total": 0, "successful": 0, "failed": 0, "success_rate": None}
    assert "Did you mean example.com?" in found.reply.sentences[0]


async def test_an_international_name_is_taken_in_both_spellings_and_given_as_a_label(db):
    take(db, told(policy(policy_domain="xn--bcher-kva.example")))
    for typed in ("bücher.example", "BÜCHER.Example.", "XN--BCHER-KVA.example"):
        reply = await answered(db, f"status {typed}")
        assert (reply.data["domain"], reply.data["sessions"]["total"]) == ("xn--bcher-kva.example", 10)
        assert "bücher.example" in reply.title


async def test_registration_shows_in_the_data(db):
    await answered(db, "domain add example.com")
    data = (await answered(db, "status example.com")).data
    assert (data["registered"], data["verdict"], data["daily"]) == (True, "no-data", [])
