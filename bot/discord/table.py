"""Tables drawn with text: side by side where a phone has the room, else row by row."""

from bot.chat_text import and_more
from bot.discord.limits import CELL_CHARACTERS, TABLE_WIDTH
from bot.discord.text import clean_line, cut, length
from bot.side_by_side import column_widths, row_by_row, row_lines, with_long_names_apart
from commands.reply import Table

NOTHING = "—"


def table_lines(table: Table, room: int) -> list[str]:
    """Draw the rows that fit into `room` characters, and a last line for what was left out. Pure."""
    heads = _cells(table.heads, len(table.heads))
    rows = [_cells(row, len(heads)) for row in table.rows]
    widths = with_long_names_apart(column_widths([heads, *rows]), [heads, *rows], TABLE_WIDTH)
    if widths:
        blocks = [row_lines(row, widths, table.numeric) for row in (heads, *rows)]
    else:
        blocks = [row_by_row(heads, row, TABLE_WIDTH, NOTHING) for row in rows]
    kept = _fitting(blocks, room)
    left_out = len(blocks) - len(kept) + max(0, table.more)
    lines = [line for block in kept for line in block]
    return [*lines, and_more(left_out, "rows")] if left_out else lines


def _cells(row: tuple[str, ...], count: int) -> list[str]:
    """Make as many cells as there are heads, whatever came."""
    found = [cut(clean_line(cell), CELL_CHARACTERS) or NOTHING for cell in row[:count]]
    return found + [NOTHING] * (count - len(found))


def _fitting(blocks: list[list[str]], room: int) -> list[list[str]]:
    kept: list[list[str]] = []
    for block in blocks:
        room -= sum(length(line) + 1 for line in block)
        if room < 0:
            break
        kept.append(block)
    return kept
