"""DKIM look-ups that are made again: noted with the report, pauses that grow, no further copy, no lost verdict."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import recheck
from storage.arrival import DkimVerdict, Outcome, Source, Trust
from storage.proof import ABOUT_DKIM
from storage.reception_tables import DkimRecheck
from storage.recheck import GIVEN_UP, PAUSES, ReadAgain, begin_due, original_to_read
from storage.tables import ChangedDay, DomainDay, Original, Report, Reporter
from tests.asking import rows, take
from tests.builders import DAY, NOW, arrival, delivery, failure, policy, report

SLOW = f"{ABOUT_DKIM}the key could not be looked up."
ODD = "The report came late."


def undecided(content=None, **more):
    more.setdefault("marks", (ODD, SLOW))
    return arrival(content or report(policy(10, 3, failure())), dkim=DkimVerdict.TEMPERROR, **more)


def failed(content=None, **more):
    marks = (ODD, f"{ABOUT_DKIM}the body was changed.")
    return arrival(content or report(policy(10, 3, failure())), dkim=DkimVerdict.FAIL, marks=marks, **more)


def signed(content=None, **more):
    return arrival(content or report(policy(10, 3, failure())), signer="sender.example", **more)


def again(*arrivals, original_id=1, body=b"From: a@b\r\n\r\n"):
    first = delivery(*arrivals, body=body)
    return ReadAgain(first.original, first.arrivals, original_id=original_id)


def begin(db, now, most=10):
    with db.writing() as connection:
        return begin_due(connection, now, most)


def totals(db):
    return rows(db, DomainDay, "day", "reports", "successful", "failed")


COUNTED = [(DAY, 1, 10, 3)]


@pytest.mark.parametrize("held", [True, False])
def test_a_report_whose_key_was_not_to_be_had_is_asked_about_again(db, held):
    take(db, delivery(undecided(held=held)))
    assert rows(db, DkimRecheck) == [(1, NOW + PAUSES[0], 0)]
    assert begin(db, NOW + PAUSES[0] - timedelta(seconds=1)) == []
    assert begin(db, NOW + PAUSES[0]) == [1]


@pytest.mark.parametrize("one", [arrival(), failed(), signed(), undecided(trust=Trust.IMPORTED)])
def test_nothing_else_is_asked_about_again(db, one):
    take(db, delivery(one))
    assert rows(db, DkimRecheck) == []


def test_one_original_with_two_undecided_reports_is_asked_about_once(db):
    take(db, delivery(undecided(), undecided(report(policy(5), report_id="2"))))
    assert rows(db, DkimRecheck, "original_id") == [(1,)]


@pytest.mark.parametrize("held", [True, False])
def test_a_pass_counts_the_report_for_its_signer_and_is_no_further_copy(db, held):
    take(db, delivery(undecided(held=held)))
    assert totals(db) == ([] if held else COUNTED)
    assert take(db, again(signed())) == [(Outcome.DUPLICATE,)]
    assert totals(db) == COUNTED
    assert rows(db, Report, "copies", "dkim", "trust", "signer", "held", "marks", "original_id") == [
        (1, "pass", "verified", "sender.example", False, [ODD], 1)
    ]
    assert ("sender.example", True) in rows(db, Reporter, "name", "is_signer")
    assert (rows(db, Original, "id"), rows(db, DkimRecheck)) == ([(1,)], [])


def test_a_pass_lets_the_alert_rules_look_at_the_day_again(db):
    take(db, delivery(undecided(held=True)))
    assert rows(db, ChangedDay) == []
    take(db, again(signed()), now=NOW + timedelta(minutes=5))
    assert rows(db, ChangedDay, "day", "changed_at") == [(DAY, NOW + timedelta(minutes=5))]


def test_a_fail_leaves_the_report_held_and_says_why(db):
    take(db, delivery(undecided(held=True)))
    take(db, again(failed()))
    assert totals(db) == []
    assert rows(db, Report, "copies", "dkim", "held", "marks") == [
        (1, "fail", True, [ODD, f"{ABOUT_DKIM}the body was changed."])
    ]
    assert rows(db, DkimRecheck) == []


@pytest.mark.parametrize(("before", "now"), [(True, False), (False, True)])
def test_a_changed_setting_moves_no_report_that_is_not_proven(db, before, now):
    take(db, delivery(undecided(held=before)))
    take(db, again(failed(held=now)))
    assert rows(db, Report, "held") == [(before,)]


def test_what_stays_undecided_waits_longer_each_time_and_is_given_up_in_the_end(db):
    take(db, delivery(undecided(held=True)))
    now, waits = NOW + PAUSES[0], []
    while begin(db, now):
        ((_, due, attempts),) = rows(db, DkimRecheck)
        waits.append((attempts, due - now))
        take(db, again(undecided(held=True)), now=now)
        now = due
    assert waits == [*enumerate(PAUSES[1:], 1), (6, PAUSES[-1])]
    assert rows(db, DkimRecheck) == []
    assert rows(db, Report, "dkim", "held", "marks") == [("temperror", True, [ODD, SLOW, GIVEN_UP])]


def test_a_try_that_ended_the_process_counts_as_made_and_the_last_one_ends_it_all(db):
    take(db, delivery(undecided()))
    now = NOW
    for pause in PAUSES:
        now += pause
        assert begin(db, now) == [1]
    assert begin(db, now + PAUSES[-1]) == []
    assert rows(db, DkimRecheck) == []
    assert rows(db, Report, "marks") == [([ODD, SLOW, GIVEN_UP],)]


def test_the_longest_due_come_first_and_no_more_than_asked_for(db):
    for number in range(3):
        take(db, delivery(undecided(report(report_id=str(number)))), now=NOW - timedelta(minutes=number))
    assert begin(db, NOW + timedelta(hours=1), most=2) == [3, 2]
    assert begin(db, NOW + timedelta(hours=1), most=2) == [1]


def test_a_better_copy_ends_the_asking(db):
    take(db, delivery(undecided(held=True)))
    take(db, delivery(signed(), body=b"signed"))
    assert rows(db, DkimRecheck) == []
    assert rows(db, Original, "body") == [(b"signed",)]
    assert rows(db, Report, "copies", "dkim", "marks") == [(2, "pass", [ODD])]


def test_what_was_read_again_too_late_changes_nothing(db):
    take(db, delivery(undecided(held=True)))
    take(db, delivery(signed(), body=b"signed"))
    take(db, again(arrival(report(policy(10, 3, failure())), signer="other.example"), original_id=1))
    assert rows(db, Report, "copies", "signer") == [(2, "sender.example")]
    assert rows(db, Original, "body") == [(b"signed",)]


def test_a_second_look_adds_no_report_that_the_first_one_did_not_see(db):
    take(db, delivery(undecided(held=True)))
    take(db, again(signed(report(policy(99), report_id="another"))))
    assert rows(db, Report, "report_id") == [("id-1",)]


@pytest.mark.parametrize("in_one_batch", [True, False])
@pytest.mark.parametrize("undecided_first", [True, False])
@pytest.mark.parametrize("earlier", [True, False])
def test_of_several_unproven_copies_the_one_that_may_still_be_proven_is_kept(
    db, in_one_batch, undecided_first, earlier
):
    unsigned = arrival(
        report(policy(10, 3, failure())), sent_at=NOW - timedelta(hours=1) if earlier else NOW, held=True
    )
    copies = [delivery(undecided(held=True), body=b"signed"), delivery(unsigned, body=b"unsigned")]
    copies = copies if undecided_first else copies[::-1]
    for batch in [copies] if in_one_batch else [[one] for one in copies]:
        take(db, *batch)
    assert rows(db, Original, "body") == [(b"signed",)]
    assert rows(db, Report, "copies", "dkim", "sent_at") == [(2, "temperror", unsigned.sent_at)]
    ((kept,),) = rows(db, DkimRecheck, "original_id")
    assert rows(db, Report, "original_id") == [(kept,)]


def test_a_copy_of_what_is_proven_is_not_asked_about(db):
    take(db, delivery(signed()))
    take(db, delivery(undecided(), body=b"again"))
    assert rows(db, DkimRecheck) == []
    assert rows(db, Original, "body") == [(b"From: a@b\r\n\r\n",)]


def test_an_original_of_two_reports_is_kept_once_when_both_are_proven(db):
    contents = [report(policy(number), report_id=str(number)) for number in (4, 5)]
    take(db, delivery(*(arrival(one, held=True) for one in contents)))
    take(db, delivery(*(signed(one) for one in contents), body=b"signed"))
    assert rows(db, Original, "body") == [(b"signed",)]
    assert {row[0] for row in rows(db, Report, "original_id")} == {row[0] for row in rows(db, Original, "id")}


def test_an_original_comes_back_as_it_came(db):
    first = delivery(undecided())
    original = replace(
        first.original, source=Source.IMAP, envelope_from="a@b.example", recipients=("x@y", "z@y"), name="file.eml"
    )
    take(db, replace(first, original=original))
    with db.reading() as connection:
        assert original_to_read(connection, 1) == original
        assert original_to_read(connection, 2) is None
        assert recheck.next_try(connection, 1) == NOW + PAUSES[0]
        assert recheck.next_try(connection, None) is None
