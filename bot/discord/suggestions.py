"""What is offered while somebody types into an option."""

from collections.abc import Awaitable, Callable, Collection, Iterable

from bot.discord import limits
from bot.discord.command_line import Typing
from bot.discord.text import clean_line
from commands.nearest import domains_like
from commands.question import Kind
from commands.result_types import RESULT_TYPES

PERIODS = ("7d", "30d", "90d", "365d", "all")

DomainsLike = Callable[[str, int], Awaitable[Collection[str]]]


async def suggestions(typing: Typing, domains: DomainsLike) -> list[str]:
    """Return up to 25 values, the likeliest first; none that Discord would not take."""
    parameter, beginning = typing.parameter, typing.beginning
    if parameter.kind is Kind.DOMAIN:
        words = _like(beginning, parameter.choices)
        return fitting([*await domains(beginning, limits.CHOICES), *words])
    if parameter.kind is Kind.PERIOD:
        return fitting([*_like(beginning, PERIODS), beginning])
    if parameter.kind is Kind.RESULT_TYPE:
        return fitting(_like(beginning.replace(" ", "-"), RESULT_TYPES))
    return fitting(_like(beginning, parameter.choices))


def fitting(values: Iterable[str]) -> list[str]:
    """Keep what Discord takes as a choice; a name that would have to be cut is another name. Pure."""
    kept = dict.fromkeys(value.strip() for value in values)
    usable = (one for one in kept if 0 < len(one) <= limits.CHOICE_CHARACTERS and clean_line(one) == one)
    return list(usable)[: limits.CHOICES]


def _like(beginning: str, words: Collection[str]) -> list[str]:
    return domains_like(beginning, words, limits.CHOICES)
