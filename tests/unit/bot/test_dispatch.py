"""Words and an asker become an answer, whatever happens."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.dispatch import Dispatcher, Outcome
from commands.question import Command, UsageError
from commands.registry import NOT_YET, commands
from commands.reply import Reply, Tone
from storage.database import Database, DatabaseDamaged, DatabaseUnavailable
from tests.asking import ADMIN, READER, ask, dispatcher, take, told

CHANGES = [
    *("domain add example.com", "domain remove example.com", "set example.com min-failures=5"),
    *("subscribe example.com channel=slack:#ops", "subscribe all channel=slack:#ops alerts"),
]
READS = ["status", "status example.com", "failures example.com", "reporters example.com", "reports example.com"]
MORE_READS = ["report 1", "explain", "help", "domain list", "set example.com", "note example.com", ""]


async def answer_of(what, text="ask", asker=READER):
    """Answer with a command of our own that raises, or returns, what is given."""

    async def answer(_question, _context):
        if isinstance(what, BaseException):
            raise what
        return what

    command = Command("ask", "For tests", answer)
    return await Dispatcher({"ask": command}, lambda _asker: None).answer(text, asker)


@pytest.mark.parametrize("text", [*READS, *MORE_READS])
async def test_everybody_may_read(db, text):
    take(db, told())
    found = await ask(db, text, READER)
    assert (found.outcome, found.code) == (Outcome.ANSWERED, ""), found.message
    assert found.reply.private


@pytest.mark.parametrize("text", CHANGES)
async def test_only_admins_change(db, text):
    take(db, told())
    await ask(db, "domain add example.com")
    refused = await ask(db, text, READER)
    assert (refused.outcome, refused.code) == (Outcome.USAGE, "not-allowed")
    assert refused.reply.private
    assert (await ask(db, text, ADMIN)).outcome is Outcome.ANSWERED


def test_every_command_that_changes_asks_for_an_admin():
    never = Command("ask", "", answer=None).changes
    assert {name for name, command in commands().items() if command.changes is not never} == {
        *("domain", "set", "subscribe", "unsubscribe", "unverified", "quarantine", "doctor"),
    }


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("statsu example.com", "unknown-command", "Did you mean `status`?"),
        ("example.com", "unknown-command", "Did you mean `status example.com`?"),
        ("frobnicate", "unknown-command", "`help` lists"),
        ("status example.com 40", "bad-period", "`7d`"),
        ("failures", "missing-argument", "Usage: `failures DOMAIN [PERIOD] [TYPE] [page=N]`"),
        ("report x", "bad-number", "Usage: `report ID [page=N]`"),
        ("status " + "x" * 3_000, "too-long", "3,000 characters"),
    ],
)
async def test_a_mistake_is_answered_with_what_to_type_and_only_to_the_asker(db, text, code, hint):
    found = await ask(db, text, READER)
    assert (found.outcome, found.code) == (Outcome.USAGE, code)
    assert hint in found.message
    assert found.reply.private
    assert found.reply.data == {"error": {"code": code, "message": found.message}}


@pytest.mark.parametrize("verb", sorted(NOT_YET))
async def test_a_verb_that_is_still_to_come_is_known_by_name(db, verb):
    found = await ask(db, f"{verb} example.com", READER)
    assert (found.outcome, found.code) == (Outcome.USAGE, "not-yet")
    assert f"`{verb}`" in found.message
    assert "later version" in found.message


def test_no_verb_of_the_contract_is_missing():
    contract = "help status failures reporters reports report check record ready explain alerts domain set subscribe "
    contract += "unsubscribe subscriptions note quarantine unverified export backtest audit doctor test"
    assert {*commands(), *NOT_YET} == set(contract.split())


@pytest.mark.parametrize(
    "error", [KeyError("secret-name"), RecursionError(), ValueError("x" * 10_000), AssertionError()]
)
async def test_whatever_goes_wrong_the_asker_gets_a_reference_and_the_log_the_trace(error):
    with capture_logs() as logged:
        found = await answer_of(error)
    assert (found.outcome, found.code) == (Outcome.FAILED, "failed")
    (entry,) = logged
    assert entry["log_level"] == "error"
    assert entry["exc_info"] is error
    assert len(entry["reference"]) >= 8
    assert found.message.endswith(f"under the reference {entry['reference']}.")
    assert "secret-name" not in found.message
    assert found.reply.private
    assert found.reply.tone is Tone.WARNING


async def test_two_failures_have_two_references():
    with capture_logs() as logged:
        await answer_of(ValueError())
        await answer_of(ValueError())
    assert logged[0]["reference"] != logged[1]["reference"]


async def test_a_mistake_that_a_command_finds_is_a_usage_error():
    found = await answer_of(UsageError("bad-value", "No.", "ask VALUE"))
    assert (found.outcome, found.code, found.message) == (Outcome.USAGE, "bad-value", "No. Usage: `ask VALUE`")


async def test_a_database_that_cannot_be_used_is_said_in_these_words():
    with capture_logs() as logged:
        found = await answer_of(DatabaseUnavailable("database is locked"))
    assert (found.outcome, found.code) == (Outcome.FAILED, "database-unavailable")
    assert "Try again" in found.message
    assert logged[0]["reference"] in found.message


async def test_a_damaged_database_is_not_said_to_come_back():
    with capture_logs():
        found = await answer_of(DatabaseDamaged("file is not a database"))
    assert (found.outcome, found.code) == (Outcome.FAILED, "database-damaged")
    assert "damaged" in found.message
    assert "Try again" not in found.message


async def test_a_database_without_its_tables_is_our_fault_and_not_a_matter_of_patience(tmp_path):
    broken = Database(f"sqlite:///{tmp_path / 'new' / 'empty.db'}")
    with capture_logs():
        found = await ask(broken, "status")
    assert (found.outcome, found.code) == (Outcome.FAILED, "failed")
    assert "ry again" not in found.message
    broken.close()


async def test_an_answer_that_is_called_off_stays_called_off():
    with pytest.raises(asyncio.CancelledError):
        await answer_of(asyncio.CancelledError())


async def test_reply_and_answer_say_the_same(db):
    assert (await dispatcher(db).reply("help", READER)) == (await ask(db, "help", READER)).reply
    assert await answer_of(Reply("Done.")) == await answer_of(Reply("Done."), "ASK")


async def test_many_questions_at_once_are_all_answered(db):
    take(db, told())
    texts = ["status example.com", "domain add a.example", "set example.com min-failures=4", "reports example.com"]
    found = await asyncio.gather(*(ask(db, text) for text in texts * 5))
    assert {one.outcome for one in found} == {Outcome.ANSWERED}
