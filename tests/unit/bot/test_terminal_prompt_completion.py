"""Completion: what may follow, by the declarations of the commands."""

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from structlog.testing import capture_logs

from bot.terminal.completer import MOST_DOMAINS, CommandCompleter
from bot.terminal.completion import PERIODS, offer
from commands.question import Command, Kind, Parameter
from commands.registry import commands
from commands.result_types import RESULT_TYPES
from storage.database import DatabaseUnavailable
from tests.typing_at_a_prompt import Echo

DOMAIN = Parameter("domain", Kind.DOMAIN, "a domain")
PERIOD = Parameter("period", Kind.PERIOD, "a period")


def command(name, *parameters):
    return Command(name, "A command", None, parameters)


COMMANDS = {
    one.name: one
    for one in (
        command("status", DOMAIN, PERIOD),
        command("failures", DOMAIN, PERIOD, Parameter("type", Kind.RESULT_TYPE, "a type")),
        command("set", DOMAIN, Parameter("settings", Kind.ASSIGNMENTS, "", choices=("failure-rate", "min-failures"))),
        command("domain", Parameter("action", Kind.CHOICE, "", required=True, choices=("add", "remove")), DOMAIN),
        command("reports", DOMAIN, Parameter("page", Kind.PAGE, "a page")),
        command("report", Parameter("id", Kind.NUMBER, "an id")),
        command("note", DOMAIN, Parameter("text", Kind.TEXT, "what was done")),
    )
}


@pytest.mark.parametrize(
    ("typed", "words", "wants_domain"),
    [
        ("", (*COMMANDS, "exit"), False),
        ("  ", (*COMMANDS, "exit"), False),
        ("s", ("status", "set"), False),
        ("S", ("status", "set"), False),
        ("ex", ("exit",), False),
        ("status ", PERIODS, True),
        ("STATUS ", PERIODS, True),
        ("status sh", (), True),
        ("status 3", ("30d",), True),
        ("status shop.example ", PERIODS, False),
        ("status localhost ", PERIODS, False),
        ("status 7d ", (), True),
        ("status 7d shop.example ", (), False),
        ("failures shop.example 7d ", tuple(RESULT_TYPES), False),
        ("failures certificate-expired ", PERIODS, True),
        ("failures certificate-e", ("certificate-expired",), True),
        ("set shop.example ", ("failure-rate=", "min-failures="), False),
        ("set shop.example failure-rate=2% ", ("min-failures=",), False),
        ("set shop.example failure-rate=2", (), False),
        ("domain ", ("add", "remove"), True),
        ("domain add ", (), True),
        ("reports shop.example ", ("page=",), False),
        ("reports shop.example page=2 ", (), False),
        ("report ", (), False),
        ("note ", (), True),
        ("note shop.example ", (), False),
        ("note shop.example renewed the ", (), False),
        ("nonsense ", (), False),
    ],
)
def test_what_may_follow(typed, words, wants_domain):
    found = offer(typed, COMMANDS, ("exit",))
    assert (found.words, found.wants_domain) == (words, wants_domain)


def test_every_command_that_there_is_can_be_completed_after_each_of_its_examples():
    known = commands()
    for one in known.values():
        for example in one.examples:
            for end in range(len(example) + 1):
                offer(example[:end], known)
    assert "status" in offer("help ", known).words


async def completions(typed, answers, known=COMMANDS):
    completer = CommandCompleter(known, answers)
    assert completer.get_completions(Document(typed), CompleteEvent()) == []
    found = completer.get_completions_async(Document(typed), CompleteEvent())
    return [(one.text, one.start_position) async for one in found]


async def test_domains_come_first_and_take_the_place_of_what_is_typed():
    assert await completions("status a", Echo("a.example", "all.example", "bank.example")) == [
        ("a.example", -1),
        ("all.example", -1),
        ("all", -1),
    ]


async def test_domains_are_looked_up_only_where_one_may_stand():
    class Unasked(Echo):
        async def domains_like(self, *_):
            raise AssertionError

    assert await completions("st", Unasked()) == [("status", -2)]


async def test_there_are_at_most_so_many_domains():
    many = Echo(*(f"d{number}.example" for number in range(MOST_DOMAINS * 3)))
    assert len(await completions("status d", many)) == MOST_DOMAINS


async def test_a_name_with_control_characters_is_not_offered():
    assert await completions("domain add ", Echo("good.example", "bad\x1b[2J.example", "rtl\u202e.example")) == [
        ("good.example", 0)
    ]


async def test_a_database_that_cannot_be_read_takes_the_domains_away_and_nothing_else():
    class Broken(Echo):
        async def domains_like(self, *_):
            raise DatabaseUnavailable("locked")

    with capture_logs() as logged:
        assert await completions("status 7", Broken()) == [("7d", -1)]
    assert logged[0]["reason"] == "locked"
