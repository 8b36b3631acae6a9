"""Charts drawn for Slack: its own blocks, pictures in their place, and small bars of text."""

from dataclasses import replace

import pytest

from bot.slack.chart import instead_of_charts, is_chart, picture_block
from bot.slack.render import render_message
from commands.reply import Chart, ChartNote, DayBar
from tests.slack_limits import faults, kinds, shown
from tests.slack_replies import bars, reply
from tests.slack_soundness import part, sound


def test_small_bars_show_every_failure_and_the_largest_day_in_full():
    days = tuple(DayBar(bar.day, 1_000, failed) for bar, failed in zip(bars(4), (0, 1, 50, 100), strict=True))
    said = shown(render_message(reply(chart=Chart("Sessions", days))).plain_blocks)
    assert "secure ████ most 1,000\nfailed ▁▂▅█ most 100" in said


def test_a_chart_of_up_to_20_days_has_a_bar_for_each():
    chart = part(render_message(reply(chart=Chart("Sessions", bars(20)))), "data_visualization")
    assert chart["title"] == "Sessions"
    assert len(chart["chart"]["axis_config"]["categories"]) == 20
    assert [series["name"] for series in chart["chart"]["series"]] == ["secure", "failed"]


@pytest.mark.parametrize(("days", "width", "count"), [(21, 2, 11), (30, 2, 15), (40, 2, 20), (41, 7, 6), (140, 7, 20)])
def test_a_longer_chart_is_drawn_in_bins_and_no_session_is_lost(days: int, width: int, count: int):
    chart = part(render_message(reply(chart=Chart("Sessions", bars(days)))), "data_visualization")
    failed = [point["value"] for point in chart["chart"]["series"][1]["data"]]
    assert chart["title"] == f"Sessions, sums of {width} days"
    assert len(failed) == count
    assert sum(failed) == days


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (30, ["24–25 Oct", "26–27 Oct", "28–29 Oct", "30–31 Oct", "1–2 Nov"]),
        (41, ["24–29 Oct", "30 Oct–5 Nov", "6–12 Nov"]),
        (99, ["24 Oct 2025", "25–31 Oct 2025", "1–7 Nov 2025"]),
        (9_000, ["Oct 2025–Jan 2027", "Jan 2027–Apr 2028"]),
    ],
)
def test_a_bar_of_several_days_is_named_by_all_of_them_and_a_shorter_first_one_by_its_own(days: int, labels: list[str]):
    message = render_message(reply(chart=Chart("Sessions", bars(days))))
    assert part(message, "data_visualization")["chart"]["axis_config"]["categories"][: len(labels)] == labels


def test_small_bars_tell_their_days_the_shorter_first_sum_and_days_without_data():
    days = tuple(one for number, one in enumerate(bars(41)) if number not in range(13, 20))
    said = shown(render_message(reply(chart=Chart("Sessions", days))).plain_blocks)
    assert "Sessions, sums of 7 days, 24 Oct to 3 Dec, the first sum is of 6 days, · no data\n" in said
    assert "\nsecure ▆▇·███ most" in said
    whole = shown(render_message(reply(chart=Chart("Sessions", bars(30)))).plain_blocks)
    assert "Sessions, sums of 2 days, 24 Oct to 22 Nov\n" in whole


@pytest.mark.parametrize("days", [200, 1_000, 9_000])
def test_years_of_days_still_fit_and_their_labels_differ(days: int):
    message = render_message(reply(chart=Chart("Sessions", bars(days))))
    sound(message)
    points = part(message, "data_visualization")["chart"]["series"][1]["data"]
    assert sum(point["value"] for point in points) == days


def test_days_without_data_are_left_out_of_the_chart():
    few = (bars(14)[0], bars(14)[13])
    chart = part(render_message(reply(chart=Chart("Sessions", few))), "data_visualization")
    assert chart["chart"]["axis_config"]["categories"] == ["24 Oct", "6 Nov"]


def with_types(**failed: int) -> Chart:
    """Three days on which these types failed (`certificate_expired=3`)."""
    by_type = tuple((name.replace("_", "-"), sessions) for name, sessions in failed.items())
    days = tuple(DayBar(bar.day, bar.successful, sum(failed.values()), by_type) for bar in bars(3))
    return Chart("Sessions by day", days)


def test_failures_by_type_have_a_chart_of_their_own():
    message = render_message(reply(chart=with_types(certificate_expired=4, validation_failure=9)))
    sound(message)
    first, second = (block for block in message.blocks if block["type"] == "data_visualization")
    assert (first["title"], second["title"]) == ("Sessions by day", "Failed sessions by type")
    assert [(series["name"], series["data"][0]["value"]) for series in second["chart"]["series"]] == [
        ("validation-failure", 9),
        ("certificate-expired", 4),
    ]
    assert second["chart"]["axis_config"] == first["chart"]["axis_config"]


def test_failures_by_type_have_lines_of_their_own_in_the_plain_form():
    said = shown(render_message(reply(chart=with_types(certificate_expired=4, dane_required=9))).plain_blocks)
    assert "Failed sessions by type\ndane-required       ███ most 9\ncertificate-expired ███ most 4" in said


def test_failures_of_unknown_types_have_no_second_chart():
    assert kinds(render_message(reply()).blocks).count("data_visualization") == 1


def test_more_types_than_slack_takes_are_drawn_together():
    many = with_types(**{f"type_{number}": 20 - number for number in range(12)})
    message = render_message(reply(chart=many))
    sound(message)
    series = message.blocks[4]["chart"]["series"]
    assert [one["name"] for one in series] == [f"type-{number}" for number in range(5)] + ["other types"]
    assert sum(point["value"] for one in series for point in one["data"]) == 3 * sum(range(9, 21))


def test_long_type_names_are_cut_and_stay_apart():
    names = ("certificate-host-mismatch", "certificate-host-missing", "certificate-host-mi… 2", "")
    days = (DayBar(bars(1)[0].day, 1, 10, tuple((name, 1) for name in names)),)
    message = render_message(reply(chart=Chart("x", days)))
    sound(message)
    shortened = [one["name"] for one in message.blocks[4]["chart"]["series"]]
    assert len(set(shortened)) == 5
    assert "certificate-host-mi…" in shortened


def test_changes_that_were_noted_are_told_below_the_chart_in_both_forms():
    days = bars(6)
    notes = tuple(ChartNote(bar.day, f"change {number} <!channel>") for number, bar in enumerate(days))
    message = render_message(reply(chart=Chart("Sessions", days, notes)))
    sound(message)
    for blocks in (message.blocks, message.plain_blocks):
        assert blocks[4]["elements"][0]["text"].split("\n") == [
            "Changes noted:",
            "… and 2 older notes",
            *(f"{24 + number} Oct: change {number} <!channel>" for number in range(2, 6)),
        ]


def test_a_picture_stands_where_the_charts_stood_and_has_words():
    chart = with_types(certificate_expired=4)
    message = render_message(reply(chart=chart))
    for blocks in (message.blocks, message.plain_blocks):
        with_picture = instead_of_charts(blocks, [picture_block(chart, "F012345678")])
        assert faults(with_picture) == []
        assert kinds(with_picture)[:5] == ["header", "rich_text", "section", "image", "rich_text"]
        assert with_picture[3]["alt_text"].startswith("Sessions by day, 24 Oct 2025 to 26 Oct 2025: 315 sessions")
        assert not any(is_chart(block) for block in with_picture)


def test_the_text_for_those_who_see_no_blocks_tells_the_chart_as_well():
    chart = replace(with_types(certificate_expired=4), notes=(ChartNote(bars(1)[0].day, "mx1 <!here> moved"),))
    text = render_message(reply(chart=chart)).text
    assert "315 sessions, 12 failed (3.81 %). Most on 24 Oct: 4 of 104. By type: certificate-expired 12." in text
    assert "Noted 24 Oct: mx1 &lt;!here&gt; moved" in text


def test_a_message_without_a_chart_stays_as_it_is_when_a_picture_is_meant():
    blocks = render_message(reply(chart=None)).blocks
    assert instead_of_charts(blocks, [{"type": "image"}]) == blocks
