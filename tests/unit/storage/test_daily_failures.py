"""Failed sessions by day and result type: whole sums, few names, however many types a report invents."""

from datetime import timedelta

import pytest

from storage.daily_failures import NAMED_TYPES, TypeOfDay, failures_by_day, largest_types
from storage.failure_totals import FailurePart, by_failure
from storage.shares import NOT_ITEMISED
from storage.tables import FailureDay, table
from tests.asking import answered, take, told
from tests.builders import DAY, failure, policy

BEFORE = DAY - timedelta(days=1)
HUGE = 2**70


def found(db, named, first=BEFORE, last=DAY):
    with db.reading() as connection:
        return failures_by_day(connection, 1, first, last, named)


def part(result_type, sessions):
    return FailurePart(result_type, "", "", sessions, DAY, DAY)


def test_sessions_are_summed_by_day_over_reporters_and_hosts(db):
    one = failure("certificate-expired", 3, receiving_mx_hostname="mx1.example.com")
    two = failure("certificate-expired", 4, receiving_mx_hostname="mx2.example.com")
    take(
        db,
        told(policy(0, 7, one, two), signer="a.example"),
        told(policy(0, 3, one), signer="b.example"),
        told(policy(0, 3, one), signer="a.example", day=BEFORE),
    )
    assert found(db, ["certificate-expired"]) == {
        BEFORE: [TypeOfDay("certificate-expired", 3)],
        DAY: [TypeOfDay("certificate-expired", 10)],
    }
    assert found(db, ["certificate-expired"], first=DAY).keys() == {DAY}


def test_types_without_a_name_are_summed_up_under_none(db):
    take(db, told(policy(0, 6, failure("a", 1), failure("b", 2), failure("c", 3))))
    assert set(found(db, ["b"])[DAY]) == {TypeOfDay("b", 2), TypeOfDay(None, 4)}
    assert found(db, []) == {DAY: [TypeOfDay(None, 6)]}


def test_days_without_failures_are_left_out_and_failures_without_details_have_a_name(db):
    take(db, told(policy(9)), told(policy(9, 1), day=BEFORE))
    assert found(db, [NOT_ITEMISED]) == {BEFORE: [TypeOfDay(NOT_ITEMISED, 1)]}


def test_the_largest_types_are_few_and_in_order():
    parts = [part("b", 5), part("a", 5), part("c", 3), part("c", 9), *(part(f"z{number}", 1) for number in range(9))]
    assert largest_types(parts) == ["c", "a", "b", "z0", "z1"]
    assert largest_types([]) == []


def test_the_sum_of_a_year_that_outgrew_64_bits_is_whole(db):
    take(db, told(policy(0, 3, failure("a", 3))))
    with db.writing() as connection:
        connection.execute(table(FailureDay).update().values(sessions=float(HUGE)))
    (day,) = found(db, ["a"]).values()
    assert day == [TypeOfDay("a", HUGE)]
    assert type(day[0].sessions) is int


@pytest.mark.parametrize("number", [1, NAMED_TYPES, NAMED_TYPES + 1, 500])
def test_a_day_has_few_entries_that_hold_every_session(db, number):
    take(db, told(policy(0, number * 2, *(failure(f"type-{at}", 2) for at in range(number)))))
    with db.reading() as connection:
        named = largest_types(by_failure(connection, 1, DAY, DAY).parts)
    (day,) = found(db, named).values()
    assert len(day) == min(number, NAMED_TYPES + 1)
    assert sum(one.sessions for one in day) == 2 * number


async def test_the_chart_of_a_domain_has_failures_by_type_the_most_first(db):
    take(
        db,
        told(policy(90, 10, failure("certificate-expired", 3), failure("validation-failure", 7))),
        told(policy(95, 5, failure("certificate-expired", 5)), day=BEFORE),
        told(policy(99), day=BEFORE - timedelta(days=1)),
    )
    chart = (await answered(db, "status example.com")).chart
    assert [bar.by_type for bar in chart.bars] == [
        (),
        (("certificate-expired", 5),),
        (("validation-failure", 7), ("certificate-expired", 3)),
    ]


async def test_the_chart_of_a_domain_with_many_types_names_five(db):
    take(db, told(policy(0, 55, *(failure(f"type-{at}", at + 1) for at in range(10)))))
    (bar,) = (await answered(db, "status example.com")).chart.bars
    assert bar.by_type == (
        *(("other types", 15), ("type-9", 10), ("type-8", 9), ("type-7", 8), ("type-6", 7), ("type-5", 6)),
    )


async def test_a_type_without_a_name_gets_words_for_one(db):
    take(db, told(policy(0, 2, failure("", 2))))
    (bar,) = (await answered(db, "status example.com")).chart.bars
    assert [name for name, _ in bar.by_type] == ["(not named)"]
