from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.terminal.chart import FAILED, MOST_BARS, SECURE, bar_lines, bins, curves
from commands.reply import Chart, DayBar

FIRST = date(2026, 11, 1)


def chart(*days, failed=0):
    """A chart with 100 sessions on each of these days of November."""
    return Chart("Sessions", tuple(DayBar(FIRST + timedelta(days=day - 1), 100 - failed, failed) for day in days))


def test_up_to_fifteen_days_have_a_bar_each():
    lines = bar_lines(chart(*range(1, 16)), 80)
    assert [line.label for line in lines][::14] == ["2026-11-01", "2026-11-15"]
    assert not curves(chart(*range(1, 16)), 80)


def test_more_days_share_bars_that_are_named_as_periods_are_typed():
    lines = bar_lines(chart(*range(1, 31)), 80)
    assert len(lines) == 15
    assert lines[0].label == "2026-11-01..2026-11-02"
    assert lines[0].words == "200"


def test_the_last_bar_ends_with_the_last_day():
    assert bar_lines(chart(*range(1, 32)), 80)[-1].label == "2026-12-01            "


def test_in_a_narrow_terminal_bars_go_by_their_first_day():
    assert bar_lines(chart(*range(1, 31)), 40)[0].label == "2026-11-01"


def test_a_day_without_data_is_said_to_have_none():
    lines = bar_lines(chart(1, 3), 80)
    assert (lines[1].words, lines[1].secure, lines[1].failed) == ("no data", "", "")


def test_a_day_with_no_sessions_is_not_a_day_without_data():
    assert bar_lines(Chart("x", (DayBar(FIRST, 0, 0),)), 80)[0].words == "0"


def test_any_failure_shows_in_the_bar():
    line = bar_lines(Chart("x", (DayBar(FIRST, 1_000_000, 1),)), 80)[0]
    assert line.failed == FAILED
    assert line.secure.startswith(SECURE)
    assert line.words == "1 of 1,000,001 failed"


def test_bars_are_in_proportion():
    lines = bar_lines(Chart("x", (DayBar(FIRST, 100, 0), DayBar(FIRST + timedelta(days=1), 25, 25))), 80)
    assert abs(len(lines[0].secure) - 2 * (len(lines[1].secure) + len(lines[1].failed))) <= 2
    assert abs(len(lines[1].secure) - len(lines[1].failed)) <= 1


def test_curves_show_gaps_nothing_and_a_trace_apart():
    days = [DayBar(FIRST + timedelta(days=n), 100, n % 2) for n in range(20) if n != 5]
    sessions, failed = curves(Chart("x", tuple(days)), 80)
    assert sessions.split()[1][5] == "·"
    assert failed.split()[1][:4] == "▁█▁█"


def test_a_chart_without_days_has_no_lines():
    empty = Chart("x", ())
    assert (bins(empty, 15), bar_lines(empty, 80), curves(empty, 80)) == ([], [], [])


@pytest.mark.parametrize("width", [1, 20, 40, 80, 200])
def test_lines_keep_to_the_width_as_far_as_labels_and_figures_allow(width):
    for line in bar_lines(chart(*range(1, 31), failed=3), width):
        bar = line.secure + line.failed
        assert not bar or len(line.label) + len(bar) + len(line.words) + 4 <= width


@settings(deadline=None)
@given(
    st.lists(st.builds(DayBar, st.dates(), st.integers(0, 2**60), st.integers(0, 2**60)), max_size=40),
    st.integers(1, 200),
)
def test_no_session_is_lost_in_bins(bars, most):
    found = bins(Chart("x", tuple(bars)), most)
    assert len(found) <= most
    assert sum(each.total for each in found) == sum(bar.successful + bar.failed for bar in bars)
    assert sum(each.days_with_data for each in found) == len(bars)
    assert len(bar_lines(Chart("x", tuple(bars)), 80)) <= MOST_BARS
