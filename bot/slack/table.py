"""Tables: Slack's own block, and columns drawn with blanks where there is no room for another block."""

from dataclasses import dataclass
from typing import Any

from bot.chat_text import and_more, clean_line, cut, length
from bot.side_by_side import column_widths, row_lines, with_long_names_apart
from bot.slack.blocks import NOTHING
from bot.slack.limits import (
    CELL_CHARACTERS,
    TABLE_CHARACTERS,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TABLE_TITLE_CHARACTERS,
    TEXT_CELL_CHARACTERS,
    TEXT_TABLE_COLUMNS,
)
from commands.reply import Table


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that fit, heads first, all rows of one width."""

    rows: tuple[tuple[str, ...], ...]
    left_out: str
    """What does not fit, in words; empty when all does."""


def table_title(table: Table) -> str:
    """Give the table's title, possibly empty."""
    return cut(clean_line(table.title), TABLE_TITLE_CHARACTERS)


def table_block(table: Table, room: int) -> tuple[dict[str, Any], str]:
    """Draw a `table` block of at most `room` characters, and say what was left out."""
    grid = _grid(table, min(room, TABLE_CHARACTERS), CELL_CHARACTERS)
    settings = [
        {"align": "right"} if column in table.numeric else {"is_wrapped": True} for column in range(len(grid.rows[0]))
    ]
    rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in grid.rows]
    return {"type": "table", "rows": rows, "column_settings": settings}, grid.left_out


def table_lines(table: Table, room: int) -> list[str]:
    """Draw the same with text: columns two blanks apart, and a last line for what was left out."""
    grid = _grid(table, room // 2, TEXT_CELL_CHARACTERS)
    widths = column_widths(grid.rows)
    widths = with_long_names_apart(widths, grid.rows, TEXT_TABLE_COLUMNS) or widths
    lines: list[str] = []
    left_out = grid.left_out
    for number, row in enumerate(grid.rows):
        drawn = row_lines(row, widths, table.numeric)
        room -= sum(length(line) + 1 for line in drawn)
        if room < 0 and lines:
            left_out = _left_out(table, number)
            break
        lines += drawn
    return [*lines, left_out] if left_out else lines


def _grid(table: Table, room: int, most: int) -> Grid:
    columns = min(len(table.heads), TABLE_COLUMNS)
    most = max(1, min(most, room // columns))
    rows: list[tuple[str, ...]] = []
    for row in (table.heads, *table.rows):
        cells = tuple(_cell(row, column, most) for column in range(columns))
        room -= sum(map(length, cells))
        if len(rows) == TABLE_ROWS or (room < 0 and rows):
            break
        rows.append(cells)
    return Grid(tuple(rows), _left_out(table, len(rows)))


def _cell(row: tuple[str, ...], column: int, most: int) -> str:
    return cut(clean_line(row[column]), most) or NOTHING if column < len(row) else NOTHING


def _left_out(table: Table, drawn: int) -> str:
    rows = len(table.rows) + 1 - drawn + table.more
    columns = len(table.heads) - TABLE_COLUMNS
    parts = [and_more(rows, "rows")] if rows > 0 else []
    parts += [and_more(columns, "columns")] if columns > 0 else []
    return ", ".join(parts)
