import re
import unicodedata
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bot.terminal.render import CODE_INDENT, NARROWEST, render
from bot.terminal.table import lines
from commands.reply import Action, Attachment, Chart, ChartNote, DayBar, Field, Reply, Table, Tone
from tests.reply_strategies import REPLIES

UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
STYLE = re.compile(r"\x1b\[[0-9;]*m")
DAYS = tuple(DayBar(date(2026, 11, 1) + timedelta(days=n), 100, 1) for n in range(20))
FULL = Reply(
    title="example.com: mail is being refused.",
    tone=Tone.CRITICAL,
    sentences=("590 of 600 sessions failed on 22 Nov.",),
    fields=(Field("Effect", "not delivered"), Field("Reporters", "2")),
    chart=Chart("Sessions by day", DAYS),
    tables=(Table(("Type", "Sessions"), (("certificate-expired", "590"),), "Failures", frozenset({1}), 3),),
    code="_smtp._tls TXT x",
    notes=("Newest report 4 h old.",),
    next_step="failures example.com",
    actions=(Action("Acknowledge", "alerts ack 17"),),
    attachments=(Attachment("report.json", "application/json", b"x" * 1234),),
)


def plain(reply, width=80):
    return render(reply, width=width, colour=False)


def lines_of(reply, width=80):
    return plain(reply, width).split("\n")


def test_everything_stands_in_its_order():
    text = plain(FULL)
    pieces = [
        "example.com: mail is being refused.",
        "590 of 600 sessions failed",
        "Effect",
        "Sessions by day",
        "Failures",
        "certificate-expired",
        "and 3 more",
        "_smtp._tls TXT x",
        "alerts ack 17",
        "report.json (application/json, 1,234 bytes)",
        "Newest report 4 h old.",
        "Next: failures example.com",
    ]
    positions = [text.index(piece) for piece in pieces]
    assert positions == sorted(positions)
    assert text.endswith("Next: failures example.com")


@pytest.mark.parametrize(
    ("tone", "beginning"),
    [
        (Tone.OK, "🟢 ok · x"),
        (Tone.INFO, "🔵 info · x"),
        (Tone.WARNING, "🟡 warning · x"),
        (Tone.CRITICAL, "🔴 critical · x"),
        (Tone.NO_DATA, "⚪ no data · x"),
        (Tone.PLAIN, "x"),
    ],
)
def test_the_state_is_a_sign_and_a_word_before_the_title(tone, beginning):
    assert plain(Reply("x", tone=tone)) == beginning


def test_a_title_alone_is_a_line_alone():
    assert plain(Reply("Nothing to say")) == "Nothing to say"


def test_sentences_are_wrapped_at_blanks():
    assert lines_of(Reply("t", sentences=("one two three four five six seven",)), 20) == [
        "t",
        "one two three four",
        "five six seven",
    ]


def test_numbered_sentences_hang():
    assert lines_of(Reply("t", sentences=("1. one two three four five",)), 20)[1:] == [
        "1. one two three",
        "   four five",
    ]


def test_a_chart_tells_failures_by_type_and_noted_changes_below_its_bars():
    days = tuple(replace(one, by_type=(("certificate-expired", 1),)) for one in DAYS[:3])
    notes = (ChartNote(date(2026, 11, 2), "the certificate of mx1 was renewed"),)
    assert lines_of(Reply("t", chart=Chart("Sessions by day", days, notes)), 40)[2:] == [
        "Sessions by day (▇ secure, ✗ failed)",
        "2026-11-01  ▇▇▇▇▇▇▇✗  1 of 101 failed",
        "2026-11-02  ▇▇▇▇▇▇▇✗  1 of 101 failed  ▲",
        "2026-11-03  ▇▇▇▇▇▇▇✗  1 of 101 failed",
        "Failed sessions by type",
        "███  3  certificate-expired",
        "▲ 2026-11-02 the certificate of mx1 was",
        "             renewed",
    ]


def test_fields_are_aligned():
    assert lines_of(replace(Reply("t"), fields=(Field("A", "x"), Field("Longer", "y"))))[2:] == [
        "A       x",
        "Longer  y",
    ]


def test_fields_whose_words_would_be_broken_stand_behind_their_labels():
    narrow = (
        Field("certificate-expired", "it has expired"),
        Field("Report address", "k3v9q2m74@reports.example.net"),
    )
    assert lines_of(replace(Reply("t"), fields=narrow), 40)[2:] == [
        "certificate-expired: it has expired",
        "Report address:",
        "k3v9q2m74@reports.example.net",
    ]
    assert lines_of(replace(Reply("t"), fields=narrow), 60)[2:] == [
        "certificate-expired  it has expired",
        "Report address       k3v9q2m74@reports.example.net",
    ]


@pytest.mark.parametrize("width", [40, 60])
def test_no_result_type_and_no_domain_that_fits_is_broken(width):
    words = ("certificate-host-mismatch", "mx1.mail.customers.example.com")
    reply = Reply(
        "t",
        fields=(Field(*words),),
        actions=(Action(*words),),
        tables=(Table(words, (words,)), Table(("A", "B"), (words[::-1],) * 3)),
    )
    shown = " ".join(lines_of(reply, width))
    assert shown.count(words[0]) == (6 if width == 40 else 7), "row by row, the first column is not named"
    assert shown.count(words[1]) == 7


def test_a_table_whose_cells_would_be_long_and_narrow_is_written_row_by_row():
    sentence = "what senders saw, by day, by failure type and by host"
    table = Table(("Command", "Answer"), (("status DOMAIN", sentence),))
    assert lines_of(Reply("t", tables=(table,)), 24)[2:] == [
        "status DOMAIN",
        "  Answer: what senders",
        "    saw, by day, by",
        "    failure type and by",
        "    host",
    ]
    assert lines_of(Reply("t", tables=(table,)), 60)[2:][0] == "Command        Answer"


@pytest.mark.parametrize(
    ("text", "width", "number"),
    [
        ("", 5, 1),
        ("one", 3, 1),
        ("one two", 7, 1),
        ("one two", 6, 2),
        ("seventeen", 4, 3),
        ("a seventeen b", 4, 4),
        ("\u0301 a", 4, 1),
    ],
)
def test_lines_are_counted_as_they_are_wrapped(text, width, number):
    assert lines(text, width) == number


def test_code_is_indented_and_never_wrapped():
    record = "v=TLSRPTv1; rua=" + "mailto:a@example.com," * 20
    assert f"\n\n{CODE_INDENT}{record}\n{CODE_INDENT}next line" in plain(Reply("t", code=f"{record}\nnext line"), 40)


def test_blank_lines_in_code_stay_and_tabs_become_blanks():
    assert plain(Reply("t", code="\na\n\n\tb\n")) == f"t\n\n{CODE_INDENT}a\n\n{CODE_INDENT}        b"


def test_figures_in_a_table_are_aligned_to_the_right():
    table = Table(("Type", "Sessions"), (("a", "1"), ("b", "1,000")), numeric=frozenset({1}))
    assert lines_of(Reply("t", tables=(table,)))[2:] == [
        "Type  Sessions",
        "──────────────",
        "a            1",
        "b        1,000",
    ]


def test_a_table_never_breaks_a_word_or_a_figure():
    row = ("certificate-host-mismatch", "12,345,678", "mx1.mail.example.com, mx2.mail.example.com")
    table = Table(("Type", "Sessions", "MX"), (row,), numeric=frozenset({1}))
    for width in range(30, 120, 3):
        words = plain(Reply("t", tables=(table,)), width).split()
        assert {"certificate-host-mismatch", "12,345,678", "mx1.mail.example.com,"} <= set(words)


def test_a_table_that_does_not_fit_is_written_row_by_row():
    table = Table(("Type", "MX"), (("certificate-expired", "mx1.example.com"), ("tlsa-invalid", "mx2.example.com")))
    assert lines_of(Reply("t", tables=(table,)), 30)[2:] == [
        "certificate-expired",
        "  MX: mx1.example.com",
        "tlsa-invalid",
        "  MX: mx2.example.com",
    ]


def test_a_table_without_rows_shows_its_heads():
    assert "Type  MX" in plain(Reply("t", tables=(Table(("Type", "MX"), ()),)))


def test_rich_markup_and_emoji_codes_come_out_literally():
    text = "[red]x[/red] [/] [link=https://evil.example]y[/link] :warning:"
    reply = Reply(text, sentences=(text,), fields=(Field(text, text),), notes=(text,), code=text, next_step=text)
    for colour in (False, True):
        assert render(reply, width=200, colour=colour).count(text) == 7


@pytest.mark.parametrize(
    "hostile", ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\u202e", "\u2066", "\x00", "\x7f", "\b"]
)
@pytest.mark.parametrize("colour", [False, True])
def test_escapes_and_overrides_of_others_never_reach_the_terminal(hostile, colour):
    text = f"a{hostile}b"
    reply = Reply(
        text,
        sentences=(text, f"1. {text}"),
        fields=(Field(text, text),),
        chart=Chart(text, DAYS),
        tables=(Table((text,), ((text,),), text),),
        code=text,
        notes=(text,),
        next_step=text,
        actions=(Action(text, text),),
        attachments=(Attachment(text, text, b""),),
    )
    shown = STYLE.sub("", render(reply, width=80, colour=colour))
    assert hostile not in shown
    assert "\x1b" not in shown


def test_colour_changes_nothing_but_the_style():
    assert "\x1b" in render(FULL, width=80, colour=True)
    assert STYLE.sub("", render(FULL, width=80, colour=True)) == plain(FULL)


def test_the_environment_has_no_say(monkeypatch):
    before = plain(FULL)
    for name, value in {"COLUMNS": "30", "FORCE_COLOR": "1", "TERM": "dumb", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert plain(FULL) == before
    assert "\x1b" in render(FULL, width=80, colour=True)


@settings(max_examples=300, deadline=None)
@given(REPLIES, st.integers(-1, 200))
def test_any_reply_is_drawn_within_the_width_and_without_control_characters(reply, width):
    text = plain(replace(reply, code=""), width)
    assert not {unicodedata.category(character) for character in text.replace("\n", "")} & UNSEEN
    assert max(map(cell_len, text.split("\n"))) <= max(width, NARROWEST)
    text.encode()


@settings(max_examples=100, deadline=None)
@given(REPLIES)
def test_any_reply_in_colour_holds_no_escapes_but_styles(reply):
    text = STYLE.sub("", render(reply, width=80, colour=True)).replace("\n", "")
    assert not {unicodedata.category(character) for character in text} & UNSEEN
