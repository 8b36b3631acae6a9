"""Answers in pages: short ones in a chat, long ones in a terminal, and all of it for machines until a page is asked."""

import pytest

from tests.asking import READER, answered, take, told
from tests.builders import failure, policy

VERBS = ["status", "reports example.com", "reporters example.com", "failures example.com", "domain list"]
ROWS = {"status": "domains", "domain list": "domains"}


def many_reports(db, number=60):
    take(db, *(told(policy(1), report_id=f"r{n}", organisation=f"Org {n:02}") for n in range(number)))


def many_faults(db, number=40):
    hosts = (failure(sessions=number - n, receiving_mx_hostname=f"mx{n:02}.example.com") for n in range(number))
    take(db, told(policy(0, number * (number + 1) // 2, *hosts)))


async def many_domains(db, number=60):
    for n in range(number):
        await answered(db, f"domain add d{n:02}.example")


async def fill(db, verb):
    """Store so much that the answer has several pages everywhere."""
    if verb in ("status", "domain list"):
        await many_domains(db)
    elif verb.startswith("failures"):
        many_faults(db)
    else:
        many_reports(db)


def rows_of(reply):
    """The first cells of the main table, or of all of the overview's."""
    tables = (
        reply.tables if reply.tables[0].title in ("Registered", "Seen in reports, not registered") else reply.tables[:1]
    )
    return [row for drawn in tables for row in drawn.rows]


def given(verb, reply):
    return reply.data[ROWS.get(verb, verb.split()[0])]


def next_page(reply):
    return next((action.command for action in reply.actions if action.label == "Next page"), None)


@pytest.mark.parametrize("verb", VERBS)
async def test_the_buttons_lead_through_all_rows_in_a_chat_each_row_once(db, verb):
    await fill(db, verb)
    command, seen, pages = verb, [], 0
    while command:
        reply = await answered(db, command, READER)
        assert len(rows_of(reply)) <= 15
        assert reply.tables[0].more == 0
        seen += rows_of(reply)
        pages += 1
        assert f", page {pages} of " in reply.title
        command = next_page(reply)
    assert pages >= 3
    assert len(seen) == len(set(seen)) == reply.data["total"]


@pytest.mark.parametrize("verb", VERBS)
async def test_the_way_back_is_a_button_too_and_a_page_beyond_the_end_is_the_last(db, verb):
    await fill(db, verb)
    last = await answered(db, f"{verb} page=10000", READER)
    number = last.data["pages"]
    assert (last.data["page"], [action.label for action in last.actions]) == (number, ["Previous page"])
    assert last.actions[0].command == f"{verb} page={number - 1}"


@pytest.mark.parametrize("verb", ["status", "reporters example.com", "failures example.com", "domain list"])
async def test_machines_get_every_row_until_they_ask_for_a_page(db, verb):
    await fill(db, verb)
    whole = await answered(db, verb)
    total = whole.data["total"]
    assert (whole.data["page"], whole.data["pages"], len(given(verb, whole))) == (1, 1, total)
    first, second = [await answered(db, f"{verb} page={number}") for number in (1, 2)]
    assert (second.data["page"], second.data["total"]) == (2, total)
    assert second.data["pages"] > 1
    size = len(given(verb, first))
    assert given(verb, whole)[: size + len(given(verb, second))] == [*given(verb, first), *given(verb, second)]
    assert len(rows_of(second)) == len(given(verb, second))


async def test_of_a_list_of_reports_machines_get_a_page_of_fifty(db):
    many_reports(db)
    first, second = [await answered(db, f"reports example.com{page}") for page in ("", " page=2")]
    assert [len(one.data["reports"]) for one in (first, second)] == [50, 10]
    assert [(one.data["page"], one.data["pages"], one.data["total"]) for one in (first, second)] == [
        (1, 2, 60),
        (2, 2, 60),
    ]
    assert first.actions[0].command == "reports example.com page=2"
    assert {row["id"] for one in (first, second) for row in one.data["reports"]} == set(range(1, 61))


async def test_a_report_is_paged_by_its_longest_table_and_whole_for_machines(db):
    details = [failure(f"x-{n:03}", 1) for n in range(40)]
    take(db, told(policy(0, 40, *details), policy(5, policy_type="tlsa")))
    first = await answered(db, "report 1", READER)
    assert first.title.endswith("2026-03-09, page 1 of 3")
    assert [len(drawn.rows) for drawn in first.tables] == [2, 15]
    last = await answered(db, "report 1 page=3", READER)
    assert [(drawn.title, len(drawn.rows)) for drawn in last.tables] == [("Failure details", 10)]
    assert (len(first.attachments), len(last.attachments)) == (1, 0), "the file is not sent with every page"
    (row,) = last.data["report"]
    assert len(row["policies"][0]["failures"]) == 40


async def test_a_page_holds_the_explanations_of_its_own_faults(db):
    details = [failure(f"x-{n:02}", 40 - n) for n in range(20)]
    take(db, told(policy(0, 610, *details)))
    second = await answered(db, "failures example.com page=2", READER)
    assert [field.label for field in second.fields] == [f"x-{n:02}" for n in range(6, 12)]
    assert [row[0] for row in second.tables[1].rows] == [f"x-{n:02}" for n in range(6, 12)]


async def test_a_page_of_one_domain_is_its_only_one(db):
    many_reports(db, 1)
    reply = await answered(db, "status example.com page=7")
    assert (reply.actions, "page" in reply.title) == ((), False)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_short_answer_is_one_page_without_buttons(db, verb):
    await answered(db, "domain add example.com")
    take(db, told(policy(9, 1, failure(sessions=1))))
    reply = await answered(db, f"{verb} page=3", READER)
    assert (reply.actions, "page" in reply.title) == ((), False)
    assert (reply.data["page"], reply.data["pages"], reply.data["total"]) == (1, 1, 1)


@pytest.mark.parametrize("verb", VERBS)
async def test_an_empty_answer_is_one_page_too(db, verb):
    reply = await answered(db, f"{verb} page=3", READER)
    assert (reply.data["page"], reply.data["pages"], reply.data["total"], reply.actions) == (1, 1, 0, ())
