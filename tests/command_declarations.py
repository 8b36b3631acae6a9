"""Commands to parse against: a declaration of every kind of parameter, and answers that answer nothing."""

from commands.explain import EXPLAIN
from commands.help import help_command
from commands.question import Command, Kind, Parameter, Question
from commands.reply import Reply

DOMAIN = Parameter("domain", Kind.DOMAIN, "the domain to look at")
NEEDED_DOMAIN = Parameter("domain", Kind.DOMAIN, "the domain to look at", required=True)
PERIOD = Parameter("period", Kind.PERIOD, "the days to look at")
TYPE = Parameter("type", Kind.RESULT_TYPE, "one failure type")
NUMBER = Parameter("id", Kind.NUMBER, "the number of the report", required=True)
ACTION = Parameter("action", Kind.CHOICE, "what to do", required=True, choices=("add", "remove", "show", "list"))
SETTINGS = Parameter("settings", Kind.ASSIGNMENTS, "thresholds", choices=("failure-rate", "min-failures"))


async def no_answer(_question: Question, _context: object) -> Reply:
    return Reply("nothing")


def declarations() -> dict[str, Command]:
    commands = (
        Command("status", "How a domain does", no_answer, (DOMAIN, PERIOD), examples=("status example.com 30d",)),
        Command("failures", "Each fault", no_answer, (NEEDED_DOMAIN, PERIOD, TYPE), examples=("failures example.com",)),
        Command("report", "One report in full", no_answer, (NUMBER,)),
        Command("domain", "Registration", no_answer, (ACTION, DOMAIN)),
        Command("set", "Thresholds", no_answer, (NEEDED_DOMAIN, SETTINGS)),
        EXPLAIN,
    )
    return {command.name: command for command in (*commands, help_command(commands))}
