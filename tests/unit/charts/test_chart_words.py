import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from bot.charts.words import ALT_TEXT_CHARACTERS, alt_text, figure, note_lines
from commands.reply import Chart, ChartNote, DayBar
from tests.chart_samples import FIRST, HOSTILE_TEXTS, bar, chart, day, hostile_chart, plain_days
from tests.reply_strategies import CHARTS


def test_the_text_says_the_figures_that_one_sees():
    days = (*plain_days(3), bar(3, 10, certificate_expired=40))
    assert alt_text(Chart("Sessions by day (UTC)", days, (ChartNote(day(1), "moved"),))) == (
        "Sessions by day (UTC), 1 Oct 2026 to 4 Oct 2026: 350 sessions, 70 failed (20.00 %). Most on 4 Oct: 40 of 50. "
        "By type: certificate-expired 50, starttls-not-supported 10 and validation-failure 10. Noted 2 Oct: moved."
    )


def test_one_day_has_no_worst_day():
    assert alt_text(Chart("x", (bar(0, 99, certificate_expired=1),))) == (
        "x, 1 Oct 2026: 100 sessions, 1 failed (1.00 %). By type: certificate-expired 1."
    )


def test_a_chart_without_failures_says_that_none_failed():
    assert alt_text(chart(2, failed=0)).endswith("200 sessions, none failed.")


def test_failures_of_unknown_types_are_told_without_types():
    assert alt_text(Chart("x", (DayBar(FIRST, 1, 1),))) == "x, 1 Oct 2026: 2 sessions, 1 failed (50.00 %)."


def test_the_worst_day_has_its_year_where_the_chart_is_of_several():
    days = (bar(0, a=9), bar(400, 10))
    assert "Most on 1 Oct 2026: 9 of 99." in alt_text(Chart("x", days))


def test_what_was_noted_is_told_in_full_for_who_does_not_see_it_or_cannot_read_it_there():
    said = alt_text(chart(7, failed=0, notes=((1, "証明書を更新"), (2, "moved."), *((3, f"n{n}") for n in range(3)))))
    assert said.endswith("Noted 3 Oct: moved. Noted 4 Oct: n0. Noted 4 Oct: n1. Noted 4 Oct: n2. And 1 older note.")
    assert "Noted 2 Oct: 証明書を更新." in alt_text(chart(7, notes=((1, "証明書を更新"),)))


def test_no_data_is_said():
    assert alt_text(Chart("", ())) == "Sessions by day: no data."


def test_figures_beyond_all_measure_are_told_by_their_size():
    assert figure(10**15) == "1,000,000,000,000,000"
    assert figure(10**400) == "over 1,000,000,000,000,000"
    assert "10.00 %" in alt_text(Chart("x", (DayBar(FIRST, 9 * 10**400, 10**400),)))


def test_the_newest_notes_are_listed_oldest_first_and_the_others_counted():
    notes = tuple(ChartNote(FIRST + timedelta(days=number), f"n{number}") for number in range(5))
    assert note_lines(notes, 2) == ["… and 3 older notes", "4 Oct: n3", "5 Oct: n4"]
    assert note_lines((ChartNote(date(2026, 3, 1), "  "),), 2) == []


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_stays_text_on_one_line(text):
    sound(hostile_chart(text))


@settings(max_examples=200, deadline=None)
@given(CHARTS)
def test_any_chart_has_a_text_that_chats_take(any_chart):
    sound(any_chart)


def sound(any_chart):
    said = [alt_text(any_chart), *note_lines(any_chart.notes, 6)]
    assert 1 <= len(said[0]) <= ALT_TEXT_CHARACTERS
    assert len(said) <= 8
    assert not {unicodedata.category(character) for line in said for character in line} & {"Cc", "Cs", "Zl", "Zp"}
    assert not any(mark in line for line in said for mark in ("\u202e", "\u2066"))
