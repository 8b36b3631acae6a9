"""Replies drawn for Discord: what people see, that no stranger's text becomes markup, and that no limit is passed."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.message import DiscordMessage, Picture
from bot.discord.render import render_message, with_asker
from commands.reply import Action, Chart, DayBar, Field, Reply, Table, Tone
from tests.discord_limits import faults, marked_up, shown
from tests.discord_rules import check_chat, published_rules
from tests.reply_strategies import REPLIES
from tests.slack_replies import bars, empty_of_everything, reply, too_much_of_everything

PICTURE = Picture(b"png", "Sessions by day: 590 failed on 22 Nov")
HOSTILE = (
    "@everyone",
    "<@1>",
    "<@&1>",
    "<#1>",
    "<t:1:R>",
    "</tlsrpt:1>",
    "[x](https://evil.example)",
    "<https://evil.example>",
    "https://evil.example/a",
    "`code`",
    "```\nblock\n```",
    "||spoiler||",
    "# heading",
    "-# small",
    "> quote",
    "* list",
    "- list",
    "+ list",
    "1. list",
    "**bold** __under__ ~~gone~~ *a* _b_",
    ":boom:",
    "\\",
    "\\\\*a*",
    "a\\",
)
ACTIVE = re.compile(r"[*_`<>\[\]]|~~|\|\||:\S|@everyone|@here|^[#>+-]|^\d+\.", re.MULTILINE)
"""What Discord would act upon, in text of which escapes and code blocks have been taken out."""


def sound(message: DiscordMessage) -> None:
    payload = message.payload()
    assert faults(payload, tuple(file.name for file in message.files)) == []
    json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()


def active(message: DiscordMessage) -> list[str]:
    """Where Discord would see markup that is not ours."""
    ours = ("**",)
    texts = marked_up(message.payload())
    for mark in ours:
        texts = [text.replace(mark, "") for text in texts]
    return [text for text in texts if ACTIVE.search(text)]


def test_the_finding_comes_first_and_the_next_step_last():
    message = render_message(reply(), picture=PICTURE, share="status example.com")
    sound(message)
    finding, evidence = message.embeds
    assert message.content == "🔴 **Critical · example.com: 590 of 600 sessions failed.**"
    assert finding["description"] == "The certificate of mx1.example.com has expired.\nTwo reporters agree."
    assert [field["name"] for field in finding["fields"]] == ["Sessions", "Policy"]
    assert finding["image"] == {"url": "attachment://chart.png"}
    assert (
        "**Failures**\n```\nFailure              Sessions\ncertificate-expired       590\n```"
        in evidence["description"]
    )
    assert "v=TLSRPTv1; rua=mailto:a@b.example" in evidence["description"]
    assert evidence["footer"]["text"] == "2 reports, newest 4 h old.\nNext: /tlsrpt failures example.com"
    assert message.files[0].alt_text == PICTURE.alt_text


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_but_the_plain_one_has_a_sign_a_word_and_a_colour(tone: Tone):
    message = render_message(Reply("Finding", tone, notes=("x",)))
    words = message.content.replace("*", "").replace("·", "").removesuffix("Finding").split()
    assert bool(words) is (tone is not Tone.PLAIN)
    assert tone is Tone.PLAIN or any(word.isalpha() for word in words)
    assert ("color" in message.embeds[0]) is (tone is not Tone.PLAIN)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_shown_literally_and_never_becomes_markup(hostile: str):
    message = render_message(
        reply(
            title=hostile,
            sentences=(hostile, f"x {hostile}"),
            fields=(Field(hostile, hostile),),
            tables=(Table((hostile,), ((hostile,),), hostile),) * 2,
            code=hostile,
            notes=(hostile,),
            next_step=hostile,
            actions=(Action(hostile, hostile),),
        )
    )
    sound(message)
    assert active(message) == []
    line = " ".join(hostile.split())
    as_code = line.replace("```", "'''")
    said = shown(message.payload())
    assert said.count(line) + (said.count(as_code) if as_code != line else 0) >= 12


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=8).map("".join))
def test_no_mixture_of_marks_becomes_markup(hostile: str):
    texts = (hostile,)
    message = render_message(Reply(hostile, sentences=texts, fields=(Field(hostile, hostile),), notes=texts))
    assert active(message) == []


@pytest.mark.parametrize("ticks", range(1, 12))
def test_nothing_ends_a_code_block_early(ticks: int):
    ends = "`" * ticks
    body = render_message(Reply("x", code=f"{ends}\na{ends}\n{ends} @everyone")).embeds[0]["description"]
    assert body.count("```") == 2
    assert body.startswith("```\n")
    assert body.endswith("\n```")


@pytest.mark.parametrize(
    "unfit", ["\x00", "\x1b[31m", "\u202e", "\u2028", "\ud800", "\ufeff", "\x85", "\u200b", "\r\n"]
)
def test_what_cannot_be_seen_never_appears(unfit: str):
    text = f"a{unfit}b"
    table = Table((text,), ((text,),))
    message = render_message(
        reply(title=text, sentences=(text,), code=text, fields=(Field(text, text),), tables=(table,))
    )
    sound(message)
    assert unfit not in json.dumps(message.payload(), ensure_ascii=False)


def test_a_name_can_be_copied_as_it_is():
    name = "xn--bcher-kva.example bücher.example mx_1.example.com 2001:db8::1 семья.рф"
    message = render_message(Reply("Hosts", sentences=(name,), code=name, notes=(name,)))
    assert shown(message.payload()).count(name) == 3


@pytest.mark.parametrize(
    "name", ["long.example " * 1_000, "`" * 10_000, "\\" * 10_000, "@everyone" * 2_000, "🙂" * 10_000]
)
def test_10_000_characters_anywhere_are_cut_and_stay_text(name: str):
    message = render_message(
        Reply(
            name,
            sentences=(name,) * 3,
            fields=(Field(name, name),) * 3,
            tables=(Table((name, name), ((name, name),), name),),
            code=name,
            notes=(name,),
            next_step=name,
            actions=(Action(name, name),),
        ),
        share=name,
    )
    sound(message)
    assert active(message) == []
    assert message.components == ()


@pytest.mark.parametrize(
    "link",
    [
        "discord.gg/abc",
        "https://discord.gg/abc",
        "DISCORD.GG/abc",
        "www.discord.com/invite/abc",
        "ptb.discord.com/invite/abc",
        "discordapp.com/invite/abc",
        "xdiscord.gg/abc",
        "x discord.gift/abc",
        "discord.new/abc",
    ],
)
def test_no_text_becomes_a_card_with_an_invitation(link: str):
    message = with_asker(render_message(Reply(link, sentences=(link,))), 5, f"note example.com {link}")
    assert re.search(r"discord(app)?\.(gg|com|gift|new)/", message.content, re.IGNORECASE) is None
    assert shown(message.payload()).count(link) == 3


@pytest.mark.parametrize(
    "name", ["discord.gg", "discord.com", "mx1.discord.com: no", "discord.community/x", "a.gg/abc"]
)
def test_other_names_stay_as_they_are(name: str):
    assert name in render_message(Reply(name)).content


def test_escaped_text_is_never_cut_within_an_escape():
    for most in range(880, 920):
        content = render_message(Reply("x" * (most % 7) + "*" * most)).content
        inside = content[2:-2].rstrip("…").lstrip("x")
        assert set(re.findall(r"..", inside)) == {"\\*"}


def test_more_of_everything_than_discord_takes_is_cut_and_says_so():
    message = render_message(too_much_of_everything(), picture=PICTURE, share="status example.com")
    sound(message)
    said = shown(message.payload())
    for what in ("fields", "rows", "lines", "tables"):
        assert f"more {what}" in said
    assert (
        "Without a button: /tlsrpt check 59.example.com"
        in render_message(
            Reply("x", actions=tuple(Action("x", f"check {number}.example.com") for number in range(35, 60)))
        ).embeds[0]["footer"]["text"]
    )
    assert said.count("Share in channel") == 1


def test_a_reply_of_nothing_is_still_a_message():
    message = render_message(empty_of_everything())
    sound(message)
    assert message.content == "**(no title)**"
    assert message.components[0]["components"][0]["custom_id"] == "run:status"


def test_a_wide_table_is_drawn_row_by_row_and_no_line_is_wider_than_a_phone():
    rows = tuple((f"mx{number}.a-rather-long-name.example", "certificate-host-mismatch", "12") for number in range(3))
    table = Table(("Host", "Failure", "Sessions"), rows)
    body = render_message(Reply("x", tables=(table,))).embeds[0]["description"]
    assert "mx0.a-rather-long-name.example\n  Failure: certificate-host-mismatch · Sessions: 12\nmx1" in body
    assert max(map(len, body.splitlines())) <= 55


def test_columns_of_wide_letters_stand_beneath_each_other():
    rows = (("日本語", "1"), ("ab", "10"))
    body = render_message(Reply("x", tables=(Table(("Host", "N"), rows, numeric=frozenset({1})),))).embeds[0]
    assert body["description"] == "```\nHost     N\n日本語   1\nab      10\n```"


def test_500_rows_become_as_many_as_fit_and_the_number_of_the_others():
    rows = tuple((f"host{number}.example", str(number)) for number in range(500))
    message = render_message(reply(tables=(Table(("Host", "N"), rows, more=11),)))
    sound(message)
    body = message.embeds[1]["description"]
    drawn = len(re.findall(r"^host\d+", body, re.MULTILINE))
    assert drawn > 50
    assert f"… and {500 - drawn + 11} more rows" in body


def test_a_button_that_is_too_long_is_left_out_and_its_command_is_named():
    command = "record example.com mx=" + ",".join(f"mx{number}.example.com" for number in range(9))
    message = render_message(Reply("x", actions=(Action("Again", command), Action("Status", "status"))), share=command)
    assert [one["custom_id"] for row in message.components for one in row["components"]] == ["run:status"]
    footer = message.embeds[0]["footer"]["text"]
    assert f"Without a button: /tlsrpt {command}" in footer
    assert "too long for a button that shares" in footer


def test_the_same_command_twice_is_one_button():
    message = render_message(Reply("x", actions=(Action("A", "status"), Action("B", "status"))))
    assert [one["label"] for one in message.components[0]["components"]] == ["A"]


def test_six_buttons_stand_in_two_rows():
    actions = tuple(Action(str(number), f"report {number}") for number in range(5))
    rows = render_message(Reply("x", actions=actions), share="reports").components
    assert [len(row["components"]) for row in rows] == [5, 1]


def test_a_chart_without_its_picture_says_so_and_one_without_days_says_nothing():
    assert "could not be drawn" in shown(render_message(Reply("x", chart=Chart("c", bars(3)))).payload())
    assert render_message(Reply("x", chart=Chart("c", ()))).embeds == ()


def test_who_asked_is_named_beneath_the_headline_without_markup_of_the_command():
    message = with_asker(render_message(Reply("Done")), 5, "note example.com @everyone <@1> **x**")
    first, second = message.content.splitlines()
    assert first == "**Done**"
    assert second.startswith("-# Asked by <@5>: /tlsrpt note example.com \\@everyone \\<\\@1\\>")


def test_a_long_alt_text_is_cut():
    picture = Picture(b"png", "word " * 1_000)
    message = render_message(Reply("x", chart=Chart("c", (DayBar(date(2026, 3, 1), 1, 0),))), picture=picture)
    sound(message)


PICTURES = st.none() | st.builds(Picture, st.just(b"png"), st.text(max_size=2_000))
SHARES = st.text(max_size=120)


@given(REPLIES, PICTURES, SHARES)
def test_any_reply_becomes_a_message_that_discord_takes(any_reply: Reply, picture: Picture | None, share: str):
    message = render_message(any_reply, picture=picture, share=share)
    sound(message)
    assert active(message) == []


@given(REPLIES, PICTURES, SHARES)
def test_any_reply_passes_the_published_rules(any_reply: Reply, picture: Picture | None, share: str):
    message = render_message(any_reply, picture=picture, share=share)
    assert published_rules().check_message(message.payload(), [file.name for file in message.files]) == []


@pytest.mark.parametrize("make", [reply, too_much_of_everything, empty_of_everything])
def test_the_shared_check_script_accepts_the_payload(make, tmp_path: Path):
    message = render_message(make(), picture=PICTURE, share="status example.com")
    assert check_chat("message", message.payload(), tmp_path / "message.json", "chart.png") == ""
