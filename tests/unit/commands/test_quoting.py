import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat_text import clean_line
from commands.invisible import made_visible
from commands.quoting import JOINERS, QUOTED_CHARACTERS, printable, quoted


def test_ordinary_text_stays_as_it_is():
    assert printable("mx1.example.com: größer, 日本語 🙂") == "mx1.example.com: größer, 日本語 🙂"


def test_escapes_and_direction_overrides_become_visible():
    assert printable("a\x1b[31m\u202eb\x9b\x00") == "a\ufffd[31m\ufffdb\ufffd\ufffd"


def test_blanks_of_any_kind_become_a_space():
    assert printable("a\tb\r\nc\u2028d\u00a0e") == "a b  c d e"


def test_the_joiners_of_names_stay():
    assert printable("\u0646\u200c\u0627") == "\u0646\u200c\u0627"


def test_a_quotation_cannot_leave_its_backticks():
    assert quoted("a`b") == "`a'b`"


def test_a_long_quotation_is_cut():
    assert quoted("x" * 1000) == "`" + "x" * QUOTED_CHARACTERS + "…`"


@settings(deadline=None)
@given(st.text())
def test_nothing_printable_holds_a_control_character(text):
    assert not {unicodedata.category(character) for character in printable(text)} & {"Cc", "Cs", "Zl", "Zp"}


def test_every_format_and_control_character_and_noncharacter_becomes_visible_but_the_joiners():
    every = map(chr, range(sys.maxunicode + 1))
    unseen = {one for one in every if unicodedata.category(one) in {"Cc", "Cf", "Cs"} or ord(one) & 0xFFFE == 0xFFFE}
    assert {one for one in unseen if made_visible(one) == one} == set(JOINERS)


INVISIBLE = "\u00ad\u034f\u115f\u1160\u180e\u2800\u3164\uffa0\ufffe\ufdd0\U000e0100\u202e\u200b"


@pytest.mark.parametrize("invisible", INVISIBLE)
def test_what_shows_nothing_becomes_visible_everywhere(invisible):
    assert printable(f"Google{invisible}") == "Google\ufffd"
    assert clean_line(f"Google{invisible}") == "Google\ufffd"
