"""Words of others inside our sentences: cleaned, bounded, in backticks."""

import re

from commands.invisible import made_visible

QUOTED_CHARACTERS = 60
JOINERS = "\u200c\u200d"
_BLANK = re.compile(r"\s")


def printable(text: str) -> str:
    """Put `text` on one line: blanks of any kind become a space, what is not visible U+FFFD."""
    return made_visible(_BLANK.sub(" ", text))


def quoted(text: str, longest: int = QUOTED_CHARACTERS) -> str:
    """Make `text` a quotation: printable, at most `longest` characters, in backticks that it cannot leave."""
    clean = printable(text[:longest]).replace("`", "'").strip()
    return f"`{clean}…`" if len(text) > longest else f"`{clean}`"
