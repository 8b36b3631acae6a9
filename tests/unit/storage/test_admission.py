"""Admitting what nothing proves: it counts from then on, and the totals are right whatever stands beside it."""

from datetime import timedelta

import pytest

from storage.admission import admit
from storage.arrival import Trust
from storage.tables import ChangedDay, DomainDay, Report
from tests.asking import rows, take
from tests.builders import DAY, NOW, arrival, delivery, failure, policy, report

LATER = NOW + timedelta(hours=3)


def admitted(db, report_id=1, now=LATER):
    with db.writing() as connection:
        return admit(connection, report_id, now)


def totals(db):
    return rows(db, DomainDay, "day", "reports", "successful", "failed")


def standings(db):
    return rows(db, Report, "id", "standing", "trust")


def test_an_admitted_report_counts_from_then_on_and_the_rules_look_at_its_day(db):
    take(db, delivery(arrival(report(policy(10, 3, failure())), held=True)))
    assert totals(db) == []
    assert admitted(db)
    assert totals(db) == [(DAY, 1, 10, 3)]
    assert rows(db, Report, "trust", "held", "standing", "copies") == [("admitted", False, "counted", 1)]
    assert rows(db, ChangedDay, "day", "changed_at") == [(DAY, LATER)]


def test_a_report_that_counts_already_weighs_more_and_its_day_is_looked_at_again(db):
    take(db, delivery(arrival(report(policy(10, 3, failure())))))
    with db.writing() as connection:
        connection.exec_driver_sql("DELETE FROM changed_day")
    assert admitted(db)
    assert totals(db) == [(DAY, 1, 10, 3)]
    assert standings(db) == [(1, "counted", "admitted")]
    assert rows(db, ChangedDay, "day") == [(DAY,)]


def test_what_came_long_ago_alarms_nobody(db):
    take(db, delivery(arrival(held=True)))
    assert admitted(db, now=NOW + timedelta(days=15))
    assert totals(db) == [(DAY, 1, 10, 0)]
    assert rows(db, ChangedDay) == []


@pytest.mark.parametrize("one", [arrival(signer="sender.example"), arrival(trust=Trust.IMPORTED)])
def test_what_is_proven_needs_nobody_to_vouch_for_it(db, one):
    take(db, delivery(one))
    assert not admitted(db)
    assert not admitted(db, 99)
    assert standings(db)[0][2] == one.trust


def test_admitting_twice_changes_nothing_more(db):
    take(db, delivery(arrival(held=True)))
    assert [admitted(db), admitted(db)] == [True, False]
    assert totals(db) == [(DAY, 1, 10, 0)]


def test_the_latest_of_several_admitted_versions_counts_whatever_the_order(db):
    early = arrival(report(policy(10)), held=True)
    late = arrival(report(policy(20)), sent_at=NOW + timedelta(hours=1), held=True)
    take(db, delivery(late), delivery(early))
    for report_id in (1, 2):
        admitted(db, report_id)
    assert totals(db) == [(DAY, 1, 20, 0)]
    assert {row[1] for row in standings(db)} == {"counted", "revised"}


def test_an_admitted_version_never_replaces_the_one_that_its_sender_signed(db):
    take(db, delivery(arrival(report(policy(10)), signer="sender.example")))
    take(db, delivery(arrival(report(policy(0, 99)), sent_at=LATER, held=True)))
    admitted(db, 2)
    assert totals(db) == [(DAY, 1, 10, 0)]
    assert standings(db) == [(1, "counted", "verified"), (2, "outranked", "admitted")]


def test_an_admitted_version_replaces_one_that_nobody_vouches_for(db):
    take(db, delivery(arrival(report(policy(10)), sent_at=LATER)))
    take(db, delivery(arrival(report(policy(20)), held=True)))
    admitted(db, 2)
    assert totals(db) == [(DAY, 1, 20, 0)]


def test_an_admitted_twin_counts_once(db):
    take(db, delivery(arrival(report(report_id="a"))), delivery(arrival(report(report_id="b"), held=True)))
    admitted(db, 2)
    assert totals(db) == [(DAY, 1, 10, 0)]
    assert {row[1] for row in standings(db)} == {"counted", "twin"}


def test_a_signed_copy_still_lifts_an_admitted_report(db):
    take(db, delivery(arrival(report(policy(10)), held=True)))
    admitted(db)
    take(db, delivery(arrival(report(policy(10)), signer="sender.example")))
    assert standings(db) == [(1, "counted", "verified")]
    assert totals(db) == [(DAY, 1, 10, 0)]
