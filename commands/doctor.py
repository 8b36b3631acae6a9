"""`doctor`: is the bot's own set-up sound? What was found, area by area, and what to do."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from commands.phrases import listing, plural
from commands.question import Command, Question
from commands.reply import Reply, Table, Tone

if TYPE_CHECKING:
    from commands.context import Context


class Level(StrEnum):
    """How it stands with one thing, the worst first."""

    ERROR = "error"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one area."""

    area: str
    level: Level
    found: str
    """A sentence."""
    what_to_do: str = ""
    """A sentence; empty where there is nothing to do."""


Examine = Callable[[], Awaitable[Sequence[Finding]]]
"""Looks at settings, database, ports, report host and chats; never raises."""
TONES = {Level.ERROR: Tone.CRITICAL, Level.WARNING: Tone.WARNING, Level.OK: Tone.OK}
FROM_INSIDE = (
    "Whether the internet reaches port 25 cannot be seen from inside: a firewall or the provider may block it. "
    "Try from another network: `swaks --to postmaster@{domain} --quit-after RCPT`."
)


async def nobody_examines() -> Sequence[Finding]:
    """Stand in where there is no bot around the commands."""
    return ()


async def answer(_question: Question, context: "Context") -> Reply:
    """Examine and present."""
    return present(await context.examine(), context.report_domain)


def present(findings: Sequence[Finding], report_domain: str) -> Reply:
    """Say what was found, the worst first. Pure."""
    levels = list(Level)
    ordered = sorted(findings, key=lambda one: levels.index(one.level))
    worst = ordered[0].level if ordered else Level.OK
    return Reply(
        _title(Counter(one.level for one in findings)),
        TONES[worst],
        tables=(Table(("Area", "State", "Found"), tuple(_row(one) for one in ordered)),),
        notes=() if report_domain == "localhost" else (FROM_INSIDE.format(domain=report_domain),),
        data={"findings": [_data(one) for one in ordered]},
    )


def _title(levels: Counter[Level]) -> str:
    troubles = [plural(levels[level], level.value) for level in (Level.ERROR, Level.WARNING) if levels[level]]
    fine = f"{levels[Level.OK]} all right"
    return f"The bot's own set-up: {listing([*troubles, fine])}."


def _row(one: Finding) -> tuple[str, str, str]:
    return one.area, one.level.value, f"{one.found} {one.what_to_do}".strip()


def _data(one: Finding) -> dict[str, Any]:
    return {"area": one.area, "level": one.level.value, "found": one.found, "what_to_do": one.what_to_do}


DOCTOR = Command(
    name="doctor",
    summary="The bot's own set-up: settings, database, ports, report host, certificate, chats",
    answer=answer,
    changes=lambda _: True,
    examples=("doctor",),
)
