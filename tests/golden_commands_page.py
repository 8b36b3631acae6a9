"""The page docs/commands.md: every command as it is declared, with an answer out of the golden files."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from commands.language import usage
from commands.question import Command
from commands.registry import commands
from tests.golden_cases import FOLDER, QUESTIONS

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
INTRODUCTION = """\
# Commands

<!-- Written by `make golden` from the declarations of the commands and the golden files. Do not edit. -->

The same words work everywhere: `/tlsrpt status example.com` in Slack and Discord, `status example.com` at the prompt,
`tlsrpt-bot ask "status example.com"` in scripts (`--json` for machines). What stands in brackets may be left out; the
order of arguments does not matter.

`PERIOD` is `7d`, `30d` (the last 30 days unless said), `2026-03`, `2026-03-01`, `2026-03-01..2026-03-31` or `all`. Days
are UTC. A domain may be typed in any case, as it is read (`bücher.example`) or as it is sent
(`xn--bcher-kva.example`). Long answers have pages: `page=2`.
"""


def commands_page() -> str:
    """Return the page as the commands are declared now, with the answers that the golden files hold."""
    return "\n".join([INTRODUCTION, *(_section(command) for command in commands().values())])


def _section(command: Command) -> str:
    lines = [f"## {command.name}", "", f"{command.summary}.", "", f"    {usage(command)}", ""]
    if command.parameters:
        lines += ["| argument | |", "|---|---|", *_arguments(command), ""]
    lines += [f"For example: {', '.join(f'`{example}`' for example in command.examples)}", ""]
    answer = _answer(command.name, QUESTIONS)
    if answer:
        lines += [*answer, ""]
    return "\n".join(lines)


def _arguments(command: Command) -> Iterable[str]:
    for parameter in command.parameters:
        choices = f": {', '.join(f'`{choice}`' for choice in parameter.choices)}" if parameter.choices else ""
        need = "" if parameter.required else "; may be left out"
        yield f"| `{parameter.name.upper()}` | {parameter.help}{choices}{need} |"


def _answer(name: str, questions: Mapping[str, str]) -> list[str]:
    """Return the first golden answer of a command as it looks in a terminal."""
    found = next((case for case, question in questions.items() if question.split()[0] == name), None)
    if found is None:
        return []
    text = (FOLDER / "terminal" / f"{found}.txt").read_text().rstrip("\n")
    return ["```text", f"tlsrpt> {questions[found]}", text, "```"]
