"""Text from strangers: one line, without invisible or direction-changing characters, of bounded length."""

from typing import Any

_MAX_WORD = 100


def one_line(value: Any, limit: int) -> str:
    """Return a JSON value as text for one line: numbers as digits, of a list its first usable entry, else nothing."""
    if value.__class__ is not str:
        value = _text_of(value)
    if len(value) <= limit and value.isprintable():
        return str(value.strip())
    return _printable(value[: 4 * limit]).strip()[:limit]


def lines(value: Any, limit: int, most: int) -> tuple[str, ...]:
    """Return the lines of a text or of a list of texts, without empty ones: at most `most`, each cut to `limit`."""
    entries = value if isinstance(value, list) else [value]
    found: list[str] = []
    for entry in entries[:most]:
        if isinstance(entry, str) and "\n" not in entry:
            pieces = [entry]
        else:
            pieces = _text_of(entry)[: most * limit].splitlines()
        found.extend(line for piece in pieces[:most] if (line := one_line(piece, limit)))
    return tuple(found[:most])


def word(value: Any) -> str:
    """Return a word of the RFC's lists (policy or result type) in lower case with hyphens; others as they are."""
    return one_line(value, _MAX_WORD).lower().replace("_", "-").replace(" ", "-")


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return next((text for entry in value[:10] if not isinstance(entry, list) and (text := _text_of(entry))), "")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return _digits_of(value)


def _digits_of(value: float) -> str:
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python is willing to write
        return "a very large number"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " if character.isspace() else "" for character in text)
