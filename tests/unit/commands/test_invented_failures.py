"""A report may invent failure types and MX hosts by the thousand: the answers stay small, and their sums whole."""

import pytest

from storage.failure_totals import MOST_PARTS, MOST_TYPES
from tests.asking import answered, ask, take, told
from tests.builders import failure, policy


def with_many_types(db, number):
    """Store one report in which type number n failed n times."""
    details = [failure(f"x-{at:05}", at) for at in range(1, number + 1)]
    take(db, told(policy(0, number * (number + 1) // 2, *details)))


def with_many_hosts(db, number):
    details = [failure("validation-failure", 1, receiving_mx_hostname=f"mx{at}.example.com") for at in range(number)]
    take(db, told(policy(0, number + 7, *details, failure("certificate-expired", 7))))


def total(rows, result_type):
    return sum(row["sessions"] for row in rows if row["result_type"] == result_type)


@pytest.mark.parametrize("number", [MOST_TYPES + 5, MOST_PARTS + 5])
@pytest.mark.parametrize("command", ["status", "failures"])
async def test_the_types_with_the_most_sessions_are_told_and_the_others_numbered(db, command, number):
    with_many_types(db, number)
    reply = await answered(db, f"{command} example.com")
    assert len(reply.data["failures"]) == MOST_TYPES
    assert reply.data["failure_types_left_out"] == number - MOST_TYPES
    assert reply.data["failures"][0]["result_type"] == f"x-{number:05}"
    if command == "status":
        assert len(reply.tables[0].rows) + reply.tables[0].more == number


async def test_the_last_page_says_how_many_types_are_left_out(db):
    with_many_types(db, MOST_PARTS + 5)
    first = await answered(db, "failures example.com")
    last = await answered(db, "failures example.com page=9999")
    assert first.tables[0].more == 0
    assert last.tables[0].more == MOST_PARTS + 5 - MOST_TYPES
    assert (last.data["page"], last.data["total"]) == (last.data["pages"], MOST_TYPES)


async def test_no_type_is_left_out_while_there_are_few(db):
    with_many_types(db, MOST_TYPES)
    assert (await answered(db, "status example.com")).data["failure_types_left_out"] == 0


async def test_the_sum_of_a_type_is_whole_however_many_hosts_it_names(db):
    with_many_hosts(db, MOST_PARTS + 100)
    (most, fewer) = (await answered(db, "status example.com")).data["failures"]
    assert (most["sessions"], fewer["sessions"]) == (MOST_PARTS + 100, 7)
    places = (await answered(db, "failures example.com")).data["failures"]
    assert total(places, "validation-failure") == MOST_PARTS + 100
    assert total(places, "certificate-expired") == 7
    assert len(places) == MOST_PARTS + 1
    unnamed = [place for place in places if place["mx_host"] is None]
    assert [place["sessions"] for place in unnamed] == [101]


async def test_a_type_that_is_not_among_the_most_is_told_when_asked_for(db):
    with_many_types(db, MOST_PARTS + 5)
    (place,) = (await answered(db, "failures example.com 30d x-00001")).data["failures"]
    assert (place["result_type"], place["sessions"], place["sending_ips"]) == ("x-00001", 1, ["192.0.2.10"])


async def test_a_misspelt_type_is_still_refused_among_thousands(db):
    with_many_types(db, MOST_PARTS + 5)
    found = await ask(db, "failures example.com certificate-expird")
    assert (found.code, "Did you mean `certificate-expired`?" in found.message) == ("bad-type", True)
