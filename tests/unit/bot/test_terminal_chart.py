from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.terminal.chart import FAILED, MOST_BARS, SECURE, bar_lines, curves, noted_lines, type_lines
from commands.reply import Chart, ChartNote, DayBar
from tests.chart_samples import HOSTILE_TEXTS, bar, hostile_chart

FIRST = date(2026, 11, 1)


def chart(*days, failed=0):
    """A chart with 100 sessions on each of these days of November."""
    return Chart("Sessions", tuple(DayBar(FIRST + timedelta(days=day - 1), 100 - failed, failed) for day in days))


def test_up_to_sixteen_days_have_a_bar_each():
    lines = bar_lines(chart(*range(1, 17)), 80)
    assert [line.label for line in lines][::15] == ["2026-11-01", "2026-11-16"]
    assert not curves(chart(*range(1, 17)), 80)


def test_more_days_share_bars_that_are_named_as_periods_are_typed():
    lines = bar_lines(chart(*range(1, 31)), 80)
    assert len(lines) == 15
    assert lines[0].label == "2026-11-01..2026-11-02"
    assert lines[0].words == "200"


def test_a_month_of_31_days_has_bars_of_two_days_of_which_the_last_is_whole():
    lines = bar_lines(chart(*range(1, 32)), 80)
    assert [lines[0].label.strip(), lines[-1].label] == ["2026-11-01", "2026-11-30..2026-12-01"]


def test_in_a_narrow_terminal_bars_are_named_in_few_letters_and_by_all_of_their_days():
    assert bar_lines(chart(*range(1, 31)), 40)[0].label.rstrip() == "1–2 Nov"
    assert [line.label.strip() for line in bar_lines(chart(*range(1, 32)), 40)][::15] == ["1 Nov", "30 Nov–1 Dec"]


def test_curves_say_how_many_days_a_sign_stands_for_where_it_is_more_than_one():
    assert len(curves(chart(*range(1, 31)), 80)) == 2
    assert curves(chart(*range(1, 141)), 80)[2:] == ["one sign: 2 days"]
    assert curves(chart(*range(1, 142)), 80)[2:] == ["one sign: 2 days; the first: 1 day"]


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
    assert (bar_lines(empty, 80), curves(empty, 80), type_lines(empty, 80), noted_lines(empty)) == ([], [], [], [])


def test_each_failure_type_has_a_curve_under_the_bars_and_its_sum_the_largest_first():
    days = (bar(0, certificate_expired=1), bar(2, certificate_expired=1_000, tlsa_invalid=7))
    assert type_lines(Chart("x", days), 80) == ["▂·█  1,001  certificate-expired", "▁·█      7  tlsa-invalid"]


def test_types_whose_lines_would_be_too_long_go_without_curves():
    days = (bar(0, certificate_expired=1), bar(2, certificate_expired=1_000, tlsa_invalid=7))
    assert type_lines(Chart("x", days), 30) == ["1,001  certificate-expired", "    7  tlsa-invalid"]


def test_failures_of_which_no_type_is_known_have_no_lines_of_their_own():
    assert type_lines(chart(1, 2, 3, failed=5), 80) == []


def test_more_types_than_there_is_room_for_are_told_together():
    many = {f"type_{number}": 10 - number for number in range(9)}
    assert [line.split("  ")[-1] for line in type_lines(Chart("x", (bar(0, **many),)), 80)] == [
        *("type-0", "type-1", "type-2", "type-3", "type-4", "other types"),
    ]


def test_a_noted_change_is_marked_at_its_bar_and_told_below():
    noted = Chart("x", chart(1, 2, 3).bars, (ChartNote(FIRST + timedelta(days=1), "mx1 moved"),))
    assert [line.words for line in bar_lines(noted, 80)] == ["100", "100  ▲", "100"]
    assert noted_lines(noted) == [("▲ 2026-11-02", "mx1 moved")]


def test_many_notes_are_cut_to_the_newest():
    notes = tuple(ChartNote(FIRST + timedelta(days=number), f"note {number}") for number in range(30))
    lines = noted_lines(Chart("x", chart(1).bars, notes))
    assert len(lines) == 11
    assert lines[0] == ("▲", "and 20 older notes")
    assert lines[-1] == ("▲ 2026-11-30", "note 29")


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_stays_text_on_one_short_line(text):
    hostile = hostile_chart(text)
    lines = [*type_lines(hostile, 80), *(told for _, told in noted_lines(hostile))]
    assert len(lines) <= 7
    assert all(len(line) < 200 and not set(line) & set("\x00\x1b\n\r\t\u202e\ud800") for line in lines)


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
def test_any_days_are_drawn_in_few_lines_that_fit(bars, width):
    any_chart = Chart("x", tuple(bars))
    assert len(bar_lines(any_chart, width)) <= MOST_BARS
    assert all(len(line) <= max(width, 10) or len(line) <= MOST_BARS for line in curves(any_chart, width)[:2])
