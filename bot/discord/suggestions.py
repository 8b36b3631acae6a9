"""What is offered while somebody types into an option."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import date

from bot.discord import limits
from bot.discord.command_line import Typing
from bot.discord.text import clean_line
from commands.nearest import names_like
from commands.offers import Names, offered_words
from commands.question import Kind

NamesLike = Callable[[Names, str, int], Awaitable[Collection[str]]]


async def suggestions(typing: Typing, stored: NamesLike, today: date) -> list[str]:
    """Return up to 25 values, the likeliest first; none that Discord would not take."""
    beginning = typing.beginning
    words = list(offered_words(typing.parameter, typing.setting, today))
    names = await stored(typing.names, beginning, limits.CHOICES) if typing.names else ()
    if typing.parameter.kind is Kind.PERIOD:
        likely = [period for period in words if period.startswith(beginning.strip().casefold())]
        return fitting([*likely, beginning])
    if typing.parameter.kind is Kind.RESULT_TYPE:
        beginning = beginning.replace(" ", "-")
    return fitting([*names, *names_like(beginning, words, limits.CHOICES)])


def fitting(values: Iterable[str]) -> list[str]:
    """Keep what Discord takes as a choice; a name that would have to be cut is another name. Pure."""
    kept = dict.fromkeys(value.strip() for value in values)
    usable = (one for one in kept if 0 < len(one) <= limits.CHOICE_CHARACTERS and clean_line(one) == one)
    return list(usable)[: limits.CHOICES]
