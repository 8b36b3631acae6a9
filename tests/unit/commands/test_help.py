from commands import help as help_page
from commands.language import parse
from tests.command_declarations import declarations

COMMANDS = declarations()


async def answer(text):
    question = parse(text, COMMANDS, known_domains=tuple)
    return await question.command.answer(question, None)


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
