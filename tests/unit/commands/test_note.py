"""Notes: written by everybody, shown where they explain something, taken back by their authors."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.note import MOST_A_DAY, MOST_ROWS
from commands.reply import ChartNote
from tests.asking import ADMIN, READER, answered, ask, said, take, told
from tests.builders import DAY, NOW, policy

OTHER = replace(READER, name="slack:U0OTHER")
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def known(db):
    """A domain with a few days of data."""
    take(db, *(told(policy(10), day=DAY - timedelta(days=number)) for number in range(5)))


async def note(db, text, asker=READER, *, days_ago=0):
    return await answered(db, f"note example.com {text}", asker, now=NOW - timedelta(days=days_ago))


async def test_everybody_notes_and_the_channel_sees_it(db):
    reply = await note(db, "mx1 certificate rotated")
    assert not reply.private
    assert reply.title == "Noted for example.com, 10 Mar."
    assert reply.sentences[0] == "mx1 certificate rotated"
    assert "`note remove 1` takes it back" in said(reply)
    assert reply.data == {
        "domain": "example.com",
        "notes": [
            {
                "id": 1,
                "day": "2026-03-10",
                "noted_at": "2026-03-10T12:00:00Z",
                "author": "slack:U0READER",
                "text": "mx1 certificate rotated",
            }
        ],
    }


async def test_a_note_of_today_shows_on_the_chart_and_as_a_line(db):
    await note(db, "renewed", days_ago=2)
    await note(db, "mx1 certificate rotated")
    reply = await answered(db, "status example.com")
    assert reply.chart.notes == (
        ChartNote(TODAY - timedelta(days=2), "renewed"),
        ChartNote(TODAY, "mx1 certificate rotated"),
    )
    assert reply.sentences == (
        "Noted: 10 Mar, slack:U0READER: mx1 certificate rotated",
        "Noted: 8 Mar, slack:U0READER: renewed",
    )
    assert [one["text"] for one in reply.data["notes"]] == ["mx1 certificate rotated", "renewed"]


async def test_only_the_notes_of_the_days_that_were_asked_about_are_shown(db):
    await note(db, "long ago", days_ago=60)
    await note(db, "in the month", days_ago=5)
    await note(db, "today")
    within = await answered(db, "status example.com 2026-03-01..2026-03-06")
    assert [one.text for one in within.chart.notes] == ["in the month"]
    assert [one["text"] for one in (await answered(db, "status example.com 2026-01")).data["notes"]] == ["long ago"]


async def test_of_many_notes_the_newest_few_are_lines_and_the_others_are_counted(db):
    for number in range(30):
        await note(db, f"change {number}", days_ago=29 - number)
    reply = await answered(db, "status example.com")
    assert [sentence.rpartition(": ")[2] for sentence in reply.sentences[:3]] == ["change 29", "change 28", "change 27"]
    assert reply.sentences[3] == "27 more of these days: `note example.com` lists the newest."
    assert [one.text for one in reply.chart.notes] == [f"change {number}" for number in range(10, 30)]


async def test_a_note_stands_beside_a_chart_that_has_no_data_yet(db):
    await answered(db, "domain add new.example")
    await answered(db, "note new.example record published")
    reply = await answered(db, "status new.example")
    assert reply.sentences[-1] == "Noted: 10 Mar, terminal: record published"


async def test_without_a_text_notes_are_listed_newest_first_with_their_ids(db):
    await note(db, "first", days_ago=1)
    await note(db, "second", OTHER)
    reply = await answered(db, "note example.com", READER)
    assert reply.private
    assert reply.tables[0].rows == (
        ("2", "2026-03-10", "slack:U0OTHER", "second"),
        ("1", "2026-03-09", "slack:U0READER", "first"),
    )
    assert (reply.data["total"], [one["id"] for one in reply.data["notes"]]) == (2, [2, 1])


async def test_a_long_list_shows_the_newest_and_where_the_others_are(db):
    for number in range(MOST_ROWS + 3):
        await note(db, f"change {number}", days_ago=number)
    reply = await answered(db, "note example.com")
    assert (len(reply.tables[0].rows), reply.tables[0].more, reply.data["total"]) == (MOST_ROWS, 3, MOST_ROWS + 3)
    assert "`status example.com 2026-02`" in said(reply)


async def test_no_notes_are_an_empty_list(db):
    reply = await answered(db, "note example.com")
    assert (reply.title, reply.tables, reply.data["notes"]) == ("example.com: 0 notes.", (), [])


@pytest.mark.parametrize("asker", [READER, ADMIN], ids=["author", "admin"])
async def test_the_author_and_admins_take_a_note_back(db, asker):
    await note(db, "mx1 certificate rotated")
    reply = await answered(db, "note remove #1", asker)
    assert not reply.private
    assert "It was: 10 Mar, slack:U0READER: mx1 certificate rotated" in reply.sentences
    assert (await answered(db, "note example.com")).data["total"] == 0
    assert (await ask(db, "note remove 1", asker)).code == "unknown-note"


async def test_nobody_else_takes_a_note_back(db):
    await note(db, "mx1 certificate rotated")
    found = await ask(db, "note remove 1", OTHER)
    assert found.code == "not-allowed"
    assert "slack:U0READER" in found.message
    assert (await answered(db, "note example.com")).data["total"] == 1


async def test_an_id_is_not_given_out_again(db):
    await note(db, "first")
    await answered(db, "note remove 1")
    await note(db, "second")
    assert (await answered(db, "note example.com")).data["notes"][0]["id"] == 2


async def test_a_day_of_a_domain_has_a_bounded_number_of_notes(db):
    await answered(db, "domain add other.example")
    for number in range(MOST_A_DAY):
        await note(db, f"change {number}")
    found = await ask(db, "note example.com one more", OTHER)
    assert found.code == "too-many-notes"
    assert "`note remove ID` takes one back" in found.message
    assert (await answered(db, "note example.com")).data["total"] == MOST_A_DAY
    await answered(db, "note other.example this one has room")
    await answered(db, "note example.com tomorrow has room", now=NOW + timedelta(days=1))


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("note", "missing-argument", "`note` needs DOMAIN"),
        ("note exmaple.com rotated", "unknown-domain", "Did you mean example.com?"),
        ("note nobody.example rotated", "unknown-domain", "`domain add nobody.example`"),
        ("note remove", "bad-number", "`note remove 17`"),
        ("note remove the old mx", "bad-number", "`note remove 17`"),
        ("note remove 0", "bad-number", "not the number of anything"),
        ("note remove 99999999999999999999", "bad-number", "not the number of anything"),
        ("note remove 9223372036854775807", "unknown-note", "There is no note"),
        ("note remov 1", "unknown-choice", "Did you mean `remove`?"),
        ("note example.com " + "x" * 301, "too-long", "at most 300 characters"),
    ],
)
async def test_mistakes_are_named_and_nothing_is_noted(db, text, code, hint):
    found = await ask(db, text, READER)
    assert (found.code, hint in found.message) == (code, True), found.message
    assert (await answered(db, "note example.com")).data["total"] == 0


@pytest.mark.parametrize("text", ["remove 1", "page=2", "7d all", '"quoted"', "<!channel> @everyone `x`", "17"])
async def test_any_text_is_a_note(db, text):
    reply = await note(db, text)
    assert reply.data["notes"][0]["text"] == text
    json.dumps(dict((await answered(db, "status example.com")).data))


async def test_the_domain_is_taken_in_any_spelling(db):
    take(db, told(policy(policy_domain="xn--bcher-kva.example")))
    assert "bücher.example" in (await answered(db, "note BÜCHER.example. renewed")).title
