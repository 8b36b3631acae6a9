"""The end of an alert: proved by complete days, said once, and not undone by what comes late."""

from datetime import timedelta

import pytest

from commands.reply import Tone
from tests.alerting import Watch, broken, day, healthy
from tests.asking import told
from tests.builders import failure, policy
from tests.standing_alerts import alerts, one_alert


@pytest.fixture
def watch(db):
    watch = Watch(db)
    watch.takes(*(healthy(-number) for number in range(1, 5)))
    watch.takes(broken())
    return watch


def test_a_recovery_is_said_once_with_its_proof(watch):
    watch.on(day(3))
    watch.takes(healthy(1))
    assert [watch.closes(), watch.closes()] == [1, 0]
    alert, recovery = watch.said()
    assert (alert.tone, recovery.tone) == (Tone.WARNING, Tone.OK)
    assert recovery.title == "example.com: alert 1 is over."
    assert recovery.sentences[1] == "100 sessions since 9 Mar, and none failed with certificate-expired."
    assert recovery.next_step == "status example.com"
    stored = one_alert(watch.db)
    assert (stored.state, stored.resolved_at) == ("resolved", watch.now)


def test_a_day_that_is_still_coming_in_proves_nothing(watch):
    watch.on(day(2))
    watch.takes(healthy(1))
    assert watch.closes() == 0
    watch.on(day(3), hour=0)
    assert watch.closes() == 1


def test_too_few_sessions_prove_nothing(watch):
    watch.on(day(5))
    watch.takes(healthy(1, 30), healthy(2, 29))
    assert watch.closes() == 0
    watch.takes(healthy(3, 1))
    assert watch.closes() == 1


def test_no_news_is_no_recovery_for_fourteen_days(watch):
    watch.on(day(15))
    assert watch.closes() == 0
    watch.on(day(16))
    assert watch.closes() == 1
    assert "not seen again since 9 Mar" in watch.said()[-1].sentences[1]


def test_an_alert_of_a_report_that_came_weeks_late_is_not_over_at_once(db):
    watch = Watch(db)
    watch.on(day(24))
    watch.takes(broken(0, arrived_at=watch.now))
    assert watch.closes() == 0
    watch.on(day(24 + 14))
    assert watch.closes() == 0
    watch.on(day(24 + 15))
    assert watch.closes() == 1


def test_held_reports_and_reports_of_a_week_prove_nothing(watch):
    watch.on(day(9))
    watch.takes(healthy(1, 1_000, signer="", held=True), healthy(2, 1_000, days=7))
    assert watch.closes() == 0


def test_a_fault_that_goes_on_is_not_over(watch):
    watch.on(day(4))
    watch.takes(broken(1), healthy(2, 10))
    assert watch.closes() == 0


def test_the_usual_noise_of_a_type_does_not_keep_an_alert_open_for_ever(watch):
    watch.on(day(6))
    watch.takes(*(broken(number, bad=1, ok=999) for number in (1, 2, 3)))
    assert watch.closes() == 1
    assert watch.said()[-1].sentences[1] == (
        "3 of 3,000 sessions since 9 Mar failed with certificate-expired (0.10 %): within the threshold."
    )


def test_after_a_recovery_the_same_fault_is_a_new_alert(watch):
    watch.on(day(4))
    watch.takes(healthy(1))
    watch.closes()
    watch.takes(broken(3))
    assert alerts(watch.db, "state", "first_day") == [("resolved", day(0)), ("open", day(3))]
    assert len(watch.said()) == 3


def test_a_late_report_about_a_fault_that_is_over_says_nothing(watch):
    watch.takes(broken(1))
    watch.on(day(5))
    watch.takes(healthy(2))
    assert watch.closes() == 1
    said = len(watch.said())
    late = ("microsoft.com", "yahoo.example")
    watch.takes(*(broken(number, signer=name, enforce=True) for number in (0, 1) for name in late))
    assert len(watch.said()) == said
    assert len(alerts(watch.db, "id")) == 1
    alert = one_alert(watch.db)
    assert set(alert.reporters) == {"google.com", *late}, "its own day changes all the same"
    assert alert.severity == "critical"


def test_an_alert_about_a_late_day_is_not_held_open_by_the_days_after_it(watch):
    """They were judged before it was opened, and will not be judged again."""
    watch.takes(broken(-1, bad=40, ok=60), broken(2, bad=2, ok=998))
    watch.on(day(9))
    watch.takes(*(healthy(number) for number in (3, 4, 5)))
    assert watch.closes() == 1


def test_a_new_type_that_is_still_seen_keeps_its_alert_open_until_it_is_gone(db):
    watch = Watch(db)
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    for number in range(6):
        watch.on(day(number + 1))
        watch.takes(broken(number, bad=4, ok=996))
        assert watch.closes() == 0
    assert alerts(db, "state", "last_day") == [("open", day(5))]
    watch.on(day(8))
    watch.takes(healthy(6))
    assert watch.closes() == 1
    assert len(watch.said()) == 2


def test_an_alert_of_an_info_ends_without_a_word(db):
    watch = Watch(db)
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    watch.takes(broken(bad=1, ok=999))
    watch.on(day(4))
    watch.takes(healthy(1))
    assert (watch.closes(), watch.said()) == (1, [])


def test_one_alert_ends_while_another_goes_on(watch):
    watch.takes(told(policy(500, 500, failure("starttls-not-supported", 500)), day=day(1), signer="google.com"))
    watch.on(day(9))
    watch.takes(told(policy(500, 500, failure("starttls-not-supported", 500)), day=day(2), signer="google.com"))
    assert watch.closes() == 1
    assert alerts(watch.db, "result_types", "state") == [
        (["certificate-expired"], "resolved"),
        (["starttls-not-supported"], "open"),
    ]


def test_every_channel_hears_of_the_recovery_that_heard_of_the_alert(watch):
    watch.on(day(3))
    watch.takes(healthy(1))
    watch.now += timedelta(hours=1)
    watch.closes()
    assert watch.titles() == [watch.titles()[0], "example.com: alert 1 is over."]
