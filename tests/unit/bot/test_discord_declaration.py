"""The commands as Discord's typed options: from the real registry, and back into the command language."""

import re
from datetime import date

import pytest

from bot.discord.command_line import being_typed, command_line
from bot.discord.declaration import is_same, options_of, slash_command
from bot.discord.limits import STRING_OPTION_CHARACTERS
from bot.discord.suggestions import suggestions
from commands.language import parse
from commands.offers import Names
from commands.question import Command, Kind, Parameter
from commands.registry import commands
from commands.words import LONGEST_TEXT
from tests.command_declarations import declarations, no_answer
from tests.discord_objects import sub_command
from tests.discord_rules import check_chat, published_rules

REGISTRY = commands()
EVERY_KIND = declarations()
VALUES = {
    Kind.DOMAIN: "example.com",
    Kind.PERIOD: "30d",
    Kind.RESULT_TYPE: "certificate-expired",
    Kind.NUMBER: 17,
    Kind.PAGE: 2,
    Kind.TEXT: "mx1 has a new certificate",
    Kind.ASSIGNMENTS: "5",
}


def walk(command):
    yield command
    for option in command.get("options", ()):
        yield from walk(option)


def line(path, known=REGISTRY, **options):
    return command_line(sub_command(path, options), known)


class TestTheDeclaration:
    def test_of_the_real_commands_keeps_the_limits_of_discord(self):
        whole = slash_command(REGISTRY)
        assert len(whole["options"]) <= 25
        characters = 0
        for part in walk(whole):
            assert re.fullmatch(r"[-_a-z0-9]{1,32}", part["name"])
            assert 1 <= len(part["description"]) <= 100
            assert len(part.get("options", ())) <= 25
            assert len(part.get("choices", ())) <= 25
            names = [option["name"] for option in part.get("options", ())]
            assert len(set(names)) == len(names)
            characters += len(part["name"]) + len(part["description"])
            characters += sum(len(one["name"]) + len(one["value"]) for one in part.get("choices", ()))
        assert characters <= 8_000

    @pytest.mark.parametrize("known", [REGISTRY, EVERY_KIND], ids=["registry", "every kind"])
    def test_passes_the_published_rules(self, known, tmp_path):
        assert published_rules().check_command(slash_command(known)) == []
        assert check_chat("command", slash_command(known), tmp_path / "command.json") == ""

    def test_of_the_real_commands_names_each_of_them(self):
        assert [one["name"] for one in slash_command(REGISTRY)["options"]] == list(REGISTRY)

    def test_makes_a_group_of_a_command_that_begins_with_a_choice(self):
        domain = next(one for one in slash_command(REGISTRY)["options"] if one["name"] == "domain")
        assert domain["type"] == 2
        assert [one["name"] for one in domain["options"]] == ["add", "remove", "show", "list"]
        assert domain["options"][0]["options"][0]["name"] == "domain"
        assert "action" not in [option["name"] for option in domain["options"][0]["options"]]

    def test_gives_every_kind_its_type_and_asks_for_suggestions_where_there_are_some(self):
        found = {}
        for command in slash_command(EVERY_KIND)["options"]:
            for option in command["options"]:
                found[option["name"]] = (option["type"], option.get("autocomplete", False), option.get("min_value"))
        assert found["id"] == (4, False, 1)
        assert found["page"] == (4, False, 1)
        assert found["domain"] == (3, True, None)
        assert found["type"] == (3, True, None)
        assert found["text"] == (3, False, None)
        assert found["failure-rate"] == (3, False, None)

    def test_asks_for_suggestions_for_a_setting_with_few_values_and_for_channels(self):
        completed = {
            (command["name"], option["name"]): option.get("autocomplete", False)
            for command in slash_command(REGISTRY)["options"]
            for option in command["options"]
        }
        assert completed["record", "mode"]
        assert completed["subscribe", "level"]
        assert completed["subscribe", "channel"]
        assert not completed["record", "mx"]

    def test_puts_required_options_first(self):
        late = Parameter("late", Kind.DOMAIN, "needed", required=True)
        command = Command("x", "x", no_answer, (Parameter("first", Kind.PERIOD, "a period"), late))
        (declared,) = slash_command({"x": command})["options"]
        assert [option["name"] for option in declared["options"]] == ["late", "first"]

    def test_offers_more_choices_than_discord_lists_by_suggestions(self):
        many = Parameter("word", Kind.CHOICE, "a word", choices=tuple(f"w{number}" for number in range(26)))
        (declared,) = slash_command({"x": Command("x", "x", no_answer, (many,))})["options"]
        assert declared["options"][0]["autocomplete"]

    def test_is_the_same_whatever_discord_adds_and_another_when_a_word_differs(self):
        ours = slash_command(REGISTRY)
        theirs = ours | {"id": "7", "version": "1", "nsfw": False, "options": [*ours["options"]]}
        theirs["options"][0] = theirs["options"][0] | {"required": False, "choices": [], "name_localizations": None}
        assert is_same(ours, [theirs])
        assert not is_same(ours, [])
        assert not is_same(ours, [theirs, theirs])
        assert not is_same(ours, [theirs | {"description": "another"}])


class TestTheLine:
    @pytest.mark.parametrize("known", [REGISTRY, EVERY_KIND], ids=["registry", "every kind"])
    def test_of_every_option_of_every_command_is_understood_by_the_language(self, known):
        for command in known.values():
            options = {
                one.name: VALUES.get(one.parameter.kind) or one.parameter.choices[0] for one in options_of(command)
            }
            for declared in slash_command({command.name: command})["options"]:
                inner = declared["options"] if declared["type"] == 2 else [declared]
                for sub in inner:
                    path = declared["name"] if sub is declared else f"{declared['name']} {sub['name']}"
                    typed = command_line(sub_command(path, options), known)
                    question = parse(typed, known, known_domains=tuple)
                    assert question.command is command
                    assert set(question.values) == {one.name for one in command.parameters}

    def test_has_the_options_in_the_order_of_the_language(self):
        assert line("status", period="30d", domain=" example.com ") == "status example.com 30d"
        assert line("domain add", domain="example.com") == "domain add example.com"
        assert line("report", id=17) == "report 17"
        assert line("help") == "help"

    def test_writes_settings_pages_and_free_text_as_they_are_typed(self):
        assert line("set", EVERY_KIND, domain="example.com", failure_rate="2%") == "set example.com failure-rate=2%"
        assert line("reports", EVERY_KIND, domain="example.com", page=2) == "reports example.com page=2"
        text = line("note", EVERY_KIND, text="mx1 = new, again", domain="example.com")
        assert text == "note example.com mx1 = new, again"
        assert line("record", domain="example.com", mx="mx1.example.com , mx2.example.com") == (
            "record example.com mx=mx1.example.com,mx2.example.com"
        )

    def test_leaves_out_what_is_empty(self):
        assert line("status", domain="  ") == "status"

    def test_is_none_with_an_option_that_is_not_declared_since_it_would_ask_something_else(self):
        assert line("status", domain="example.com", other="x") is None

    def test_is_bounded(self):
        too_long = line("status", domain="x" * 9_000)
        assert LONGEST_TEXT < len(too_long) <= 4_000, "so that it is refused, and not answered without its end"

    def test_holds_forty_mx_hosts(self):
        hosts = ",".join(f"mx{number}.inbound.mail-protection.example.com" for number in range(40))
        assert len(hosts) <= STRING_OPTION_CHARACTERS
        assert line("record", domain="example.com", mx=hosts) == f"record example.com mx={hosts}"

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"name": "other", "options": [{"name": "status", "type": 1}]},
            {"name": "tlsrpt"},
            {"name": "tlsrpt", "options": "x"},
            {"name": "tlsrpt", "options": [5]},
            {"name": "tlsrpt", "options": [{"name": "forgotten", "type": 1}]},
            {"name": "tlsrpt", "options": [{"name": "domain", "type": 1}]},
            {"name": "tlsrpt", "options": [{"name": "domain", "type": 2, "options": []}]},
            {"name": "tlsrpt", "options": [{"name": "domain", "type": 2, "options": [{"name": "burn", "type": 1}]}]},
            {"name": "tlsrpt", "options": [{"name": "status", "type": 2, "options": [{"name": "x", "type": 1}]}]},
        ],
    )
    def test_of_a_command_that_is_not_declared_is_none(self, data):
        assert command_line(data, REGISTRY) is None
        assert being_typed(data, REGISTRY) is None


class TestSuggestions:
    @staticmethod
    async def of(path, focused, known=REGISTRY, domains=(), **options):
        typing = being_typed(sub_command(path, options, focused), known)

        async def like(_which, _beginning, most):
            return domains[:most]

        return await suggestions(typing, like, date(2026, 2, 3))

    async def test_of_domains_are_no_more_than_25_and_none_that_discord_would_not_take(self):
        domains = ["x" * 101, "", *(f"{number}.example" for number in range(40))]
        found = await self.of("status", "domain", domains=domains, domain="")
        assert found == [f"{number}.example" for number in range(23)]

    async def test_of_domains_hold_the_words_that_stand_for_some(self):
        found = await self.of("subscribe", "domain", EVERY_KIND, domains=["allied.example"], domain="al")
        assert found == ["allied.example", "all"]

    async def test_of_domains_leave_out_what_a_stranger_made_unreadable(self):
        assert await self.of("status", "domain", domains=["a\u202eb.example", "b.example"], domain="") == ["b.example"]

    async def test_of_result_types_begin_with_the_likeliest(self):
        assert (await self.of("explain", "type", type="sts"))[0].startswith("sts")

    async def test_of_periods_are_the_usual_ones_and_months_back_from_this_one(self):
        found = await self.of("status", "period", period="")
        assert found[:7] == ["7d", "30d", "90d", "365d", "all", "2026-02", "2026-01"]
        assert found[-1] == "2025-03"
        assert await self.of("status", "period", period="2026-") == ["2026-02", "2026-01", "2026-"]

    async def test_of_periods_hold_what_is_typed(self):
        assert await self.of("status", "period", period="2024-03") == ["2024-03"]

    async def test_of_a_setting_are_its_values(self):
        assert await self.of("record", "mode", mode="") == ["enforce", "testing"]
        assert await self.of("record", "mx", mx="") == []

    @pytest.mark.parametrize(
        ("path", "focused", "names"),
        [
            ("status", "domain", Names.DOMAINS),
            ("domain add", "domain", Names.UNREGISTERED),
            ("domain remove", "domain", Names.REGISTERED),
            ("domain list", "domain", None),
            ("subscribe", "channel", Names.CHANNELS),
            ("subscribe", "level", None),
        ],
    )
    async def test_are_of_names_that_make_sense_there(self, path, focused, names):
        assert being_typed(sub_command(path, {focused: "x"}, focused), REGISTRY).names is names
