"""The shares of a message fit into what Discord takes of it."""

from bot.discord import limits
from bot.discord.declaration import slash_command
from bot.discord.transport import MARK_CHARACTERS, mark_of
from commands.registry import commands

WORDS_AROUND = 60
"""Signs, labels and "and more" lines."""


def test_a_headline_with_its_asker_fits_into_the_content():
    shares = limits.TITLE_CHARACTERS + limits.NEXT_STEP_CHARACTERS + 2 * WORDS_AROUND
    assert shares <= limits.CONTENT_CHARACTERS


def test_small_print_and_next_step_fit_into_the_footer():
    shares = limits.NOTES_CHARACTERS + limits.REMARKS_CHARACTERS + limits.NEXT_STEP_CHARACTERS + 3 * WORDS_AROUND
    assert shares <= limits.FOOTER_CHARACTERS


def test_what_stands_before_the_tables_leaves_room_for_some():
    before = limits.SENTENCES_CHARACTERS + limits.FIELDS_CHARACTERS + limits.FOOTER_CHARACTERS
    assert before + limits.TABLE_LEAST_CHARACTERS <= limits.EMBEDS_CHARACTERS


def test_a_mark_fits_into_a_nonce_and_differs_from_key_to_key():
    assert MARK_CHARACTERS <= limits.NONCE_CHARACTERS
    marks = {mark_of(f"alert:{number}:opened:discord:1") for number in range(1_000)}
    assert len(marks) == 1_000
    assert {len(mark) for mark in marks} == {MARK_CHARACTERS}


def test_the_commands_fit_into_one():
    options = slash_command(commands())["options"]
    assert len(options) <= limits.COMMAND_OPTIONS
    assert all(len(option["name"]) <= limits.COMMAND_NAME_CHARACTERS for option in options)
