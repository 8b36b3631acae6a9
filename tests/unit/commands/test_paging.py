"""Pages: every row stands on one of them, and the buttons lead from each to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.language import parse
from commands.paging import LARGEST_PAGE, Wanted, page_actions, typed_again, wanted_page
from commands.question import Asker, Platform
from commands.registry import commands

TERMINAL = Asker(Platform.TERMINAL, "terminal", is_admin=True)
SLACK = Asker(Platform.SLACK, "slack:U1", is_admin=False, channel="slack:C1")
DISCORD = Asker(Platform.DISCORD, "discord:1", is_admin=False, channel="discord:2")


def question(text):
    return parse(text, commands(), known_domains=tuple)


def commands_of(text, total, rows=10):
    asked = question(text)
    return {one.label: one.command for one in page_actions(asked, Wanted(asked.values.get("page"), rows).of(total))}


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 40))
def test_every_row_stands_on_exactly_one_page(total, size):
    rows = list(range(total))
    pages = Wanted(None, size).of(total).pages
    found = [row for number in range(1, pages + 1) for row in Wanted(number, size).of(total).cut(rows)]
    assert found == rows


@settings(deadline=None)
@given(st.integers(1, LARGEST_PAGE), st.integers(0, 10**12), st.integers(1, 100))
def test_no_page_lies_beyond_the_end_and_none_beyond_what_can_be_typed(number, total, size):
    page = Wanted(number, size).of(total)
    assert 1 <= page.number <= page.pages <= LARGEST_PAGE
    assert page.start < max(total, 1)


def test_a_page_beyond_the_end_is_the_last_one():
    page = Wanted(99, 10).of(31)
    assert (page.number, page.pages, page.cut(range(31))) == (4, 4, range(30, 31))
    assert page.in_words == ", page 4 of 4"


@pytest.mark.parametrize("total", [0, 1, 10])
def test_one_page_needs_no_words_and_no_buttons(total):
    asked = question("reports example.com page=1")
    page = Wanted(1, 10).of(total)
    assert (page.in_words, page_actions(asked, page)) == ("", ())


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("reports example.com", None, "reports example.com page=2"),
        ("reports Example.com 7D page 2", "reports example.com 7d page=1", "reports example.com 7d page=3"),
        ("reports example.com page=3", "reports example.com page=2", None),
        (
            "failures a.example 2026-03-01..2026-03 TLSA invalid",
            None,
            "failures a.example 2026-03-01..2026-03 tlsa-invalid page=2",
        ),
        ("status 2026-03", None, "status 2026-03 page=2"),
        ("domain list", None, "domain list page=2"),
        ("report #17 page=2", "report 17 page=1", "report 17 page=3"),
        ("reporters bücher.example all", None, "reporters xn--bcher-kva.example all page=2"),
    ],
)
def test_the_buttons_hold_the_whole_command_of_the_pages_around(text, before, after):
    wanted = {"Previous page": before, "Next page": after}
    assert commands_of(text, 30) == {label: command for label, command in wanted.items() if command}


@settings(deadline=None)
@given(
    st.sampled_from(["reports", "reporters", "failures"]),
    st.sampled_from(["example.com", "xn--bcher-kva.example", "unknown"]),
    st.sampled_from(["", "7d", "all", "2026-03", "2026-03-01..2026-03-31"]),
    st.integers(1, LARGEST_PAGE),
)
def test_what_a_button_types_is_read_as_the_same_question(verb, domain, period, page):
    asked = question(f"{verb} {domain} {period}")
    again = question(typed_again(asked, page))
    assert again.command is not None
    assert again.values == {**asked.values, "page": page}


def test_a_page_is_shorter_in_a_chat_than_in_a_terminal():
    asked = question("reports example.com page=2")
    assert wanted_page(asked, SLACK) == wanted_page(asked, DISCORD) == Wanted(2, 15)
    assert wanted_page(asked, TERMINAL) == Wanted(2, 50)


def test_machines_get_all_rows_until_they_ask_for_a_page():
    rows = list(range(31))
    whole, second = Wanted(None, 10).of(31), Wanted(2, 10).of(31)
    assert (whole.for_machines(rows), whole.as_data(31)) == (rows, {"page": 1, "pages": 1, "total": 31})
    assert second.for_machines(rows) == rows[10:20]
    assert second.as_data(10) == {"page": 2, "pages": 4, "total": 31}
    assert whole.as_data(10) == {"page": 1, "pages": 4, "total": 31}, "where no more than a page is loaded"
