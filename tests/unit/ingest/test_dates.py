"""Dates of reports in every notation that was seen."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.reader.dates import exclusive_end, is_rfc3339, moment

MIDNIGHT = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-09T00:00:00Z",
        "2026-03-09T00:00:00",
        "2026-03-09t00:00:00z",
        "2026-03-09 00:00:00Z",
        "2026-03-09 00:00:00",
        "2026-03-09T00:00:00.000Z",
        "2026-03-09T00:00:00,000Z",
        "2026-03-09T00:00:00+00:00",
        "2026-03-09T00:00:00+0000",
        "2026-03-09T00:00:00-00:00",
        "2026-03-09T01:00:00+01:00",
        "2026-03-08T19:00:00-05:00",
        "2026-03-09T00:00Z",
        "2026-03-09",
        "20260309",
        " 2026-03-09T00:00:00Z ",
        "2026-03-09 00:00:00 UTC",
        "2026-03-09 00:00:00 +0000 UTC",
        "2026-03-08T24:00:00Z",
        "2026-03-08T23:59:60Z",
        "2026-3-9T00:00:00Z",
        "Mon, 09 Mar 2026 00:00:00 +0000",
        1773014400,
        1773014400.0,
        "1773014400",
        1773014400000,
        "1773014400000",
        1773014400000000,
    ],
)
def test_a_moment_is_read_in_every_notation(value):
    assert moment(value) == MIDNIGHT


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "2026-03-09T25:00:00Z",
        "2026-03-09T00:61:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T24:00:00Z",
        "9999-12-31T23:59:59-01:00",
        10**30,
        1e300,
        "9" * 5000,
        "-" * 5000,
        [],
        {},
        [2026, 3, 9],
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_moment_is_none(value):
    assert moment(value) is None


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_the_ends_of_the_calendar_are_moments_with_an_end(value):
    when = moment(value)

    assert when is not None
    assert exclusive_end(when) >= when


@pytest.mark.parametrize(
    "value", ["2026-03-09T23:59:59Z", "2026-03-09T23:59:59.999Z", "2026-03-10T00:00:00Z", "2026-03-09T24:00:00Z"]
)
def test_all_ways_to_say_end_of_the_day_mean_the_next_midnight(value):
    when = moment(value)

    assert when is not None
    assert exclusive_end(when) == MIDNIGHT + timedelta(days=1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-09T00:00:00Z", True),
        ("2026-03-09t00:00:00.5+01:00", True),
        ("2026-03-09T00:00:00", False),
        ("2026-03-09", False),
        (1773014400, False),
    ],
)
def test_the_form_of_rfc_3339_is_known(value, expected):
    assert is_rfc3339(value) == expected
