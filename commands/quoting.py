"""Words of others inside our sentences: cleaned, bounded, in backticks."""

import unicodedata

QUOTED_CHARACTERS = 60
JOINERS = "\u200c\u200d"
REPLACEMENT = "\ufffd"


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
    if character not in JOINERS and unicodedata.category(character) in {"Cc", "Cf", "Cs"}:
        return REPLACEMENT
    return character
