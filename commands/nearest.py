"""The nearest right word to a wrong one."""

from collections.abc import Collection
from difflib import get_close_matches

LONGEST_WORD = 80
"""Characters; nothing longer was meant to be one of the choices."""
LIKENESS = 0.7
"""Share of characters in common (difflib's ratio) from which a word is worth suggesting."""


def nearest(word: str, choices: Collection[str], *, likeness: float = LIKENESS) -> str | None:
    """Return the choice that was probably meant, as it is written among the choices; None when none is near.

    An equal word in other letters comes first, then the only choice that begins like it, then the most similar one.
    """
    if not word or len(word) > LONGEST_WORD:
        return None
    wanted = word.casefold()
    folded = {choice.casefold(): choice for choice in sorted(choices, reverse=True)}
    if wanted in folded:
        return folded[wanted]
    beginnings = [choice for choice in folded if choice.startswith(wanted)]
    if len(beginnings) == 1:
        return folded[beginnings[0]]
    close = get_close_matches(wanted, _of_similar_length(wanted, folded, likeness), n=1, cutoff=likeness)
    return folded[close[0]] if close else None


def _of_similar_length(wanted: str, words: Collection[str], likeness: float) -> list[str]:
    """Keep the words whose length does not rule them out: spares difflib most of ten thousand domains."""
    shortest = len(wanted) * likeness / (2 - likeness)
    longest = len(wanted) * (2 - likeness) / likeness
    return [word for word in sorted(words) if shortest <= len(word) <= longest]


def names_like(beginning: str, names: Collection[str], most: int) -> list[str]:
    """Return at most `most` names that begin with what is typed so far, then those that contain it, each in order."""
    typed = beginning.strip().casefold()
    starting = [name for name in sorted(names) if name.startswith(typed)]
    containing = [name for name in sorted(names) if typed in name and not name.startswith(typed)]
    return [*starting, *containing][:most]
