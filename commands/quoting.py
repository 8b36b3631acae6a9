"""Words of others inside our sentences: cleaned, bounded, in backticks."""

import unicodedata

QUOTED_CHARACTERS = 60
JOINERS = "\u200c\u200d"
BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that count as letters or signs and show nothing: a name with one looks like another name."""
REPLACEMENT = "\ufffd"
NONCHARACTER = 0xFFFE
"""The last two of each plane."""


def printable(text: str) -> str:
    """Put `text` on one line: blanks of any kind become a space, control, direction and surrogate characters U+FFFD.

    The joiners that Persian and Indic names are written with stay, so that a name can still be copied.
    """
    return "".join(_printable_character(character) for character in text)


def quoted(text: str, longest: int = QUOTED_CHARACTERS) -> str:
    """Make `text` a quotation: printable, at most `longest` characters, in backticks that it cannot leave."""
    clean = printable(text[:longest]).replace("`", "'").strip()
    return f"`{clean}…`" if len(text) > longest else f"`{clean}`"


def _printable_character(character: str) -> str:
    if character.isspace():
        return " "
    return REPLACEMENT if is_invisible(character) else character


def is_invisible(character: str) -> bool:
    """Whether a character that is no blank shows nothing, changes directions, or belongs to no text."""
    if character in JOINERS:
        return False
    if character in BLANK_LETTERS or "\U000e0100" <= character <= "\U000e01ef":
        return True
    return unicodedata.category(character) in {"Cc", "Cf", "Cs"} or ord(character) & 0xFFFE == NONCHARACTER
