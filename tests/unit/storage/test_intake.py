"""Counting once: duplicates, revisions, reused ids, twins, whatever the order of arrival."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage.arrival import Delivery, DkimVerdict, Outcome, QuarantineKind, Source, Trust
from storage.database import Database
from storage.intake import take_in
from storage.members import competitors
from storage.reception_tables import Quarantined
from storage.reporters import reporters
from storage.rows import member
from storage.shares import MOST_SESSIONS
from storage.standing import Standing
from storage.tables import (
    ChangedDay,
    DomainDay,
    FailureDay,
    PolicyDay,
    Report,
    ReportDomain,
    Reporter,
    table,
)
from tests.builders import DAY, NOW, arrival, delivery, failure, policy, report


def take(db, *deliveries, now=NOW):
    with db.writing() as connection:
        return take_in(connection, deliveries, now)


def rows(db, model, *columns):
    target = table(model)
    with db.reading() as connection:
        found = connection.execute(select(*(target.c[name] for name in columns)) if columns else select(target))
        return sorted(tuple(row) for row in found)


def totals(db):
    return rows(db, DomainDay, "day", "reports", "successful", "failed", "longer_successful", "longer_failed")


def test_a_report_is_counted_on_the_day_on_which_it_starts(db):
    assert take(db, delivery()) == [(Outcome.STORED,)]
    assert totals(db) == [(DAY, 1, 10, 0, 0, 0)]


def test_the_same_content_again_is_a_duplicate_and_counts_once(db):
    take(db, delivery())
    assert take(db, delivery(), delivery()) == [(Outcome.DUPLICATE,), (Outcome.DUPLICATE,)]
    assert totals(db) == [(DAY, 1, 10, 0, 0, 0)]
    assert rows(db, Report, "copies") == [(3,)]


def test_a_later_revision_replaces_the_earlier_one_even_when_it_comes_first(db):
    early = arrival(report(policy(10)), sent_at=NOW)
    late = arrival(report(policy(20, 3, failure())), sent_at=NOW + timedelta(hours=1))
    take(db, delivery(late))
    take(db, delivery(early))
    assert totals(db) == [(DAY, 1, 20, 3, 0, 0)]
    assert rows(db, Report, "standing") == [("counted",), ("revised",)]


def test_what_a_revision_no_longer_says_is_gone_from_the_totals(db):
    take(db, delivery(arrival(report(policy(10, 3, failure())))))
    take(db, delivery(arrival(report(policy(13)), sent_at=NOW + timedelta(hours=1))))
    assert totals(db) == [(DAY, 1, 13, 0, 0, 0)]
    assert rows(db, FailureDay) == []


def test_one_id_used_for_two_domains_is_two_reports(db):
    other = report(policy(5, policy_domain="other.example"))
    take(db, delivery(arrival(report(policy(10)))), delivery(arrival(other)))
    assert [row[2] for row in totals(db)] == [5, 10]


def test_one_id_used_by_two_organisations_is_two_reports(db):
    take(db, delivery(arrival(report(organisation="A"))), delivery(arrival(report(organisation="B"))))
    assert totals(db) == [(DAY, 2, 20, 0, 0, 0)]


def test_two_signers_never_revise_each_other_whatever_they_call_themselves(db):
    honest = arrival(report(policy(10)), signer="sender.example")
    forged = arrival(report(policy(0, 99, failure())), signer="evil.example", sent_at=NOW + timedelta(days=1))
    take(db, delivery(honest), delivery(forged))
    assert totals(db) == [(DAY, 2, 10, 99, 0, 0)]


def test_an_unverified_version_never_replaces_a_verified_one(db):
    take(db, delivery(arrival(report(policy(10)), signer="sender.example")))
    take(db, delivery(arrival(report(policy(0, 99)), sent_at=NOW + timedelta(days=1))))
    assert totals(db) == [(DAY, 1, 10, 0, 0, 0)]
    assert rows(db, Report, "standing") == [("counted",), ("outranked",)]


def test_a_verified_duplicate_lifts_a_held_report(db):
    content = report(policy(10, 3, failure()))
    take(db, delivery(arrival(content, held=True), body=b"forwarded"))
    assert totals(db) == []
    assert take(db, delivery(arrival(content, signer="sender.example"), body=b"signed")) == [(Outcome.DUPLICATE,)]
    assert totals(db) == [(DAY, 1, 10, 3, 0, 0)]
    assert rows(db, Report, "trust", "held", "dkim") == [("verified", False, "pass")]
    assert ("sender.example", True) in rows(db, Reporter, "name", "is_signer")


def test_the_same_content_under_another_id_counts_once(db):
    take(db, delivery(arrival(report(report_id="a"))))
    take(db, delivery(arrival(report(report_id="b"))))
    assert totals(db) == [(DAY, 1, 10, 0, 0, 0)]
    assert rows(db, Report, "standing") == [("counted",), ("twin",)]


def test_other_content_under_another_id_counts_as_well(db):
    take(
        db,
        delivery(arrival(report(policy(10), report_id="idx1"))),
        delivery(arrival(report(policy(7), report_id="idx2"))),
    )
    assert totals(db) == [(DAY, 2, 17, 0, 0, 0)]


def test_a_twin_counts_again_when_its_twin_is_revised(db):
    take(db, delivery(arrival(report(policy(10), report_id="a"))), delivery(arrival(report(policy(10), report_id="b"))))
    take(db, delivery(arrival(report(policy(4), report_id="a"), sent_at=NOW + timedelta(hours=2))))
    assert totals(db) == [(DAY, 2, 14, 0, 0, 0)]


def test_sts_and_tlsa_entries_of_one_report_are_not_added(db):
    content = report(
        policy(7), policy(4, 3, failure("tlsa-invalid"), policy_type="tlsa"), policy(2, policy_type="no-policy-found")
    )
    take(db, delivery(arrival(content)))
    assert totals(db) == [(DAY, 1, 6, 3, 0, 0)], "a tie goes to the entry with more failures; other types are added"
    assert len(rows(db, PolicyDay)) == 3, "by policy type, all are shown"


def test_failures_without_details_are_not_itemised(db):
    take(db, delivery(arrival(report(policy(10, 5, failure(sessions=2))))))
    assert rows(db, FailureDay, "result_type", "sessions") == [("certificate-expired", 2), ("not-itemised", 3)]


def test_details_beyond_the_summary_do_not_raise_the_headline(db):
    take(db, delivery(arrival(report(policy(10, 1, failure(sessions=2))))))
    assert totals(db) == [(DAY, 1, 10, 1, 0, 0)]


def test_a_weekly_report_is_put_on_its_first_day_and_kept_apart(db):
    take(db, delivery(arrival(report(policy(70, 7), day=date(2026, 3, 1), days=7))))
    assert totals(db) == [(date(2026, 3, 1), 1, 70, 7, 70, 7)]


def test_held_reports_are_kept_and_not_counted(db):
    take(db, delivery(arrival(held=True)))
    assert totals(db) == []
    assert rows(db, ReportDomain, "standing") == [("held",)]


def test_new_data_is_left_for_the_rules_but_history_is_not(db):
    take(db, delivery(arrival(report(day=date(2025, 1, 1)))), now=NOW)
    take(db, delivery(arrival(report(day=date(2025, 1, 2))), arrived_at=NOW - timedelta(days=30)), now=NOW)
    assert rows(db, ChangedDay, "day") == [(date(2025, 1, 1),)], (
        "an old day that arrives today is news; old mail is not"
    )


def test_an_imported_file_is_history_when_its_report_is_about_an_old_day_however_new_the_file_looks(db):
    for number, age in enumerate((13, 14, 15)):
        old = report(day=NOW.date() - timedelta(days=age), report_id=str(number))
        take(db, Delivery(replace(delivery().original, source=Source.IMPORT), (arrival(old),)), now=NOW)
    assert rows(db, ChangedDay, "day") == [(NOW.date() - timedelta(days=age),) for age in (14, 13)]


@pytest.mark.parametrize("imported_first", [True, False])
def test_the_best_copy_names_the_reporter_whichever_came_first(db, imported_first):
    content = report(policy(10), contact_info="b@other.example")
    copies = [arrival(content, trust=Trust.IMPORTED, dkim=DkimVerdict.UNCHECKED), arrival(content, signer="x.example")]
    for one in copies if imported_first else reversed(copies):
        take(db, delivery(one))
    assert rows(db, Report, "trust", "signer", "dkim", "copies") == [("imported", "", "unchecked", 2)]
    with db.reading() as connection:
        (found,) = reporters(connection, 1, DAY, DAY)
    assert (found.name, found.verified) == ("Sender Inc.", False)


def test_what_cannot_be_read_is_kept_once_with_its_reason(db):
    broken = delivery(kind=QuarantineKind.UNREADABLE, reason="gzip-truncated", detail="cut short", body=b"x")
    bounce = delivery(kind=QuarantineKind.BOUNCE, reason="bounce", body=b"y")
    assert take(db, broken, delivery(), bounce) == [(Outcome.QUARANTINED,), (Outcome.STORED,), (Outcome.IGNORED,)]
    take(db, broken)
    assert rows(db, Quarantined, "reason") == [("bounce",), ("gzip-truncated",)]


def test_the_largest_counts_do_not_break_the_totals(db):
    take(db, delivery(arrival(report(*[policy(2**53 - 1, 2**53 - 1)] * 50))))
    assert totals(db) == [(DAY, 1, MOST_SESSIONS, MOST_SESSIONS, 0, 0)]


VERSIONS = st.builds(
    lambda ok, bad, id_, organisation, hours, signer, held: arrival(
        report(policy(ok, bad, failure(sessions=bad)), report_id=id_, organisation=organisation),
        sent_at=NOW + timedelta(hours=hours),
        signer="" if held else signer,
        held=held,
        **({"trust": Trust.IMPORTED} if hours == 3 and not held else {}) if not signer else {},
    ),
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["Org", "Other"]),
    st.integers(0, 4),
    st.sampled_from(["", "x.example", "sender.example"]),
    st.booleans(),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VERSIONS, max_size=9), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_of_arrival_and_any_batching_gives_the_same_totals(new_database, arrivals, random, size):
    shuffled = list(arrivals)
    random.shuffle(shuffled)
    seen = []
    for order, batch in ((arrivals, 1), (shuffled, size), (sorted(arrivals, key=repr), len(arrivals) or 1)):
        db = new_database()
        for start in range(0, len(order), batch):
            take(db, *(delivery(one) for one in order[start : start + batch]))
        seen.append((totals(db), rows(db, PolicyDay), _failures_by_name(db), _what_counts(db)))
        db.close()
    assert seen[0] == seen[1] == seen[2]


def _what_counts(db: Database):
    """Which reports count, and for whom; why the others do not may depend on what was known when they lost."""
    report = table(Report)
    with db.reading() as connection:
        found = select(report.c.content_key, report.c.signer).where(report.c.standing == Standing.COUNTED)
        return sorted(tuple(row) for row in connection.execute(found))


def _failures_by_name(db: Database):
    failures, reporter = table(FailureDay), table(Reporter)
    columns = failures.c.result_type, failures.c.sessions, failures.c.reports, reporter.c.name, reporter.c.is_signer
    with db.reading() as connection:
        joined = select(*columns).join(reporter, reporter.c.id == failures.c.reporter_id)
        return sorted(tuple(row) for row in connection.execute(joined))


def test_a_stranger_who_signs_takes_nothing_from_what_an_operator_imported(db):
    contact = {"organisation": "Google Inc.", "contact_info": "tls@google.example"}
    take(db, delivery(arrival(report(policy(1000), **contact), trust=Trust.IMPORTED)))
    take(db, delivery(arrival(report(policy(0, 1), **contact), signer="evil.example", sent_at=NOW + timedelta(days=1))))
    assert totals(db) == [(DAY, 2, 1000, 1, 0, 0)], "the stranger's report counts beside it, under his own name"


def test_a_copy_that_a_stranger_signed_never_names_the_reporter(db):
    content = report(policy(10), contact_info="tls@google.example")
    early = NOW - timedelta(days=3)
    take(db, delivery(arrival(content, signer="evil.example", sent_at=early)))
    take(db, delivery(arrival(content, signer="google.example")))
    take(db, delivery(arrival(content, signer="evil.example", sent_at=early - timedelta(days=1))))
    assert rows(db, Report, "signer", "copies") == [("google.example", 3)]


def test_of_twins_the_one_that_its_own_domain_signed_counts(db):
    contact = {"contact_info": "tls@google.example"}
    take(
        db, delivery(arrival(report(report_id="z", **contact), signer="evil.example", sent_at=NOW - timedelta(days=3)))
    )
    take(db, delivery(arrival(report(report_id="a", **contact), signer="google.example")))
    assert rows(db, Report, "signer", "standing") == [("evil.example", "twin"), ("google.example", "counted")]


def test_who_lost_to_an_outranked_version_counts_when_that_one_falls(db):
    early = arrival(report(policy(1), contact_info="tls@honest.example"))
    late = arrival(report(policy(2), contact_info="tls@signer.example"), sent_at=NOW + timedelta(hours=1))
    signed = arrival(report(policy(4), organisation="Other"), signer="signer.example")
    take(db, delivery(early))
    take(db, delivery(late))
    assert totals(db) == [(DAY, 1, 2, 0, 0, 0)]
    take(db, delivery(signed))
    assert totals(db) == [(DAY, 2, 5, 0, 0, 0)]


def test_a_flood_of_versions_is_not_looked_at_for_each_newcomer(db):
    """Only what counts is compared: what lost stays where it is."""
    take(db, *(delivery(arrival(report(policy(n)), sent_at=NOW + timedelta(seconds=n))) for n in range(200)))
    with db.reading() as connection:
        assert len(competitors(connection, [member(arrival(report(policy(500))))])) == 1
