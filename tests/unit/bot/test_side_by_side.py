"""Tables of text: one long name must not change how all other rows are drawn."""

import pytest

from bot.discord.render import render_message as discord_message
from bot.side_by_side import column_widths, row_lines, with_long_names_apart
from bot.slack.render import render_message as slack_message
from bot.terminal.render import render
from commands.reply import Reply, Table
from tests.slack_limits import shown

HEADS = ("Domain", "State", "Failed")
LONG = "a-department-with-a-name-that-goes-on-for-ever.example"


def drawn(names: list[str], room: int) -> list[str]:
    rows = [HEADS, *((name, "ok", "1,000") for name in names)]
    widths = with_long_names_apart(column_widths(rows), rows, room)
    return [line for row in rows for line in row_lines(row, widths, frozenset({2}))] if widths else []


def test_rows_that_fit_stand_beneath_each_other():
    assert drawn(["a.example", "b.example"], 55) == [
        "Domain     State  Failed",
        "a.example  ok      1,000",
        "b.example  ok      1,000",
    ]


def test_a_name_that_is_too_long_stands_whole_above_its_row_and_the_others_stay():
    assert drawn(["a.example", LONG, "b.example"], 55) == [
        "Domain     State  Failed",
        "a.example  ok      1,000",
        LONG,
        "           ok      1,000",
        "b.example  ok      1,000",
    ]


@pytest.mark.parametrize(
    ("names", "room"), [([LONG, "a.example"], 55), (["a.example"], 20), ([LONG], 55), (["日" * 21], 55)]
)
def test_there_are_no_columns_where_most_names_or_the_other_cells_are_too_long(names, room):
    assert drawn(names, room) == []


def test_letters_of_two_columns_are_counted_as_two():
    assert drawn(["日本", "a.b"], 55)[1:] == ["日本    ok      1,000", "a.b     ok      1,000"]


def three_domains() -> Reply:
    rows = tuple((name, "ok", "1,000") for name in ("a.example", LONG, "b.example"))
    return Reply("x", tables=(Table(("First",), (("1",),)), Table(HEADS, rows, numeric=frozenset({2}))))


def test_discord_keeps_the_columns_and_the_whole_name():
    body = discord_message(three_domains()).embeds[0]["description"]
    assert f"a.example  ok      1,000\n{LONG}\n           ok      1,000\nb.example" in body


@pytest.mark.parametrize("length", [41, 60])
def test_slack_keeps_names_of_usual_lengths_whole_in_tables_of_text(length):
    name = "x" * (length - 8) + ".example"
    table = Table(("Domain", "State"), ((name, "ok"), ("b.example", "ok")))
    said = shown(slack_message(Reply("x", tables=(Table(("First",), (("1",),)), table))).blocks)
    assert name in said


def test_slack_puts_a_name_apart_that_would_make_lines_too_long_for_a_desk():
    cells = ("certificate-host-mismatch", "mx1.a-rather-long-name.example")
    rows = tuple((name, *cells) for name in ("a.example", "b.example", LONG))
    table = Table(("Domain", "Failure", "MX"), rows)
    said = shown(slack_message(Reply("x", tables=(Table(("First",), (("1",),)), table))).blocks)
    assert f"\n{LONG}\n           certificate-host-mismatch  mx1.a" in said


def test_the_terminal_keeps_the_columns_and_the_whole_name():
    assert render(three_domains(), width=60, colour=False).split("\n")[-6:] == [
        "Domain     State  Failed",
        "────────────────────────",
        "a.example  ok      1,000",
        LONG,
        "           ok      1,000",
        "b.example  ok      1,000",
    ]
