from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.period import (
    DEFAULT_PERIOD,
    EARLIEST,
    LONGEST_DAYS,
    looks_like_period,
    offered_periods,
    parse_period,
    window,
)
from commands.question import UsageError

TODAY = date(2026, 11, 23)
YESTERDAY = date(2026, 11, 22)


def test_the_offered_periods_are_read_and_reach_a_year_back():
    offered = offered_periods(TODAY)
    assert [parse_period(period).text for period in offered] == offered
    assert offered[:6] == ["7d", "30d", "90d", "365d", "all", "2026-11"]
    assert offered[-1] == "2025-12"
    assert offered_periods(date(2026, 1, 1))[5:7] == ["2026-01", "2025-12"]


@pytest.mark.parametrize("text", ["7d", "7D", " 7d ", "007d"])
def test_days_are_read_in_any_case(text):
    period = parse_period(text)
    assert (period.kind, period.days, period.text) == ("days", 7, "7d")


def test_a_period_of_days_may_have_any_length():
    assert parse_period("400d").days == 400
    assert parse_period(f"{LONGEST_DAYS}d").days == LONGEST_DAYS


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-03-01..2026-03-31", date(2026, 3, 1), date(2026, 3, 31)),
        ("2026-03-01..2026-03-01", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-02..2026-03", date(2026, 2, 1), date(2026, 3, 31)),
        ("1970-01-01", date(1970, 1, 1), date(1970, 1, 1)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_months_days_and_ranges_are_read(text, first, last):
    period = parse_period(text)
    assert (period.kind, period.first, period.last, period.text) == ("fixed", first, last, text)


def test_all_is_read_in_any_case():
    assert parse_period("ALL").kind == "all"


@pytest.mark.parametrize(
    "text",
    [
        "0d",
        "000d",
        "999999999d",
        "9" * 400 + "d",
        f"{LONGEST_DAYS + 1}d",
        "-7d",
        "d",
        "7",
        "7w",
        "30 days",
        "٣d",
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-3",
        "2026-02-30",
        "2026-03-00",
        "0001-01-01",
        "0000-01",
        "1969-12-31",
        "10000-01-01",
        "2026-03-31..2026-03-01",
        "2026-03-01..",
        "..2026-03-01",
        "..",
        "2026-03-01..2026-03-02..2026-03-03",
        "2026-03-01..1969-01-01",
        "٢٠٢٦-٠٣",
        "yesterday",
        "\x1b[31m",
    ],
)
def test_what_is_no_period_is_refused_with_the_code_bad_period(text):
    with pytest.raises(UsageError) as caught:
        parse_period(text)
    assert caught.value.code == "bad-period"
    assert "\x1b" not in caught.value.message


def test_a_range_that_ends_before_it_starts_is_answered_with_the_right_order():
    with pytest.raises(UsageError, match=r"Did you mean `2026-03-01\.\.2026-03-31`"):
        parse_period("2026-03-31..2026-03-01")


def test_a_refusal_quotes_a_bounded_piece_of_what_was_typed():
    with pytest.raises(UsageError) as caught:
        parse_period("x" * 5000)
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    "word", ["7d", "ALL", "2026-03", "2026-13", "0d", "30days", "4w", "30", "2026-03-01..", "2026.03.01", "-7d"]
)
def test_what_was_meant_as_a_period_looks_like_one(word):
    assert looks_like_period(word)


@pytest.mark.parametrize(
    "word", ["example.com", "7d.example", "3com", "2026-03.de", "certificate-expired", "", "..", "-"]
)
def test_domains_and_types_do_not_look_like_a_period(word):
    assert not looks_like_period(word)


def test_the_last_days_end_yesterday_when_there_is_no_data_of_today():
    found = window(parse_period("7d"), today=TODAY, oldest=date(2026, 1, 1), newest=YESTERDAY)
    assert (found.first, found.last) == (date(2026, 11, 16), YESTERDAY)
    assert (found.previous_first, found.previous_last) == (date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize("newest", [TODAY, TODAY + timedelta(days=1)])
def test_the_last_days_end_today_once_there_is_data_of_today(newest):
    found = window(parse_period("7d"), today=TODAY, oldest=date(2026, 1, 1), newest=newest)
    assert (found.first, found.last) == (date(2026, 11, 17), TODAY)


def test_the_default_is_thirty_days_against_the_thirty_before():
    found = window(DEFAULT_PERIOD, today=TODAY, oldest=None, newest=None)
    assert (found.last - found.first).days == 29
    assert found.previous_first == found.first - timedelta(days=30)


def test_one_day_is_compared_with_the_day_before():
    found = window(parse_period("2026-03-01"), today=TODAY, oldest=None, newest=None)
    assert (found.first, found.last) == (date(2026, 3, 1), date(2026, 3, 1))
    assert (found.previous_first, found.previous_last) == (date(2026, 2, 28), date(2026, 2, 28))


def test_all_reaches_from_the_oldest_day_to_yesterday_and_has_nothing_before():
    found = window(parse_period("all"), today=TODAY, oldest=date(2020, 5, 1), newest=date(2026, 11, 1))
    assert (found.first, found.last) == (date(2020, 5, 1), YESTERDAY)
    assert (found.previous_first, found.previous_last) == (None, None)


def test_all_reaches_to_today_when_there_is_data_of_today():
    found = window(parse_period("all"), today=TODAY, oldest=TODAY, newest=TODAY)
    assert (found.first, found.last) == (TODAY, TODAY)


def test_all_is_today_when_there_is_no_data():
    found = window(parse_period("all"), today=TODAY, oldest=None, newest=None)
    assert (found.first, found.last) == (TODAY, TODAY)


def test_a_period_longer_than_the_calendar_begins_with_it_and_has_nothing_before():
    found = window(parse_period("36500d"), today=TODAY, oldest=None, newest=None)
    assert (found.first, found.previous_first) == (EARLIEST, None)


def test_the_first_days_of_the_calendar_have_nothing_before():
    found = window(parse_period("1970-01"), today=TODAY, oldest=None, newest=None)
    assert found.previous_last is None


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[0-9]{0,5}[-.0-9dD]{0,25}", fullmatch=True))
def test_any_text_gives_a_period_in_the_calendar_or_a_usage_error(text):
    try:
        period = parse_period(text)
    except UsageError:
        return
    found = window(period, today=TODAY, oldest=date(2026, 1, 1), newest=TODAY)
    assert EARLIEST <= found.first <= found.last
    if found.previous_first is not None:
        assert found.previous_last == found.first - timedelta(days=1)
        assert found.previous_last - found.previous_first == found.last - found.first
    assert looks_like_period(text.strip())


@settings(deadline=None)
@given(st.dates(min_value=date(1971, 1, 1)), st.integers(1, LONGEST_DAYS), st.none() | st.dates())
def test_a_window_of_days_never_leaves_the_calendar(today, days, newest):
    found = window(parse_period(f"{days}d"), today=today, oldest=newest, newest=newest)
    assert EARLIEST <= found.first <= found.last <= today
