"""`help`: what can be asked, and how one command is typed."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from commands.language import HELP, usage
from commands.question import Command, Kind, Parameter, Question
from commands.reply import Field, Reply, Table

if TYPE_CHECKING:
    from commands.context import Context


def help_command(others: Iterable[Command]) -> Command:
    """Make the command that knows all others and itself."""
    others = tuple(others)
    names = (*(command.name for command in others), HELP)

    async def answer(question: Question, _context: "Context") -> Reply:
        return present({command.name: command for command in (*others, itself)}, question.values.get("command"))

    itself = Command(
        name=HELP,
        summary="What can be asked, or how one command is typed",
        answer=answer,
        parameters=(Parameter("command", Kind.CHOICE, "the command to describe", choices=names),),
        examples=(HELP, f"{HELP} {names[0]}"),
    )
    return itself


def present(commands: Mapping[str, Command], name: str | None) -> Reply:
    """List all commands, a line each, or describe one of them in full."""
    command = commands.get(name) if name else None
    return _one(command) if command else _all(commands)


def _all(commands: Mapping[str, Command]) -> Reply:
    return Reply(
        title="What can be asked",
        tables=(
            Table(
                heads=("Command", "Answer"),
                rows=tuple((usage(command), command.summary) for command in commands.values()),
            ),
        ),
        notes=(
            (
                "PERIOD is 7d, 30d, 2026-03, 2026-03-01, 2026-03-01..2026-03-31 or all; the last 30 days unless said. "
                "What stands in brackets may be left out, and the order does not matter."
            ),
        ),
        next_step=f"{HELP} {next(iter(commands))}" if commands else "",
        data={"commands": [_row(command) for command in commands.values()]},
    )


def _one(command: Command) -> Reply:
    return Reply(
        title=f"{command.name}: {command.summary}",
        fields=(Field("Usage", usage(command)), *map(_described, command.parameters)),
        code="\n".join(command.examples),
        next_step=command.examples[0] if command.examples else "",
        data={"commands": [_row(command)]},
    )


def _described(parameter: Parameter) -> Field:
    need = "" if parameter.required else " (may be left out)"
    return Field(parameter.name.upper(), f"{parameter.help}{need}")


def _row(command: Command) -> dict[str, str]:
    return {"name": command.name, "usage": usage(command), "summary": command.summary}
