"""Rows of a table as lines of text: cells beneath each other, long names on lines of their own, or row by row. Pure."""

import textwrap
import unicodedata
from collections.abc import Callable, Sequence

GAP = "  "
JOINT = " · "

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


def row_by_row(heads: Sequence[str], row: Sequence[str], room: int, nothing: str) -> list[str]:
    """Put the first cell on a line of its own, and beneath it the others with their heads but for those of `nothing`.

    As many as fit share a line.
    """
    lines = [row[0]]
    for head, cell in zip(heads[1:], row[1:], strict=True):
        if cell == nothing:
            continue
        pair = f"{head}: {cell}"
        joined = f"{lines[-1]}{JOINT}{pair}"
        if len(lines) > 1 and columns(joined) <= room:
            lines[-1] = joined
        else:
            lines += _wrapped(pair, room)
    return lines


def _wrapped(pair: str, room: int) -> list[str]:
    """Break a long line between words; a name stays whole, however long it is."""
    return textwrap.wrap(
        pair, room, initial_indent=GAP, subsequent_indent=2 * GAP, break_long_words=False, break_on_hyphens=False
    )
