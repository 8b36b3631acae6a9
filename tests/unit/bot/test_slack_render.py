"""Replies drawn for Slack: what people see, and that no limit is passed."""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.render import SlackMessage, render_message
from commands.reply import Action, Attachment, Chart, ChartNote, DayBar, Field, Reply, Table, Tone
from tests.slack_limits import kinds, shown
from tests.slack_replies import empty_of_everything, reply, too_much_of_everything
from tests.slack_soundness import forms, part, sound

SHARED_TOOLS = Path(__file__).parents[4] / "shared" / "tools"


def test_the_finding_comes_first_and_the_next_step_last_above_the_buttons():
    message = render_message(reply())
    sound(message)
    assert kinds(message.blocks) == [
        *("header", "rich_text", "section", "data_visualization"),
        *("rich_text", "table", "rich_text", "context", "rich_text", "actions"),
    ]
    assert part(message, "header")["text"]["text"] == "🔴 Critical · example.com: 590 of 600 sessions failed."
    assert "/tlsrpt failures example.com" in shown(message.blocks[-2:])


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_but_the_plain_one_has_a_sign_and_a_word(tone: Tone):
    words = part(render_message(Reply("Finding", tone)), "header")["text"]["text"].removesuffix("Finding").split()
    assert bool(words) is (tone is not Tone.PLAIN)
    assert tone is Tone.PLAIN or any(word.isalpha() for word in words)


def test_text_is_filled_escaped_and_says_the_same_as_the_blocks():
    text = render_message(reply(sentences=("a <!channel> & <http://x|y>",))).text
    assert "a &lt;!channel&gt; &amp; &lt;http://x|y&gt;" in text
    for said in ("590 of 600", "Sessions: 600", "certificate-expired | 590", "newest 4 h old", "/tlsrpt failures"):
        assert said in text


def test_escaped_text_is_never_cut_within_an_escape():
    for title in ("&" * 5_000, "x" + "&" * 5_000, "xy<" * 2_000):
        text = render_message(Reply(title)).text
        assert len(text) <= 4_000
        assert all(piece.startswith(("amp;", "lt;")) for piece in text.split("&")[1:])


@pytest.mark.parametrize(
    "hostile", ["<!channel>", "@here", "*bold*", "`code`", "<http://a|b>", ":boom:", "&amp;", "~x~ _y_", "> quote"]
)
def test_hostile_text_is_shown_literally_and_only_where_slack_reads_no_markup(hostile: str):
    message = render_message(
        reply(
            title=hostile,
            sentences=(hostile,),
            fields=(Field(hostile, hostile),),
            tables=(Table((hostile,), ((hostile,),), hostile),) * 2,
            code=hostile,
            notes=(hostile,),
            next_step=hostile,
            actions=(Action(hostile, hostile),),
        )
    )
    sound(message)
    for blocks in (message.blocks, message.plain_blocks):
        assert shown(blocks).count(hostile) >= 12
        assert "mrkdwn" not in json.dumps(blocks)
        assert not any(kind in json.dumps(blocks) for kind in ('"link"', '"broadcast"', '"channel"', '"emoji":true'))


@pytest.mark.parametrize(
    "unfit", ["\x00", "\x1b[31m", "\u202e", "\u2028", "\ud800", "\ufeff", "\x85", "\u200b", "\r\n"]
)
def test_control_characters_never_appear(unfit: str):
    text = f"a{unfit}b"
    message = render_message(reply(title=text, sentences=(text,), code=text, fields=(Field(text, text),)))
    sound(message)
    assert unfit not in message.text
    assert unfit not in shown(message.blocks)


def test_a_name_can_be_copied_as_it_is():
    name = "xn--bcher-kva.example bücher.example mx_1.example.com 2001:db8::1 семья.рф"
    assert name in shown(render_message(Reply("Hosts", sentences=(name,), code=name)).blocks)


def test_more_of_everything_than_slack_takes_is_cut_and_says_so():
    message = render_message(too_much_of_everything(), share="status example.com")
    sound(message)
    for blocks in (message.blocks, message.plain_blocks):
        said = shown(blocks)
        for what in ("fields", "rows", "columns", "lines", "buttons", "tables"):
            assert f"more {what}" in said
    assert shown(message.blocks).count("Share in channel") == 1


def test_a_reply_of_nothing_is_still_a_message():
    message = render_message(empty_of_everything())
    sound(message)
    assert message.text
    assert part(message, "actions")["elements"][0]["value"] == "status"


def test_a_title_too_long_for_the_header_is_repeated_beneath_it():
    title = "example.com: " + "word " * 60
    message = render_message(Reply(title))
    assert len(part(message, "header")["text"]["text"]) <= 150
    assert title.strip() in shown(message.blocks)


def test_a_cell_without_text_is_shown_as_a_dash_and_numbers_stand_right():
    table = part(render_message(reply(tables=(Table(("Host", "N"), (("", "1"),), numeric=frozenset({1})),))), "table")
    assert table["rows"][1][0]["text"] == "—"
    assert table["column_settings"] == [{"is_wrapped": True}, {"align": "right"}]


def test_500_rows_become_a_full_table_and_the_number_of_the_others():
    rows = tuple((f"host{number}.example", str(number)) for number in range(500))
    message = render_message(reply(tables=(Table(("Host", "N"), rows, more=11),)))
    sound(message)
    assert len(part(message, "table")["rows"]) == 100
    assert "… and 412 more rows" in shown(message.blocks)


def test_a_second_table_is_drawn_with_text_because_slack_takes_one():
    first, second = Table(("A",), (("first",),)), Table(("B", "N"), (("second", "7"),), numeric=frozenset({1}))
    message = render_message(reply(tables=(first, second)))
    assert kinds(message.blocks).count("table") == 1
    assert "B       N\nsecond  7" in shown(message.blocks)


def test_plain_blocks_hold_no_newer_block_and_say_the_same():
    message = render_message(reply())
    assert not {"table", "data_visualization"} & set(kinds(message.plain_blocks))
    said = shown(message.plain_blocks)
    assert "certificate-expired" in said
    assert "24 Oct to 6 Nov" in said


def test_a_share_button_carries_the_command_and_is_left_out_when_it_does_not_fit():
    share = part(render_message(Reply("x"), share="status example.com"), "actions")["elements"][-1]
    assert (share["action_id"], share["value"]) == ("tlsrpt_share", "status example.com")
    assert "actions" not in kinds(render_message(Reply("x"), share="s" * 2_001).blocks)


def test_buttons_have_stable_ids_and_their_command_as_value():
    actions = (Action("Acknowledge", "alerts ack 17"), Action("Check now", "check example.com"))
    buttons = part(render_message(Reply("x", actions=actions)), "actions")["elements"]
    assert [button["action_id"] for button in buttons] == ["tlsrpt_run_0", "tlsrpt_run_1"]
    assert [button["value"] for button in buttons] == ["alerts ack 17", "check example.com"]


def test_an_attached_file_is_named():
    attached = Reply("Report 5", attachments=(Attachment("report.json.gz", "application/gzip", b"12345"),))
    assert "File: report.json.gz (5 bytes)" in shown(render_message(attached).blocks)


TEXTS = st.text(max_size=60) | st.text(alphabet="<>&@*`_\u202e\x00\n😀", max_size=300) | st.just("long " * 900)
BY_TYPE = st.lists(st.tuples(TEXTS, st.integers(0, 10**30)), max_size=9).map(tuple)
BARS = st.builds(DayBar, st.dates(), st.integers(0, 10**30), st.integers(0, 10**6), BY_TYPE)
NOTES = st.lists(st.builds(ChartNote, st.dates(), TEXTS), max_size=9).map(tuple)
TABLES = st.builds(
    Table,
    heads=st.lists(TEXTS, max_size=25).map(tuple),
    rows=st.lists(st.lists(TEXTS, max_size=25).map(tuple), max_size=8).map(tuple),
    title=TEXTS,
    numeric=st.frozensets(st.integers(0, 30), max_size=5),
    more=st.integers(0, 10**6),
)
REPLIES = st.builds(
    Reply,
    title=TEXTS,
    tone=st.sampled_from(Tone),
    sentences=st.lists(TEXTS, max_size=8).map(tuple),
    fields=st.lists(st.builds(Field, TEXTS, TEXTS), max_size=50).map(tuple),
    chart=st.none() | st.builds(Chart, TEXTS, st.lists(BARS, max_size=40).map(tuple), NOTES),
    tables=st.lists(TABLES, max_size=4).map(tuple),
    code=TEXTS,
    notes=st.lists(TEXTS, max_size=5).map(tuple),
    next_step=TEXTS,
    actions=st.lists(st.builds(Action, TEXTS, TEXTS), max_size=30).map(tuple),
)


@given(REPLIES, TEXTS)
def test_any_reply_becomes_a_message_that_slack_takes(any_reply: Reply, share: str):
    sound(render_message(any_reply, share))


@pytest.fixture(scope="module")
def published_rules() -> Callable[[list[dict[str, Any]]], list[Any]]:
    if not (SHARED_TOOLS / "blockkit_rules.py").exists():
        pytest.skip("../shared/tools/blockkit_rules.py is not there")
    sys.path.insert(0, str(SHARED_TOOLS))
    try:
        rules = importlib.import_module("blockkit_rules")
    finally:
        sys.path.remove(str(SHARED_TOOLS))
    return rules.check_message_blocks


def assert_published_rules(rules: Callable[[list[dict[str, Any]]], list[Any]], message: SlackMessage) -> None:
    for blocks in forms(message):
        assert rules(blocks) == []


@given(REPLIES, TEXTS)
def test_any_reply_passes_the_published_rules(
    published_rules: Callable[[list[dict[str, Any]]], list[Any]], any_reply: Reply, share: str
):
    assert_published_rules(published_rules, render_message(any_reply, share))


@pytest.mark.parametrize("make", [reply, too_much_of_everything, empty_of_everything])
def test_the_published_rules_hold_for_one_and_too_much_and_nothing_of_everything(
    published_rules: Callable[[list[dict[str, Any]]], list[Any]], make: Callable[[], Reply]
):
    assert_published_rules(published_rules, render_message(make(), "status example.com"))


@pytest.mark.parametrize("form", range(4))
@pytest.mark.parametrize("make", [reply, too_much_of_everything])
def test_the_shared_check_script_accepts_the_payload(make: Callable[[], Reply], form: int, tmp_path: Path):
    script = SHARED_TOOLS / "check_chat.py"
    if not script.exists():
        pytest.skip("../shared/tools/check_chat.py is not there")
    payload = tmp_path / "message.json"
    payload.write_text(json.dumps({"blocks": forms(render_message(make()))[form]}))
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-B", str(script), "slack", "message", str(payload)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
