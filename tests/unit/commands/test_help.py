from dataclasses import replace

from commands import help as help_page
from commands.context import Context
from commands.language import parse
from storage.database import Database
from tests.asking import ADMIN, READER, THRESHOLDS, answered, said
from tests.builders import NOW
from tests.command_declarations import declarations

COMMANDS = declarations()


async def answer(text):
    question = parse(text, COMMANDS, known_domains=tuple)
    return await question.command.answer(question, context_of(None, ADMIN))


def context_of(db, asker):
    return Context(db, lambda: NOW, THRESHOLDS, "reports.example.net", "tls-reports", asker)


async def test_help_lists_every_command_with_its_usage_and_a_line():
    reply = await answer("help")
    assert [row["name"] for row in reply.data["commands"]] == list(COMMANDS)
    assert reply.data["commands"][0] == {
        "name": "status",
        "usage": "status [DOMAIN] [PERIOD]",
        "summary": "How a domain does",
    }
    assert reply.tables[0].rows[0] == ("status [DOMAIN] [PERIOD]", "How a domain does")
    assert reply.next_step == "help status"


async def test_help_on_a_command_shows_usage_parameters_and_examples():
    reply = await answer("help FAILURES")
    assert reply.title == "failures: Each fault"
    assert [(field.label, field.value) for field in reply.fields] == [
        ("Usage", "failures DOMAIN [PERIOD] [TYPE]"),
        ("DOMAIN", "the domain to look at"),
        ("PERIOD", "the days to look at (may be left out)"),
        ("TYPE", "one failure type (may be left out)"),
    ]
    assert reply.code == "failures example.com"
    assert [row["name"] for row in reply.data["commands"]] == ["failures"]


async def test_help_knows_itself():
    reply = await answer("help help")
    assert reply.data["commands"][0]["usage"] == "help [COMMAND]"


def test_help_without_any_command_is_empty_and_no_error():
    reply = help_page.present({}, None)
    assert reply.data == {"commands": []}
    assert reply.next_step == ""


async def test_help_says_what_the_channel_is_subscribed_to(db):
    assert "This channel is subscribed to nothing." in said(await answered(db, "help", READER))
    await answered(db, "subscribe example.com level=info channel=slack:C0OPS99")
    await answered(db, "subscribe all digest channel=slack:C0OPS99")
    await answered(db, "subscribe other.example channel=slack:C0ELSEWHERE")
    here = replace(READER, channel="slack:C0OPS99")
    assert (await answered(db, "", here)).sentences == (
        "This channel is subscribed to all domains: the digest; example.com: all alerts, and the digest.",
    )
    assert (await answered(db, "help status", here)).sentences == ()


async def test_of_many_subscriptions_the_first_are_told(db):
    for number in range(8):
        await answered(db, f"subscribe d{number}.example alerts channel=slack:C0OPS99")
    (sentence,) = (await answered(db, "help", replace(READER, channel="slack:C0OPS99"))).sentences
    assert sentence.count("alerts from warning on") == 5
    assert sentence.endswith("; and 3 others.")


async def test_the_terminal_has_no_channel_to_tell_of(db):
    assert (await answered(db, "help")).sentences == ()


async def test_help_comes_though_the_database_cannot_be_read(tmp_path):
    (tmp_path / "folder.db").mkdir()
    question = parse("help", COMMANDS, known_domains=tuple)
    unreadable = Database(f"sqlite:///{tmp_path / 'folder.db'}")
    reply = await question.command.answer(question, context_of(unreadable, READER))
    assert reply.sentences == ("What this channel is subscribed to cannot be looked up right now.",)
    assert reply.tables
    unreadable.close()
