from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.bins import Bin, binned
from bot.charts.labels import bin_labels, day_labels
from commands.reply import DayBar

LABEL_CHARACTERS = 20
"""What Slack takes."""


def test_labels_name_the_year_only_where_years_differ():
    assert day_labels([date(2026, 10, 1), date(2026, 11, 12)]) == ["1 Oct", "12 Nov"]
    assert day_labels([date(2025, 10, 1), date(2026, 10, 1)]) == ["1 Oct 2025", "1 Oct 2026"]


@pytest.mark.parametrize(
    ("spans", "labels"),
    [
        ([(date(2026, 10, 24), date(2026, 10, 24))], ["24 Oct"]),
        ([(date(2026, 10, 24), date(2026, 10, 30))], ["24–30 Oct"]),
        ([(date(2026, 10, 29), date(2026, 11, 4))], ["29 Oct–4 Nov"]),
        ([(date(2025, 12, 29), date(2026, 1, 4))], ["29 Dec–4 Jan 2026"]),
        (
            [(date(2025, 12, 1), date(2025, 12, 28)), (date(2025, 12, 29), date(2026, 1, 4))],
            ["1–28 Dec 2025", "29 Dec–4 Jan 2026"],
        ),
        ([(date(2026, 1, 1), date(2026, 12, 31))], ["1 Jan–31 Dec"]),
        ([(date(2025, 1, 31), date(2026, 1, 1))], ["31 Jan–1 Jan 2026"]),
        ([(date(2024, 11, 6), date(2025, 11, 4))], ["Nov 2024–Nov 2025"]),
    ],
)
def test_a_stretch_of_days_is_named_by_its_ends(spans, labels):
    assert bin_labels([Bin(first, last) for first, last in spans]) == labels


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1), date(8000, 1, 1)), st.integers(1, 20_000), st.sampled_from([16, 20, 62]))
def test_labels_of_any_chart_are_short_and_differ(first, days, most):
    bars = [DayBar(first + timedelta(days=number), 1, 0) for number in (0, days - 1)]
    labels = bin_labels(binned(bars, most))
    assert max(map(len, labels)) <= LABEL_CHARACTERS
    assert len(set(labels)) == len(labels)
