"""The rules, as tables: what one day shows, and how bad it is."""

from dataclasses import replace

import pytest

from commands.alerts.rules import judge
from storage.arrival import Trust
from storage.domains import Thresholds
from tests.day_evidence import (
    DANE,
    ENFORCE,
    EXPIRED,
    GOOGLE,
    MICROSOFT,
    NO_POLICY,
    TESTING,
    THRESHOLDS,
    a_day,
    failed,
    found,
    the_finding,
    under,
)

RATE, NEW = "failure-rate", "new-failure-type"
STARTTLS = "starttls-not-supported"


@pytest.mark.parametrize(
    ("ok", "bad", "rate", "least", "expected"),
    [
        (94, 6, 0.05, 3, True),
        (95, 5, 0.05, 3, False),
        (949, 51, 0.05, 3, True),
        (0, 3, 0.05, 3, True),
        (0, 2, 0.05, 3, False),
        (1, 2, 0.05, 3, False),
        (97, 3, 0.02, 3, True),
        (97, 3, 0.02, 4, False),
        (0, 1, 0.05, 1, True),
        (0, 9, 1.0, 3, False),
        (0, 0, 0.05, 1, False),
    ],
)
def test_the_rate_counts_from_the_minimum_on_and_only_above_the_threshold(ok, bad, rate, least, expected):
    evidence = a_day(failed(sessions=bad), ok=ok) if bad else a_day(ok=ok)
    assert found(evidence, Thresholds(rate, least)) == ([(RATE, "warning", (EXPIRED,))] if expected else [])


@pytest.mark.parametrize(
    ("sessions", "seen", "history", "expected"),
    [
        (3, False, True, [(NEW, "warning", (EXPIRED,))]),
        (2, False, True, [(NEW, "info", (EXPIRED,))]),
        (1, False, True, [(NEW, "info", (EXPIRED,))]),
        (3, True, True, []),
        (3, False, False, []),
    ],
    ids=["the minimum", "below the minimum", "one session", "seen before", "no history"],
)
def test_a_type_is_new_when_earlier_days_know_others(sessions, seen, history, expected):
    known = frozenset({EXPIRED}) if seen else frozenset()
    evidence = a_day(failed(sessions=sessions), ok=10_000, types_seen_before=known, has_history=history)
    assert found(evidence) == expected


def test_what_is_not_itemised_is_no_new_type():
    assert found(a_day(failed("not-itemised", 9), ok=10_000, types_seen_before=frozenset())) == []


@pytest.mark.parametrize(
    ("expired", "starttls", "expected"),
    [
        (3, 2, (NEW, "warning", (EXPIRED, STARTTLS))),
        (2, 4, (NEW, "warning", (STARTTLS, EXPIRED))),
        (2, 2, (NEW, "info", (EXPIRED, STARTTLS))),
    ],
    ids=["one reaches the minimum", "the other does", "both only together"],
)
def test_all_new_types_of_a_day_are_one_finding(expired, starttls, expected):
    evidence = a_day(failed(sessions=expired), failed(STARTTLS, starttls), ok=10_000, types_seen_before=frozenset())
    assert found(evidence) == [expected]


def test_new_types_that_belong_to_an_alert_are_found_apart_from_the_others():
    evidence = a_day(failed(sessions=9), failed(STARTTLS, 5), failed("c", 4), ok=10_000, types_seen_before=frozenset())
    findings = judge(evidence, THRESHOLDS, {STARTTLS: 7}.get)
    assert [(one.result_types, one.sessions.failed) for one in findings] == [((EXPIRED, "c"), 13), ((STARTTLS,), 5)]


def test_a_rare_new_type_that_refuses_mail_makes_a_frequent_one_no_worse():
    policies = (under(TESTING), under(ENFORCE, GOOGLE, STARTTLS), under(ENFORCE, MICROSOFT, STARTTLS))
    parts = failed(sessions=9), failed(STARTTLS, 1), failed(STARTTLS, 1, MICROSOFT)
    evidence = a_day(*parts, ok=10_000, types_seen_before=frozenset(), failed_policies=policies)
    assert found(evidence) == [(NEW, "warning", (EXPIRED, STARTTLS))]


def test_a_day_may_be_over_the_rate_and_have_new_types_beside():
    fresh = {"types_seen_before": frozenset()}
    parts = failed("a", 80), failed("b", 12), failed("c", 8)
    assert found(a_day(*parts, ok=0, **fresh)) == [(RATE, "warning", ("a",)), (NEW, "warning", ("b", "c"))]


def test_a_fault_is_named_after_the_types_that_make_up_most_of_it():
    evidence = a_day(failed("b", 30), failed("a", 60), failed("c", 10), ok=0)
    assert found(evidence) == [(RATE, "warning", ("a", "b"))]


def test_types_that_are_equally_many_come_in_one_order():
    assert found(a_day(failed("b", 5), failed("a", 5), ok=0)) == found(a_day(failed("a", 5), failed("b", 5), ok=0))


def test_failures_without_any_detail_still_raise_the_rate():
    assert found(a_day(failed("not-itemised", 50), ok=50)) == [(RATE, "warning", ("not-itemised",))]


@pytest.mark.parametrize(
    ("policies", "severity"),
    [
        ([under(ENFORCE), under(ENFORCE, MICROSOFT)], "critical"),
        ([under(DANE), under(DANE, MICROSOFT)], "critical"),
        ([under(DANE), under(ENFORCE, MICROSOFT)], "critical"),
        ([under(ENFORCE, trust=Trust.IMPORTED), under(ENFORCE, MICROSOFT)], "critical"),
        ([under(ENFORCE)], "warning"),
        ([under(ENFORCE), under(ENFORCE)], "warning"),
        ([under(ENFORCE), under(TESTING, MICROSOFT)], "warning"),
        ([under(TESTING), under(TESTING, MICROSOFT)], "warning"),
        ([under(NO_POLICY), under(NO_POLICY, MICROSOFT)], "warning"),
        ([under(ENFORCE, trust=Trust.UNVERIFIED), under(ENFORCE, MICROSOFT, trust=Trust.UNVERIFIED)], "warning"),
        ([under(ENFORCE), under(ENFORCE, MICROSOFT, trust=Trust.UNVERIFIED)], "warning"),
        ([under(ENFORCE), under(ENFORCE, MICROSOFT, trust=Trust.ADMITTED)], "warning"),
        ([under(ENFORCE), under(ENFORCE, MICROSOFT, STARTTLS)], "warning"),
        ([under(ENFORCE), under(DANE, MICROSOFT, None)], "critical"),
        ([], "warning"),
    ],
    ids=[
        *("two under enforce", "two under DANE", "one of each", "imported", "one reporter", "one twice"),
        *("one in testing", "both in testing", "no policy", "unverified", "one unverified", "one admitted"),
        *("another type", "the same sessions under DANE", "no policy named"),
    ],
)
def test_critical_is_only_what_is_refused_and_two_believed_reporters_agree_on(policies, severity):
    evidence = a_day(failed(sessions=6), failed(sessions=6, reporter=MICROSOFT), failed_policies=tuple(policies))
    assert found(evidence) == [(RATE, severity, (EXPIRED,))]


def test_a_new_type_that_refuses_mail_is_critical_and_a_rare_one_stays_an_info():
    policies = (under(ENFORCE), under(ENFORCE, MICROSOFT))
    fresh = {"ok": 10_000, "types_seen_before": frozenset(), "failed_policies": policies}
    many = a_day(failed(sessions=2), failed(sessions=2, reporter=MICROSOFT), **fresh)
    few = a_day(failed(sessions=1), failed(sessions=1, reporter=MICROSOFT), **fresh)
    assert [found(many), found(few)] == [[(NEW, "critical", (EXPIRED,))], [(NEW, "info", (EXPIRED,))]]


def test_who_claims_a_believed_name_without_a_signature_is_not_believed():
    policies = (
        under(ENFORCE, GOOGLE, trust=Trust.UNVERIFIED),
        under(ENFORCE, MICROSOFT, trust=Trust.UNVERIFIED),
    )
    evidence = a_day(failed(sessions=6), failed(sessions=6, reporter=MICROSOFT), failed_policies=policies)
    finding = the_finding(evidence)
    assert (finding.severity.value, finding.agreeing) == ("warning", frozenset())


def test_a_finding_tells_how_much_where_and_who():
    evidence = a_day(
        failed(sessions=6, mx="mx2.example.com"), failed(sessions=2, reporter=MICROSOFT), failed("rare", 1), ok=91
    )
    finding = the_finding(evidence)
    assert (finding.sessions.failed, finding.sessions.total) == (9, 100)
    assert finding.mx_hosts == ("mx2.example.com", "mx1.example.com")
    assert finding.reporters == (GOOGLE, MICROSOFT)
    assert finding.baseline_rate == 0.001


def test_without_sessions_before_there_is_no_usual_rate():
    baseline = replace(a_day().baseline, successful=0, failed=0)
    assert the_finding(a_day(failed(), baseline=baseline)).baseline_rate is None


def test_details_beyond_the_summary_neither_raise_nor_swell_an_alarm():
    fresh = {"types_seen_before": frozenset()}
    assert found(a_day(failed(sessions=9), ok=100, bad=0, **fresh)) == []
    finding = the_finding(a_day(failed(sessions=900), ok=1_000, bad=4, **fresh))
    assert (finding.sessions.failed, finding.sessions.total) == (4, 1_004)
