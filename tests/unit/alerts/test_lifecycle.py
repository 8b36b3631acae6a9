"""The life of an alert, decided without a database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.alerts.lifecycle import Joining, Opening, enough_to_recover, is_over, last_complete_day, sort_in
from commands.alerts.rules import Severity
from storage.domains import Thresholds
from storage.totals import Sessions
from tests.builders import DAY
from tests.day_evidence import EXPIRED, THRESHOLDS, a_day, an_alert, failed, the_finding

STARTTLS = "starttls-not-supported"


def finding(*types, severity=Severity.WARNING, day=DAY):
    return replace(the_finding(a_day(failed())), result_types=types or (EXPIRED,), severity=severity, day=day)


def test_a_fault_that_nobody_knows_opens_an_alert():
    one = finding()
    assert sort_in([one], []) == [Opening(one)]
    assert sort_in([one], [an_alert(1, STARTTLS)]) == [Opening(one)]


def test_a_fault_joins_the_alert_that_has_one_of_its_types():
    one = finding(STARTTLS, EXPIRED)
    (change,) = sort_in([one], [an_alert(1, "other"), an_alert(2, EXPIRED), an_alert(3, STARTTLS)])
    assert isinstance(change, Joining)
    assert change.alert.id == 2


def test_two_rules_that_find_one_fault_open_one_alert():
    by_rate, as_new = finding(EXPIRED, STARTTLS), finding(STARTTLS)
    assert sort_in([by_rate, as_new], []) == [Opening(by_rate)]


def test_a_second_rule_that_finds_what_joins_an_alert_opens_none():
    (change,) = sort_in([finding(EXPIRED, STARTTLS), finding(STARTTLS)], [an_alert(1, EXPIRED)])
    assert isinstance(change, Joining)


def test_two_findings_of_a_day_that_join_one_alert_both_widen_it():
    alert = an_alert(1, EXPIRED, STARTTLS, mx_hosts=())
    first, second = replace(finding(EXPIRED), mx_hosts=("a",)), replace(finding(STARTTLS), mx_hosts=("b",))
    assert [change.after.mx_hosts for change in sort_in([first, second], [alert])] == [("a",), ("a", "b")]


def test_two_faults_open_two_alerts():
    assert len(sort_in([finding(EXPIRED), finding(STARTTLS)], [])) == 2


@pytest.mark.parametrize(
    ("before", "now", "after", "worse"),
    [
        ("info", Severity.WARNING, Severity.WARNING, True),
        ("warning", Severity.CRITICAL, Severity.CRITICAL, True),
        ("warning", Severity.WARNING, Severity.WARNING, False),
        ("critical", Severity.WARNING, Severity.CRITICAL, False),
        ("warning", Severity.INFO, Severity.WARNING, False),
    ],
)
def test_an_alert_gets_worse_and_never_better_by_itself(before, now, after, worse):
    (change,) = sort_in([finding(severity=now)], [an_alert(severity=before)])
    assert (change.severity, change.is_worse) == (after, worse)


@pytest.mark.parametrize(("days", "moves"), [(-1, False), (0, True), (1, True)])
def test_only_newer_evidence_moves_an_alert_on(days, moves):
    (change,) = sort_in([finding(day=DAY + timedelta(days=days))], [an_alert()])
    assert change.moves_on is moves


@pytest.mark.parametrize(("before", "moves"), [("info", True), ("warning", False), ("critical", False)])
def test_a_few_failures_more_do_not_prolong_what_was_worse(before, moves):
    (change,) = sort_in([finding(severity=Severity.INFO)], [an_alert(severity=before)])
    assert change.moves_on is moves


def test_a_day_is_complete_two_days_later():
    assert last_complete_day(DAY) == DAY - timedelta(days=2)


@pytest.mark.parametrize(("rate", "least", "sessions"), [(0.05, 3, 60), (0.02, 5, 250), (1.0, 1, 1), (1e-8, 3, 3e8)])
def test_it_takes_as_many_sessions_to_recover_as_would_have_raised_the_alarm(rate, least, sessions):
    assert enough_to_recover(Thresholds(rate, least)) == sessions


@pytest.mark.parametrize(
    ("days", "ok", "bad", "over"),
    [
        (3, 60, 0, True),
        (3, 59, 0, False),
        (3, 0, 0, False),
        (3, 57, 3, True),
        (3, 56, 4, False),
        (3, 10_000, 20, True),
        (3, 1_000, 500, False),
        (15, 0, 0, False),
        (16, 0, 0, True),
        (16, 1, 0, True),
        (16, 5, 1, False),
        (400, 1_000, 500, False),
    ],
    ids=[
        *("enough without it", "one too few", "no session", "no more than may", "more than may", "usual noise"),
        *("still failing", "not yet 14 days", "not seen again", "hardly any session", "still seen", "failing for long"),
    ],
)
def test_an_alert_is_over_when_enough_went_well_or_it_was_not_seen_again(days, ok, bad, over):
    assert is_over(an_alert(), Sessions(ok, bad), bad, THRESHOLDS, DAY + timedelta(days=days)) is over


def test_a_rate_of_exactly_the_threshold_is_no_more_than_may_fail():
    thresholds = Thresholds(failure_rate=0.29, min_failures=3)
    assert is_over(an_alert(), Sessions(71, 29), 29, thresholds, DAY + timedelta(days=3))


def test_other_failures_do_not_keep_an_alert_open():
    assert is_over(an_alert(), Sessions(50, 50), 0, THRESHOLDS, DAY + timedelta(days=3))
