"""Reading mails from quarantine once more: what a command asks of the bot, and what became of it. Pure."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto


class Fate(Enum):
    """What became of a mail that was read once more."""

    READ = auto()
    """Its reports are stored, and it is no longer in quarantine."""
    STAYS = auto()
    """It still cannot be read."""
    LATER = auto()
    """A fault of ours kept it from being tried."""
    GONE = auto()
    """It was not there any more."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of one mail."""

    quarantined_id: int
    fate: Fate
    reports: int = 0
    """How many it holds."""
    new: int = 0
    """Those of them that were not known before."""
    reason: str = ""
    """A stable word, where it stays."""
    detail: str = ""
    """A sentence, where it stays or was not tried."""


ReadAgain = Callable[[Sequence[int]], Awaitable[Sequence[Reread]]]
"""Takes ids in quarantine; answers for each, in order. Raises DatabaseUnavailable."""


async def nobody_reads(ids: Sequence[int]) -> Sequence[Reread]:
    """Stand in where there is no bot around the commands."""
    return [Reread(id_, Fate.LATER, detail="There is no reader here.") for id_ in ids]
