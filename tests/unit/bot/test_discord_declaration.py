"""The commands as Discord's typed options: from the real registry, and back into the command language."""

import re

import pytest

from bot.discord.command_line import being_typed, command_line
from bot.discord.declaration import is_same, options_of, slash_command
from bot.discord.suggestions import suggestions
from commands.language import parse
from commands.question import Command, Kind, Parameter
from commands.registry import commands
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

    def test_leaves_out_what_is_empty_and_what_is_not_declared(self):
        assert line("status", domain="  ", other="x") == "status"

    def test_is_bounded(self):
        assert len(line("status", domain="x" * 9_000)) == 1_000

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

        async def like(_beginning, most):
            return domains[:most]

        return await suggestions(typing, like)

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

    async def test_of_periods_are_a_few_and_what_is_typed(self):
        assert await self.of("status", "period", period="") == ["30d", "365d", "7d", "90d", "all"]
        assert await self.of("status", "period", period="2026-03") == ["2026-03"]
