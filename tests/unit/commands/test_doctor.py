"""`doctor`: the worst first, in words, with what to do."""

import pytest

from commands.doctor import Finding, Level, present
from commands.reply import Tone
from tests.asking import READER, answered, ask, said

OK = Finding("database", Level.OK, "Sound.")
WARNING = Finding("alerts", Level.WARNING, "Nobody hears them.", "Name a channel.")
ERROR = Finding("smtp", Level.ERROR, "Nobody answers.", "Start it.")


@pytest.mark.parametrize(
    ("findings", "title", "tone"),
    [
        ([OK], "The bot's own set-up: 1 all right.", Tone.OK),
        ([OK, WARNING, OK], "The bot's own set-up: 1 warning and 2 all right.", Tone.WARNING),
        ([WARNING, OK, ERROR, ERROR], "The bot's own set-up: 2 errors, 1 warning and 1 all right.", Tone.CRITICAL),
    ],
)
def test_the_title_counts_and_the_tone_is_that_of_the_worst(findings, title, tone):
    reply = present(findings, "reports.example.net")
    assert (reply.title, reply.tone) == (title, tone)


def test_the_worst_stands_first_with_what_to_do():
    reply = present([OK, WARNING, ERROR], "reports.example.net")
    assert reply.tables[0].rows == (
        ("smtp", "error", "Nobody answers. Start it."),
        ("alerts", "warning", "Nobody hears them. Name a channel."),
        ("database", "ok", "Sound."),
    )
    first = reply.data["findings"][0]
    assert first == {"area": "smtp", "level": "error", "found": "Nobody answers.", "what_to_do": "Start it."}


def test_what_cannot_be_seen_from_inside_is_said_where_it_matters():
    assert "postmaster@reports.example.net" in said(present([OK], "reports.example.net"))
    assert present([OK], "localhost").notes == ()


async def test_it_is_for_admins_and_for_their_eyes_alone(db):
    assert (await ask(db, "doctor", READER)).code == "not-allowed"
    assert (await answered(db, "doctor")).private
