"""`help`: what can be asked, how one command is typed, and what the channel in which it is typed hears."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from commands.channels import Channel, channel_of
from commands.context import Context
from commands.language import HELP, usage
from commands.phrases import plural
from commands.question import Command, Kind, Parameter, Question
from commands.reply import Field, Reply, Table
from commands.subscriptions import in_words
from storage import subscriptions
from storage.database import DatabaseUnavailable
from storage.subscriptions import SubscriptionRecord

MOST_SUBSCRIPTIONS = 5
"""Told one by one; `subscriptions` lists all."""


def help_command(others: Iterable[Command]) -> Command:
    """Make the command that knows all others and itself."""
    others = tuple(others)
    names = (*(command.name for command in others), HELP)

    async def answer(question: Question, context: Context) -> Reply:
        name = question.values.get("command")
        reply = present({command.name: command for command in (*others, itself)}, name)
        channel = channel_of(context.asker)
        if name or channel is None:
            return reply
        return replace(reply, sentences=await _heard_here(channel, context))

    itself = Command(
        name=HELP,
        summary="What can be asked, or how one command is typed",
        answer=answer,
        parameters=(Parameter("command", Kind.CHOICE, "the command to describe", choices=names),),
        examples=(HELP, f"{HELP} {names[0]}"),
    )
    return itself


async def _heard_here(channel: Channel, context: Context) -> tuple[str, ...]:
    """Say what the channel is subscribed to. Help comes without it when the database cannot be asked."""
    try:
        found = await context.read(lambda c: subscriptions.subscriptions_of(c, channel.platform, channel.name))
    except DatabaseUnavailable:
        return ("What this channel is subscribed to cannot be looked up right now.",)
    return (heard(found),)


def heard(found: list[SubscriptionRecord]) -> str:
    """Say what a channel is subscribed to. Pure."""
    if not found:
        return "This channel is subscribed to nothing. An admin changes that with `subscribe DOMAIN|all`."
    told = "; ".join(in_words(found[:MOST_SUBSCRIPTIONS]))
    more = len(found) - MOST_SUBSCRIPTIONS
    rest = f"; and {plural(more, 'other')}" if more > 0 else ""
    return f"This channel is subscribed to {told}{rest}."


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
                "What stands in brackets may be left out, and the order does not matter; only TEXT stands last."
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
