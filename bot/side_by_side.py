"""Rows of a table as lines of text: cells beneath each other, names that are too long on lines of their own. Pure."""

import unicodedata
from collections.abc import Callable, Sequence

GAP = "  "

Measure = Callable[[str], int]
Rows = Sequence[Sequence[str]]
"""The heads, then the rows; all of one length."""


def columns(text: str) -> int:
    """Count the columns that a text takes where all letters are of one width, and those of East Asia of two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def column_widths(rows: Rows, measure: Measure = columns) -> list[int]:
    """Return the width of the longest cell of each column."""
    return [max(map(measure, cells)) for cells in zip(*rows, strict=True)]


def with_long_names_apart(widths: Sequence[int], rows: Rows, room: int, measure: Measure = columns) -> list[int]:
    """Narrow the first column until a line fits into `room`, so that one long name does not change all other lines.

    Empty where the head or half of the names do not fit either.
    """
    left = room - sum(widths[1:]) - len(GAP) * (len(widths) - 1)
    names = [measure(row[0]) for row in rows]
    too_long = sum(width > left for width in names)
    if names[0] > left or (too_long and 2 * too_long >= len(rows) - 1):
        return []
    return [max(width for width in names if width <= left), *widths[1:]]


def row_lines(
    row: Sequence[str], widths: Sequence[int], numeric: frozenset[int], measure: Measure = columns
) -> list[str]:
    """Draw a row; a first cell that is wider than its column stands above it, whole, so that it can be copied."""
    if measure(row[0]) > widths[0]:
        return [row[0], *row_lines(["", *row[1:]], widths, numeric, measure)]
    cells = []
    for column, (cell, width) in enumerate(zip(row, widths, strict=True)):
        blanks = " " * (width - measure(cell))
        cells.append(blanks + cell if column in numeric else cell + blanks)
    return [GAP.join(cells).rstrip()]
