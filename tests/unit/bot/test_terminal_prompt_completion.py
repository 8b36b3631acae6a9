"""Completion: what may follow, by the declarations of the commands."""

from datetime import date

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from structlog.testing import capture_logs

from bot.terminal.completer import MOST_NAMES, CommandCompleter
from bot.terminal.completion import offer
from commands.offers import Names
from commands.period import offered_periods
from commands.question import Kind
from commands.registry import commands
from commands.result_types import RESULT_TYPES
from storage.database import DatabaseUnavailable
from tests.builders import NOW
from tests.typing_at_a_prompt import Echo

TODAY = date(2026, 2, 3)
PERIODS = tuple(offered_periods(TODAY))
PAGE = ("page=",)
PERIODS_OR_PAGE = (*PERIODS, *PAGE)
COMMANDS = commands()
VERBS = (*COMMANDS, "exit")
ALL, REGISTERED, UNREGISTERED = Names.DOMAINS, Names.REGISTERED, Names.UNREGISTERED
EVERY_TYPE = tuple(RESULT_TYPES)


@pytest.mark.parametrize(
    ("typed", "words", "names"),
    [
        ("", VERBS, None),
        ("  ", VERBS, None),
        ("sta", ("status",), None),
        ("STA", ("status",), None),
        ("exi", ("exit",), None),
        ("status ", PERIODS_OR_PAGE, ALL),
        ("STATUS ", PERIODS_OR_PAGE, ALL),
        ("status sh", (), ALL),
        ("status 3", ("30d", "365d"), ALL),
        ("status shop.example 2026-", ("2026-02", "2026-01"), None),
        ("status shop.example ", PERIODS_OR_PAGE, None),
        ("status localhost ", PERIODS_OR_PAGE, None),
        ("status 7d ", PAGE, ALL),
        ("status 7d shop.example ", PAGE, None),
        ("failures shop.example 7d ", (*EVERY_TYPE, *PAGE), None),
        ("failures certificate-expired ", PERIODS, ALL),
        ("failures certificate-e", ("certificate-expired",), ALL),
        ("explain tlsa", ("tlsa-invalid",), None),
        ("domain ", ("add", "remove", "show", "list"), None),
        ("domain a", ("add",), None),
        ("domain add ", (), UNREGISTERED),
        ("domain add shop.example ", (), None),
        ("domain remove ", (), REGISTERED),
        ("domain SHOW s", (), REGISTERED),
        ("domain list ", PAGE, None),
        ("reports ", PERIODS, ALL),
        ("reports shop.example 7d ", PAGE, None),
        ("reports shop.example page=2 ", PERIODS, None),
        ("report ", (), None),
        ("report 17 ", PAGE, None),
        ("note ", ("remove",), ALL),
        ("note shop.example ", (), None),
        ("note shop.example renewed the ", (), None),
        ("export shop.example 7d ", ("csv", "json"), None),
        ("nonsense ", (), None),
    ],
)
def test_what_may_follow(typed, words, names):
    found = offer(typed, COMMANDS, TODAY, ("exit",))
    assert (found.words, found.names) == (words, names)


@pytest.mark.parametrize(
    ("typed", "beginning", "words", "names"),
    [
        ("set shop.example min", "min", ("min-failures=",), None),
        ("set shop.example MIN-failures=", "", ("default",), None),
        ("set shop.example failure-rate=2% fail", "fail", (), None),
        ("record shop.example mode=", "", ("testing", "enforce"), None),
        ("record shop.example mode=E", "E", ("enforce",), None),
        ("record shop.example format=", "", ("zone", "table"), None),
        ("record shop.example mx=", "", (), None),
        ("subscribe all level=w", "w", ("warning",), None),
        ("subscribe all channel=slack:", "slack:", (), Names.CHANNELS),
        ("unsubscribe all channel=", "", (), Names.CHANNELS),
        ("status mode=", "mode=", (), ALL),
    ],
)
def test_what_may_follow_in_a_setting(typed, beginning, words, names):
    found = offer(typed, COMMANDS, TODAY)
    assert (found.beginning, found.words, found.names) == (beginning, words, names)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_value_that_is_offered_belongs_to_a_setting_that_there_is(command):
    for parameter in command.parameters:
        assert set(parameter.values) <= set(parameter.choices)
        assert not parameter.values or parameter.kind is Kind.ASSIGNMENTS


def test_every_command_that_there_is_can_be_completed_after_each_of_its_examples():
    known = commands()
    for one in known.values():
        for example in one.examples:
            for end in range(len(example) + 1):
                offer(example[:end], known, TODAY)
    assert "status" in offer("help ", known, TODAY).words


async def completions(typed, answers, known=COMMANDS):
    completer = CommandCompleter(known, answers, lambda: NOW)
    assert completer.get_completions(Document(typed), CompleteEvent()) == []
    found = completer.get_completions_async(Document(typed), CompleteEvent())
    return [(one.text, one.start_position) async for one in found]


async def test_names_come_first_and_take_the_place_of_what_is_typed():
    assert await completions("status a", Echo("a.example", "all.example", "bank.example")) == [
        ("a.example", -1),
        ("all.example", -1),
        ("all", -1),
    ]


async def test_domains_are_looked_up_only_where_one_may_stand():
    class Unasked(Echo):
        async def names_like(self, *_):
            raise AssertionError

    assert await completions("st", Unasked()) == [("status", -2)]


async def test_there_are_at_most_so_many_domains():
    many = Echo(*(f"d{number}.example" for number in range(MOST_NAMES * 3)))
    assert len(await completions("status d", many)) == MOST_NAMES


async def test_a_name_with_control_characters_is_not_offered():
    assert await completions("domain remove ", Echo("good.example", "bad\x1b[2J.example", "rtl\u202e.example")) == [
        ("good.example", 0)
    ]


async def test_a_value_takes_the_place_of_what_is_typed_after_its_name():
    assert await completions("record shop.example mode=te", Echo()) == [("testing", -2)]


async def test_a_database_that_cannot_be_read_takes_the_domains_away_and_nothing_else():
    class Broken(Echo):
        async def names_like(self, *_):
            raise DatabaseUnavailable("locked")

    with capture_logs() as logged:
        assert await completions("status 7", Broken()) == [("7d", -1)]
    assert logged[0]["reason"] == "locked"
