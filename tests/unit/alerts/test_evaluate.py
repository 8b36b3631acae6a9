"""From reports to messages: one alert for one fault, said once, whatever comes late, twice or after a restart."""

from datetime import timedelta

import pytest

from commands.alerts.evaluate import DAYS_AT_ONCE, MOST_STRANGERS
from commands.alerts.routing import Target
from storage.domains import register
from storage.tables import ChangedDay, OutboxMessage
from tests.alerting import OPS, Watch, broken, day, healthy
from tests.asking import answered, rows, take, told
from tests.builders import NOW, failure, policy
from tests.standing_alerts import alerts, one_alert

STARTTLS = "starttls-not-supported"


@pytest.fixture
def watch(db):
    return Watch(db)


def test_a_fault_over_ten_days_of_reports_is_one_alert_and_one_message(watch):
    watch.takes(*(healthy(-number) for number in range(1, 20)))
    for number in range(10):
        watch.on(day(number + 1))
        watch.takes(broken(number))
        watch.closes()
    alert = one_alert(watch.db)
    assert (alert.state, alert.severity, alert.first_day, alert.last_day) == ("open", "warning", day(0), day(9))
    assert (alert.failed, alert.total, alert.rule) == (50, 100, "failure-rate")
    assert len(watch.titles()) == 1


def test_after_a_restart_nothing_is_said_again(watch):
    watch.takes(broken())
    again = Watch(watch.db)
    again.now = watch.now + timedelta(hours=1)
    again.takes(broken())
    again.takes(broken(signer="microsoft.com"))
    again.judges()
    assert len(again.titles()) == 1
    assert len(alerts(again.db, "id")) == 1


def test_every_channel_hears_it_once(db):
    watch = Watch(db, OPS, Target("discord", "789"), Target("slack", "#other"))
    watch.takes(broken())
    watch.takes(broken(1))
    assert [row[:2] for row in rows(db, OutboxMessage, "platform", "channel", "key")] == [
        ("discord", "789"),
        ("slack", "#mail-ops"),
        ("slack", "#other"),
    ]
    keys = [row[0] for row in rows(db, OutboxMessage, "key")]
    assert len(set(keys)) == 3


def test_a_day_is_judged_only_after_the_delay(watch):
    take(watch.db, broken(), now=NOW)
    assert (watch.judges(), watch.titles()) == (0, [])
    watch.now += timedelta(seconds=59)
    take(watch.db, broken(signer="microsoft.com"), now=watch.now)
    assert watch.judges() == 0
    watch.now += timedelta(seconds=1)
    assert watch.judges() == 1, "more data does not put it off"
    assert watch.judges() == 0
    assert len(watch.titles()) == 1


def test_many_days_are_judged_bit_by_bit_and_none_is_forgotten(watch):
    many = [broken(-number, report_id=f"r{number}", arrived_at=NOW) for number in range(DAYS_AT_ONCE + 20)]
    take(watch.db, *many, now=NOW)
    watch.now += timedelta(seconds=60)
    assert [watch.judges() for _ in range(3)] == [DAYS_AT_ONCE, 20, 0]
    assert rows(watch.db, ChangedDay) == []
    assert len(watch.titles()) == 1


def test_a_rare_new_type_opens_an_alert_that_wakes_nobody(watch):
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    watch.takes(broken(bad=1, ok=999))
    assert alerts(watch.db, "severity", "rule", "failed", "total") == [("info", "new-failure-type", 1, 1_000)]
    assert watch.titles() == []
    watch.on(day(9))
    watch.takes(healthy(3, 1_000))
    assert watch.closes() == 1
    assert watch.titles() == [], "what was not announced is not taken back"


def test_an_alert_that_gets_worse_is_said_once_more(watch):
    watch.takes(healthy(-1))
    watch.takes(broken(enforce=True))
    assert watch.said()[0].tone == "warning"
    watch.takes(broken(enforce=True, signer="microsoft.com"))
    watch.takes(broken(1, enforce=True), broken(1, enforce=True, signer="microsoft.com"))
    assert [reply.tone.value for reply in watch.said()] == ["warning", "critical"]
    assert alerts(watch.db, "severity", "reporters") == [("critical", ["google.com", "microsoft.com"])]
    watch.takes(broken(2))
    assert one_alert(watch.db).severity == "critical", "it does not get better by itself"


def test_an_info_that_grows_into_a_warning_is_said(watch):
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    watch.takes(broken(bad=1, ok=999))
    watch.takes(broken(1, bad=10, ok=990))
    assert alerts(watch.db, "severity", "failed", "last_day") == [("warning", 10, day(1))]
    assert [reply.tone.value for reply in watch.said()] == ["warning"]


def test_a_new_type_that_a_second_reporter_confirms_the_day_after_becomes_critical(watch):
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    watch.takes(broken(bad=5, ok=995, enforce=True))
    watch.takes(broken(1, bad=5, ok=995, enforce=True), broken(1, bad=5, ok=995, enforce=True, signer="b.example"))
    assert alerts(watch.db, "severity", "rule", "last_day") == [("critical", "new-failure-type", day(1))]


def test_a_second_reporter_of_the_same_day_makes_it_worse_even_when_later_days_were_judged(watch):
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    watch.takes(broken(bad=5, ok=995, enforce=True))
    watch.takes(broken(1, bad=5, ok=995, enforce=True))
    watch.takes(broken(bad=5, ok=995, enforce=True, signer="b.example"))
    assert alerts(watch.db, "severity") == [("critical",)]


def test_reports_that_nobody_signed_raise_at_most_a_warning(watch):
    forged = [broken(enforce=True, signer="", organisation=name, report_id=name) for name in ("A", "B", "C")]
    watch.takes(*forged)
    assert alerts(watch.db, "severity") == [("warning",)]
    assert "none verified by DKIM" in watch.said()[0].notes[0]


def test_honest_reports_of_the_day_do_not_vouch_for_who_takes_their_names(watch):
    honest = [healthy(ok=1_000, signer=name) for name in ("google.com", "microsoft.com")]
    forged = [
        broken(bad=500, enforce=True, signer="", organisation=name, report_id=f"forged {name}")
        for name in ("google.com", "microsoft.com")
    ]
    watch.takes(*honest, *forged)
    assert alerts(watch.db, "severity") == [("warning",)]


def test_a_report_of_a_week_neither_raises_an_alarm_nor_makes_one_worse(watch):
    watch.takes(healthy(-1))
    week = {"days": 7, "enforce": True}
    watch.takes(broken(bad=500, report_id="w1", **week), broken(bad=500, signer="microsoft.com", **week))
    assert alerts(watch.db, "id") == []
    watch.takes(broken(report_id="day"), broken(signer="microsoft.com", report_id="day 2"))
    assert alerts(watch.db, "severity", "total") == [("warning", 200)]


def test_history_that_is_imported_wakes_nobody(watch):
    old = NOW - timedelta(days=15)
    watch.takes(*(broken(-20 - number, arrived_at=old, imported=True) for number in range(5)))
    assert (watch.titles(), alerts(watch.db, "id")) == ([], [])


def test_a_revision_within_imported_history_wakes_nobody_either(watch):
    old = NOW - timedelta(days=100)
    watch.takes(healthy(-101, arrived_at=old, imported=True))
    watch.takes(broken(-101, arrived_at=old + timedelta(hours=1), imported=True))
    assert rows(watch.db, ChangedDay) == []
    assert (watch.titles(), alerts(watch.db, "id")) == ([], [])


def test_a_revision_that_comes_today_is_news(watch):
    watch.takes(healthy())
    watch.takes(broken(arrived_at=NOW + timedelta(hours=1)))
    assert len(watch.titles()) == 1


def test_a_revision_that_takes_the_failures_back_is_no_second_message(watch):
    watch.takes(broken())
    watch.takes(healthy(arrived_at=NOW + timedelta(hours=1)))
    assert len(watch.titles()) == 1
    assert one_alert(watch.db).state == "open", "too little is known for a recovery"
    watch.on(day(4))
    watch.takes(healthy(1))
    assert watch.closes() == 1


def test_faults_of_two_domains_and_of_two_causes_are_alerts_of_their_own(watch):
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    other = told(
        policy(50, 50, failure(sessions=50), policy_domain="other.example"), signer="google.com", report_id="o"
    )
    watch.takes(broken(), other)
    watch.takes(broken(1, 5, 995, STARTTLS))
    assert alerts(watch.db, "domain_id", "result_types") == [
        (1, ["certificate-expired"]),
        (2, ["certificate-expired"]),
        (1, [STARTTLS]),
    ]


def test_an_alert_widens_by_types_hosts_and_reporters(watch):
    watch.takes(broken())
    more = failure(sessions=40, receiving_mx_hostname="mx2.example.com"), failure(STARTTLS, 40)
    watch.takes(told(policy(20, 80, *more), day=day(1), signer="microsoft.com"))
    alert = one_alert(watch.db)
    assert alert.result_types == ["certificate-expired", STARTTLS]
    assert alert.mx_hosts == ["mx1.example.com", "mx2.example.com"]
    assert alert.reporters == ["google.com", "microsoft.com"]


def test_a_late_report_about_an_earlier_day_moves_the_beginning_only(watch):
    watch.takes(broken(0, bad=60, ok=40))
    watch.takes(broken(-3, bad=90, ok=10))
    alert = one_alert(watch.db)
    assert (alert.first_day, alert.last_day, alert.failed) == (day(-3), day(0), 60)


async def test_the_threshold_of_the_domain_goes_before_the_default(watch):
    watch.takes(healthy(-1))
    await answered(watch.db, "set example.com failure-rate=60%")
    watch.takes(broken())
    assert alerts(watch.db, "rule") == [("new-failure-type",)]


def test_a_held_report_that_a_signed_copy_lifts_is_news(watch):
    watch.takes(broken(signer="", held=True, organisation="google.com", report_id="same"))
    assert watch.titles() == []
    watch.takes(broken(signer="google.com", report_id="same"))
    assert len(watch.titles()) == 1


def test_held_reports_raise_nothing(watch):
    watch.takes(healthy(-1), broken(signer="", held=True))
    assert alerts(watch.db, "id") == []


def test_a_flood_of_domains_that_nobody_registered_is_told_in_one_message_more(watch):
    with watch.db.writing() as connection:
        register(connection, "real.example", "terminal", NOW)
    names = [f"d{number:02}.example" for number in range(30)]
    watch.takes(told(*[policy(1, 5, failure(sessions=5), policy_domain=name) for name in names], signer="evil.example"))
    watch.judges()
    assert len(alerts(watch.db, "id")) == 30
    assert len(watch.titles()) == MOST_STRANGERS + 1
    assert watch.titles()[-1] == "More than 10 domains that are not registered have failures."
    watch.takes(told(policy(1, 5, failure(sessions=5), policy_domain="real.example"), signer="google.com"))
    assert watch.titles()[-1].startswith("real.example: ")


def test_what_was_never_told_is_not_told_to_be_over(watch):
    names = [f"d{number:02}.example" for number in range(30)]
    watch.takes(told(*[policy(1, 5, failure(sessions=5), policy_domain=name) for name in names], signer="evil.example"))
    watch.on(day(30))
    assert watch.closes() == 30
    assert sum("over" in title for title in watch.titles()) <= MOST_STRANGERS + 1
