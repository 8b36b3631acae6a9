import pytest

from commands import words
from commands.question import UsageError
from commands.words import LONGEST_TEXT, MOST_WORDS, refuse_too_many


def words_of(line):
    return [word.text for word in words.words_of(line)]


@pytest.mark.parametrize("text", ["", " ", "\t\n\u00a0\u3000", "/tlsrpt", "tlsrpt", "/TLSRPT ", "``", "\x00\x01"])
def test_a_line_without_words_is_empty(text):
    assert words_of(text) == []


def test_any_unicode_blank_separates_words():
    assert words_of("status\u00a0example.com\u20037d\tx\u2028y") == ["status", "example.com", "7d", "x", "y"]


def test_the_name_of_the_bot_in_front_is_dropped_once():
    assert words_of("/tlsrpt status tlsrpt") == ["status", "tlsrpt"]


@pytest.mark.parametrize(
    "pasted",
    [
        "<http://example.com|example.com>",
        "<https://example.com|example.com>",
        "<http://example.com>",
        "<https://example.com/a/b?c>",
        "<HTTP://example.com|example.com>",
        "https://example.com/",
        "`<http://example.com|example.com>`",
        "`example.com`",
        '"example.com"',
        "'example.com'",
        "“example.com”",
        "„example.com“",
        "«example.com»",
        "example.com,",
        '"example.com",',
        "`example.com`:",
        "\ufeffexample.com\u200b",
        "\u202aexample.com\u202c",
        "exam\x00ple.com",
    ],
)
def test_links_and_quotes_around_a_domain_are_taken_off(pasted):
    assert words_of(f"status {pasted}") == ["status", "example.com"]


def test_a_mail_link_gives_the_address():
    assert words_of("<mailto:a@example.com|a@example.com> <mailto:b@example.com>") == ["a@example.com", "b@example.com"]


def test_a_link_within_an_assignment_keeps_its_address():
    assert words_of("rua=<https://reports.example/v1|https://reports.example/v1>") == ["rua=https://reports.example/v1"]


def test_quotes_do_not_hold_words_together():
    assert words_of('"status example.com"') == ["status", "example.com"]


def test_too_many_characters_are_refused():
    assert words_of("x" * LONGEST_TEXT)
    with pytest.raises(UsageError) as caught:
        words_of("x" * (LONGEST_TEXT + 1))
    assert caught.value.code == "too-long"


def test_too_many_words_are_refused():
    found = words.words_of("x " * MOST_WORDS)
    refuse_too_many(found)
    with pytest.raises(UsageError) as caught:
        refuse_too_many([*found, found[0]])
    assert caught.value.code == "too-long"


def test_a_word_knows_where_it_ends_as_it_was_typed():
    line = '/tlsrpt  "example.com",  rest'
    assert [line[: word.end] for word in words.words_of(line)] == ['/tlsrpt  "example.com",', line]
