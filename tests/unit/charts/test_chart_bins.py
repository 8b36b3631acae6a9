from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.bins import binned, days_in_a_bin, failure_series, has_note, is_itemised
from commands.daily_chart import OTHER_TYPES
from commands.reply import ChartNote, DayBar
from storage.shares import NOT_ITEMISED
from tests.chart_samples import FIRST, bar, day, plain_days

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h", "", OTHER_TYPES, NOT_ITEMISED])
COUNTS = st.integers(-5, 2**70)
BARS = st.lists(
    st.builds(DayBar, st.dates(), COUNTS, COUNTS, st.lists(st.tuples(NAMES, COUNTS), max_size=6).map(tuple)),
    max_size=30,
)


@pytest.mark.parametrize(
    ("days", "most", "width", "count"),
    [
        (20, 20, 1, 20),
        (21, 20, 2, 11),
        (40, 20, 2, 20),
        (41, 20, 7, 6),
        (140, 20, 7, 20),
        (141, 20, 14, 11),
        (31, 16, 2, 16),
        (400, 62, 7, 58),
        (20_000, 20, 1_000, 20),
    ],
)
def test_bins_are_as_narrow_as_there_is_room_for(days, most, width, count):
    bars = plain_days(days)
    assert days_in_a_bin(bars, most) == width
    assert len(binned(bars, most)) == count


def test_the_newest_bin_is_whole_and_the_oldest_may_be_shorter():
    found = binned(plain_days(41), 20)
    assert [(each.last - each.first).days + 1 for each in found] == [6, 7, 7, 7, 7, 7]
    assert (found[0].first, found[-1].last) == (day(0), day(40))
    assert found[-1].total == 700


def test_days_without_data_are_bins_without_data_and_days_without_sessions_are_not():
    found = binned((bar(0), bar(2, successful=0)), 20)
    assert [(each.days_with_data, each.total) for each in found] == [(1, 90), (0, 0), (1, 0)]


def test_no_days_have_no_bins():
    assert binned((), 20) == []


def test_failures_of_a_type_are_summed_in_each_bin():
    (found,) = binned((bar(0, certificate_expired=3), bar(1, certificate_expired=4, other=1)), 1)
    assert found.by_type == {"certificate-expired": 7, "other": 1}


def test_failures_that_no_report_itemises_are_a_kind_of_their_own():
    day_with_more = replace(bar(0, a=3), failed=10)
    day_with_less = replace(bar(1, a=30), failed=10)
    (found,) = binned((day_with_more, day_with_less), 1)
    assert found.by_type == {"a": 33, NOT_ITEMISED: 7}


def test_series_are_the_largest_types_and_one_for_the_others():
    bins = binned((bar(0, a=1, b=5, c=3, d=2), bar(1, a=1)), 20)
    assert [(one.name, one.values) for one in failure_series(bins, 3)] == [
        ("b", (5, 0)),
        ("c", (3, 0)),
        (OTHER_TYPES, (3, 1)),
    ]
    assert [one.name for one in failure_series(bins, 4)] == ["b", "c", "a", "d"]


def test_a_rest_that_was_summed_up_before_stays_the_last_series():
    days = (DayBar(FIRST, 0, 9, ((OTHER_TYPES, 7), ("a", 2))),)
    assert [(one.name, one.total) for one in failure_series(binned(days, 20), 6)] == [("a", 2), (OTHER_TYPES, 7)]


def test_a_type_without_a_name_gets_words_for_one():
    assert failure_series(binned((DayBar(FIRST, 0, 2, (("", 2),)),), 20), 6)[0].name == "(not named)"


def test_failures_of_which_no_type_is_known_are_not_itemised():
    assert not is_itemised(failure_series(binned((DayBar(FIRST, 1, 2),), 20), 6))
    assert is_itemised(failure_series(binned((bar(0, a=1),), 20), 6))
    assert not is_itemised([])


def test_a_note_belongs_to_the_bin_of_its_day():
    found = binned(plain_days(41), 20)
    notes = (ChartNote(day(6), "x"),)
    assert [has_note(each, notes) for each in found] == [False, True, False, False, False, False]


@settings(deadline=None)
@given(BARS, st.integers(1, 200))
def test_no_session_is_lost_and_bins_follow_each_other_without_a_gap(bars, most):
    found = binned(bars, most)
    assert len(found) <= most
    assert sum(each.successful for each in found) == sum(max(one.successful, 0) for one in bars)
    assert sum(each.failed for each in found) == sum(max(one.failed, 0) for one in bars)
    assert sum(each.days_with_data for each in found) == len(bars)
    assert all(one.last + timedelta(days=1) == two.first for one, two in pairwise(found))


@settings(deadline=None)
@given(BARS, st.integers(2, 8))
def test_series_hold_all_failures_of_all_types_and_are_few(bars, most):
    found = binned(bars, 20)
    series = failure_series(found, most)
    assert len(series) <= most
    assert len({one.name for one in series}) == len(series)
    for place, each in enumerate(found):
        assert sum(one.values[place] for one in series) == each.by_type.total()
