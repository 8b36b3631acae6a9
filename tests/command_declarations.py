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
PAGE = Parameter("page", Kind.PAGE, "which page")
TEXT = Parameter("text", Kind.TEXT, "what changed")
DOMAIN_OR_REMOVE = Parameter("domain", Kind.DOMAIN, "the domain, or remove", required=True, choices=("remove",))
DOMAIN_OR_ALL = Parameter("domain", Kind.DOMAIN, "the domain, or all", required=True, choices=("all",))
ALERTS = Parameter("alerts", Kind.CHOICE, "alerts", choices=("alerts",))
DIGEST = Parameter("digest", Kind.CHOICE, "the digest", choices=("digest",))
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
        Command("reports", "A list", no_answer, (NEEDED_DOMAIN, PERIOD, PAGE), examples=("reports example.com",)),
        Command("tell", "A list of settings", no_answer, (NEEDED_DOMAIN, SETTINGS, PAGE)),
        Command("note", "A change", no_answer, (DOMAIN_OR_REMOVE, TEXT), examples=("note example.com text",)),
        Command("subscribe", "A channel", no_answer, (DOMAIN_OR_ALL, ALERTS, DIGEST, SETTINGS)),
        EXPLAIN,
    )
    return {command.name: command for command in (*commands, help_command(commands))}
