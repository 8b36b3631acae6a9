"""Pictures of charts: drawn whatever is in them, small, the same each time, one at a time, beside the loop."""

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from bot.charts import look
from bot.charts.drawing import drawn
from bot.charts.lettering import fitting, legible, text_width, to_the_letter
from bot.charts.panel import draw_day_labels
from bot.charts.picture import png
from bot.charts.scale import short, steps
from bot.charts.sheet import sheet
from commands.reply import Chart, ChartNote, DayBar
from tests.chart_samples import FIRST, HOSTILE_TEXTS, chart, day, hostile_chart, plain_days

ROOT = Path(__file__).parents[3]
LARGEST = 200_000


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image.convert("RGB")


def colours(body: bytes) -> set[tuple[int, int, int]]:
    return {colour for _, colour in opened(body).getcolors(1 << 20)}


def rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@pytest.mark.parametrize("days", [1, 2, 7, 30, 62, 90, 400, 5_000])
def test_any_number_of_days_is_a_small_picture_of_a_phone_s_shape(days):
    body = drawn(chart(days))
    image = opened(body)
    assert len(body) <= LARGEST
    assert image.width == look.WIDTH
    assert 400 <= image.height <= 1_000


def test_the_same_chart_is_the_same_bytes_without_a_trace_of_time_or_version():
    first, second = drawn(chart(30)), drawn(chart(30))
    assert first == second
    assert Image.open(BytesIO(first)).info.keys() <= {"dpi"}
    assert b"atplotlib" not in first
    assert drawn(chart(29)) != first


def test_secure_and_failed_sessions_and_their_types_have_their_colours():
    found = colours(drawn(chart(6)))
    assert {rgb(paint.colour) for paint in (look.SECURE, look.FAILED, *look.TYPES[:3])} <= found


def test_each_of_a_few_failures_is_seen_beside_many_thousands():
    def pixels_of_the_rare_type(days_with_it):
        rare = (("starttls-not-supported", 1),)
        bars = [DayBar(day(number), 90_000, 1, rare if number < days_with_it else ()) for number in range(30)]
        worst = DayBar(day(30), 0, 90_000, (("certificate-expired", 90_000),))
        body = drawn(Chart("x", (*bars, worst)))
        return {colour: count for count, colour in opened(body).getcolors(1 << 20)}[rgb(look.TYPES[1].colour)]

    assert pixels_of_the_rare_type(20) > pixels_of_the_rare_type(1) + 19 * 20


def test_without_failures_there_is_no_panel_for_them():
    healthy, failing = opened(drawn(chart(7, failed=0))), opened(drawn(chart(7)))
    assert healthy.height < failing.height - look.FAILURES_HEIGHT


def test_failures_of_unknown_types_are_drawn_without_a_legend():
    body = drawn(Chart("x", tuple(replace(one, by_type=()) for one in plain_days(7))))
    assert rgb(look.FAILED.colour) in colours(body)
    assert rgb(look.TYPES[1].colour) not in colours(body)


def test_days_without_data_are_bands_and_days_without_sessions_are_not():
    gap = tuple(one for one in plain_days(7) if one.day != day(3))
    quiet = tuple(replace(one, successful=0, failed=0, by_type=()) if one.day == day(3) else one for one in gap)
    zero = (*gap, DayBar(day(3), 0, 0))
    assert rgb(look.NO_DATA) in colours(drawn(Chart("x", gap)))
    assert rgb(look.NO_DATA) in colours(drawn(Chart("x", quiet)))
    assert rgb(look.NO_DATA) not in colours(drawn(Chart("x", zero)))


def bar_widths(body: bytes) -> list[int]:
    """Pixels of each bar of a picture without failures, just above their feet."""
    image = opened(body)
    height = image.height - look.GAP - look.LINE - 10
    line = [image.getpixel((x, height)) == rgb(look.SECURE.colour) for x in range(look.LEFT, look.RIGHT)]
    return [sum(1 for _ in run) for is_bar, run in groupby(line) if is_bar]


def test_a_first_bin_of_fewer_days_is_a_narrower_bar():
    whole, shorter = (bar_widths(drawn(chart(days, failed=0)))[:2] for days in (64, 63))
    assert whole[0] == pytest.approx(whole[1], abs=1)
    assert shorter[0] == pytest.approx(shorter[1] / 2, abs=1.5)


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (1, ["1 Oct"]),
        (2, ["1 Oct", "2 Oct"]),
        (7, ["1 Oct", "3 Oct", "5 Oct", "7 Oct"]),
        (14, ["1 Oct", "5 Oct", "8 Oct", "11 Oct", "14 Oct"]),
        (90, ["1–2 Oct", "29–30 Oct", "28–29 Nov", "28–29 Dec"]),
        (400, ["1 Oct 2026", "9–15 Apr 2027", "29 Oct–4 Nov 2027"]),
    ],
)
def test_the_first_and_the_last_bar_are_named_and_some_between(days, labels):
    page = Figure(figsize=(8, 4), dpi=look.DOTS_PER_INCH)
    draw_day_labels(page, sheet(chart(days)), 300)
    assert [text.get_text() for text in sorted(page.texts, key=lambda text: text.get_position()[0])] == labels


def test_notes_are_told_below_and_marked_where_they_belong():
    noted = chart(7, notes=((2, "mx1 moved"), (8, "after the newest data"), (-300, "long ago")))
    what = sheet(noted)
    assert [note.place for note in what.notes] == [None, 2.0, 8.0]
    assert what.right >= 8.5
    assert opened(drawn(noted)).height >= opened(drawn(chart(7))).height + 3 * look.LINE


def test_notes_in_bins_of_days_stand_within_their_bin():
    what = sheet(chart(125, notes=((124, "last"), (120, "same bin"), (0, "first"))))
    places = [note.place for note in what.notes]
    assert len(what.bins) == 18
    assert places[0] == pytest.approx(-0.286, abs=0.001)
    assert 16.5 < places[1] < places[2] < 17.5


def test_many_notes_are_cut_to_the_newest():
    many = chart(30, notes=tuple((number, f"note {number}") for number in range(30)))
    what = sheet(many)
    assert [note.text for note in what.notes] == [f"note {number}" for number in range(24, 30)]
    assert what.older_notes == 24
    assert opened(drawn(many)).height <= 1_000


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_drawn_to_the_letter_without_a_warning(text):
    body = drawn(hostile_chart(text))
    assert len(body) <= LARGEST
    assert opened(body).width == look.WIDTH


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("$x^2$", "$x^2$"),
        ("a\u202eb\x00c", "a\ufffdb\ufffdc"),
        ("日本", "…"),
        ("日 本 mx1 💣", "… mx1 …"),
        ("e\u0301", "\u00e9"),
        ("ä\nb", "ä b"),
        ("\ud800", "\ufffd"),
    ],
)
def test_only_what_the_font_has_is_drawn(text, letters):
    assert to_the_letter(text) == letters


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("証明書を更新", "instead"),
        ("प्रमाणपत्र", "instead"),
        ("更新 (新)", "instead"),
        ("mx1 更新", "mx1 …"),
        ("Zertifikat erneuert 🎉", "Zertifikat erneuert …"),
        ("تم تجديد الشهادة", "تم تجديد الشهادة"),
        ("🎉", "…"),
        ("", ""),
    ],
)
def test_words_that_the_font_cannot_write_are_pointed_to_and_others_are_kept(text, written):
    assert legible(text, "instead") == written


def test_piles_of_marks_are_cut_down_and_names_stay():
    assert len(to_the_letter("x" + "\u0316" * 100)) <= 3
    assert to_the_letter("mx_1.example.com 2001:db8::1") == "mx_1.example.com 2001:db8::1"


@pytest.mark.parametrize("text", ["short", "long words " * 30, "W" * 300, ""])
def test_text_is_cut_to_its_room(text):
    cut = fitting(text, look.TEXT, bold=False, room=200)
    assert text_width(cut, look.TEXT, bold=False) <= 200
    assert cut == text or cut.endswith("…")


@pytest.mark.parametrize("value", [0, 1, 999, 10**12, 10**15, 2**63, 10**30, 10**308, 10**400, -5])
def test_any_value_is_drawn(value):
    days = (DayBar(FIRST, value, value, (("a", value), ("b", 1))), DayBar(day(1), 1, 0))
    assert len(drawn(Chart("x", days))) <= LARGEST


def test_all_of_time_is_drawn():
    ends = (DayBar(date.min, 1, 1), DayBar(date.max, 1, 0))
    notes = (ChartNote(date.min, "first"), ChartNote(date.max, "last"))
    assert len(drawn(Chart("x", ends, notes))) <= LARGEST
    assert len(drawn(Chart("x", ends[:1], notes))) <= LARGEST


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            DayBar,
            st.dates(),
            st.integers(-1, 10**40),
            st.integers(0, 10**20),
            st.lists(st.tuples(st.text(max_size=40), st.integers(-1, 10**9)), max_size=9).map(tuple),
        ),
        min_size=1,
        max_size=40,
    ),
    st.lists(st.builds(ChartNote, st.dates(), st.text(max_size=80)), max_size=9),
)
def test_whatever_comes_is_drawn(bars, notes):
    assert len(drawn(Chart("x", tuple(bars), tuple(notes)))) <= LARGEST


@pytest.mark.parametrize(
    ("largest", "shown"),
    [
        (0, ["0", "1"]),
        (3, ["0", "1", "2", "3"]),
        (60, ["0", "20", "40", "60"]),
        (3_900, ["0", "1k", "2k", "3k", "4k"]),
        (12_345_678, ["0", "5M", "10M", "15M"]),
        (3 * 10**15, ["0", "1e+15", "2e+15", "3e+15"]),
    ],
)
def test_scales_are_round_and_short(largest, shown):
    assert [short(value) for value in steps(largest)] == shown


async def test_pictures_are_drawn_one_at_a_time_on_a_thread_of_their_own_while_the_loop_goes_on():
    drawing = [asyncio.ensure_future(png(chart(days))) for days in (31, 32, 33)]
    turns = 0
    while not all(one.done() for one in drawing):
        await asyncio.sleep(0)
        turns += 1
    assert turns > 3
    assert len({one.result() for one in drawing}) == 3
    assert len([one for one in threading.enumerate() if one.name.startswith("chart")]) == 1


async def test_a_picture_asked_for_again_is_not_drawn_again():
    first = await png(chart(21))
    assert await png(chart(21)) is first


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        (
            "import bot.charts.picture, bot.charts.words, bot.slack.forms, bot.slack.adapter, bot.terminal.render",
            "none",
        ),
        ("from bot.charts.drawing import drawn", "no pyplot"),
    ],
)
def test_matplotlib_is_loaded_only_when_something_is_drawn_and_pyplot_never(code, modules, tmp_path):
    wanted = "matplotlib" if modules == "none" else "matplotlib.pyplot"
    asked = f"import sys; {code}; print({wanted!r} in sys.modules)"
    environment = {**os.environ, "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout.strip() == "False"


def test_a_settings_file_of_the_machine_changes_nothing(tmp_path):
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nfont.size: 40\nsavefig.dpi: 10\naxes.facecolor: red\n")
    code = (
        "import sys; from bot.charts.drawing import drawn; from tests.chart_samples import chart; "
        "sys.stdout.buffer.write(drawn(chart(3)))"
    )
    environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=tmp_path
    )
    assert done.stdout == drawn(chart(3))


def test_a_week_takes_a_day_s_room_on_a_long_chart():
    assert [each.last - each.first for each in sheet(chart(400)).bins[1:]] == [timedelta(days=6)] * 57
