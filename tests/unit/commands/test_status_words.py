"""`status DOMAIN` for people: the finding first, the next step last, and no figure that flatters."""

from datetime import date, timedelta

import pytest

from commands.phrases import percent, percent_as_set
from commands.reply import Tone
from storage.totals import Sessions
from tests.asking import answered, ask, days_of, said, take, told
from tests.builders import DAY, NOW, failure, policy
from tests.standing_alerts import open_alert


async def test_the_finding_is_the_title_and_the_next_step_the_last_line(db):
    take(db, *days_of(DAY - timedelta(days=59), 59), told(policy(99, 1, failure(sessions=1)), signer="sender.example"))
    reply = await answered(db, "status example.com")
    assert reply.title == ("example.com: 2,999 of 3,000 sessions were secure, 8 Feb to 9 Mar (99.97 %, before 100 %).")
    assert reply.tone is Tone.OK
    assert [(field.label, field.value) for field in reply.fields] == [
        ("Sessions", "2,999 secure, 1 failed"),
        ("Reports", "30 by 1 reporter"),
        ("Newest report", "4 h old"),
        ("Open alerts", "none"),
    ]
    assert reply.tables[0].rows == (("certificate-expired", "1", "mx1.example.com", "sender.example", "2026-03-09"),)
    assert reply.next_step == "failures example.com"
    assert reply.private


async def test_the_chart_shows_the_days_with_data_oldest_first(db):
    take(db, told(policy(5, 1), day=DAY), told(policy(7), day=DAY - timedelta(days=3)))
    chart = (await answered(db, "status example.com")).chart
    assert [(bar.day, bar.successful, bar.failed) for bar in chart.bars] == [
        (DAY - timedelta(days=3), 7, 0),
        (DAY, 5, 1),
    ]


async def test_held_reports_are_said_loudly_with_what_to_do(db):
    take(db, told(policy(), held=True))
    reply = await answered(db, "status example.com")
    assert "1 report is held back and not counted" in reply.sentences[0]
    assert "`reports example.com` says why" in reply.sentences[0]
    assert "reports that come from then on are counted" in reply.sentences[0]
    everywhere = (await answered(db, "status")).sentences[0]
    assert everywhere == reply.sentences[0].replace("reports example.com", "reports DOMAIN")


async def test_an_answer_without_sessions_says_so_and_shows_no_rate(db):
    take(db, told(policy(0, 0)))
    reply = await answered(db, "status example.com")
    assert reply.title == "example.com: 1 report, 8 Feb to 9 Mar, and not one session in them."
    assert "%" not in said(reply)
    assert reply.chart is None


async def test_old_data_is_pointed_to_where_the_period_has_none(db):
    take(db, told(policy(99, 1), day=DAY - timedelta(days=100)))
    reply = await answered(db, "status example.com")
    assert reply.tone is Tone.NO_DATA
    assert "The newest data is about 29 Nov 2025: 1 of 100 sessions failed (1.00 %)." in reply.sentences[0]
    (shown,) = (sentence.split("`")[1] for sentence in reply.sentences if "`" in sentence)
    assert (await answered(db, shown)).data["sessions"]["total"] == 100


async def test_every_next_step_is_a_command_that_has_an_answer(db):
    take(db, told(policy(9, 1, failure(sessions=1))), told(policy(policy_domain="other.example"), signer="b.example"))
    await answered(db, "domain add new.example")
    for text in ("status", "status example.com", "status other.example", "status new.example", "status exampel.com"):
        step = (await answered(db, text)).next_step
        assert not (await ask(db, step)).code, f"{text} leads to {step}"


async def test_two_policies_of_one_session_come_with_a_warning_not_to_add_them(db):
    take(db, told(policy(7), policy(7, policy_type="tlsa")))
    assert any("not to be added up" in note for note in (await answered(db, "status example.com")).notes)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (None, "–"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.9999, "99.99 %"),
        (0.99996, "99.99 %"),
        (1 - 1e-12, "99.99 %"),
        (1e-12, "under 0.01 %"),
        (0.00004, "under 0.01 %"),
        (0.00006, "0.01 %"),
        (0.002, "0.20 %"),
        (0.05, "5.00 %"),
        (0.983333, "98.33 %"),
        (0.5, "50.00 %"),
    ],
)
def test_a_rate_has_two_digits_and_is_never_rounded_to_all_or_nothing(rate, words):
    assert percent(rate) == words


@pytest.mark.parametrize(
    ("rate", "words"), [(0.05, "5 %"), (0.002, "0.2 %"), (1.0, "100 %"), (0.00001, "0.001 %"), (0.123456, "12.3456 %")]
)
def test_a_threshold_is_told_as_it_was_set(rate, words):
    assert percent_as_set(rate) == words


@pytest.mark.parametrize("total", [10**16, 10**17, 2**63])
def test_one_session_among_any_number_keeps_a_rate_from_being_all(total):
    assert percent(Sessions(total, 1).success_rate) == percent(Sessions(1, total).failure_rate) == "99.99 %"
    assert percent(Sessions(total, 0).success_rate) == percent(Sessions(0, total).failure_rate) == "100 %"


async def test_one_failure_in_a_million_is_neither_perfect_nor_hidden(db):
    take(db, told(policy(999_999, 1, failure(sessions=1))))
    reply = await answered(db, "status example.com")
    assert "999,999 of 1,000,000 sessions" in reply.title
    assert "99.99 %" in reply.title
    assert "100 %" not in said(reply)


async def test_of_many_alerts_the_worst_are_told_and_the_others_counted(db):
    take(db, told(policy(100)))
    for severity in (*["warning"] * 6, "critical", "critical"):
        open_alert(db, severity)
    reply = await answered(db, "status example.com")
    begins = [sentence.partition(":")[0] for sentence in reply.sentences]
    assert begins[:5] == [
        *("Alert 7 (critical)", "Alert 8 (critical)", "Alert 1 (warning)", "Alert 2 (warning)", "Alert 3 (warning)")
    ]
    assert reply.sentences[5].startswith("And 3 more are open: `status example.com`")
    assert reply.data["open_alerts"] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_as_many_alerts_as_fit_are_all_told(db):
    take(db, told(policy(100)))
    for _ in range(5):
        open_alert(db)
    sentences = (await answered(db, "status example.com")).sentences
    assert [sentence.startswith("Alert ") for sentence in sentences] == [True] * 5


@pytest.mark.parametrize(("age", "is_told"), [(5, False), (6, True)])
async def test_reports_that_have_stopped_are_told_though_all_was_well(db, age, is_told):
    take(db, told(policy(10), day=NOW.date() - timedelta(days=age)))
    text = said(await answered(db, "status example.com"))
    assert ("`reporters example.com` says who has fallen silent" in text) is is_told


async def test_old_days_that_are_asked_for_are_no_silence(db):
    take(db, told(policy(10), day=date(2026, 1, 5)))
    assert "silent" not in said(await answered(db, "status example.com 2026-01-01..2026-01-04"))
