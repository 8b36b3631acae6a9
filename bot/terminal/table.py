"""Tables and labelled values that fit: in columns without breaking a word, or row by row."""

from typing import TYPE_CHECKING

from rich.cells import cell_len

from bot.side_by_side import column_widths, row_by_row, row_lines, with_long_names_apart
from commands.quoting import printable
from commands.reply import Table

if TYPE_CHECKING:
    from rich.console import RenderableType

GAP = 2
"""Columns between two cells."""
NOTHING = ""
"""A cell of which nothing is said."""


def drawn_table(table: Table, width: int) -> "list[RenderableType]":
    """Draw title, rows and what was left out; nothing for a table without columns."""
    from rich.text import Text

    heads = [printable(head) for head in table.heads]
    if not heads:
        return []
    rows = [_row(cells, len(heads)) for cells in table.rows]
    widths = _widths([heads, *rows], table.numeric, width - GAP * (len(heads) - 1))
    parts: list[RenderableType] = [Text(printable(table.title), style="bold")] if table.title else []
    by_row = [line for row in rows for line in row_by_row(heads, row, width, NOTHING)]
    if widths and _height(rows, widths) <= len(rows) + sum(lines(line, width) for line in by_row):
        parts.append(_grid(heads, rows, widths, table.numeric))
    elif apart := with_long_names_apart(column_widths([heads, *rows], cell_len), [heads, *rows], width, cell_len):
        parts.append(_with_names_apart(heads, rows, apart, table.numeric))
    else:
        parts.append(Text("\n".join(by_row)))
    if table.more > 0:
        parts.append(Text(f"and {table.more:,} more", style="dim"))
    return parts


def drawn_pairs(pairs: list[tuple[str, str]], width: int) -> "list[RenderableType]":
    """Set labels in one column and values in the next, or each value behind its label where that breaks a word."""
    from rich.table import Table as RichTable
    from rich.text import Text

    if not pairs:
        return []
    shown = [(printable(label), printable(value)) for label, value in pairs]
    labels = min(max(cell_len(label) for label, _ in shown), width // 2)
    values = width - labels - GAP
    words = [(labels, word) for label, _ in shown for word in label.split()]
    words += [(values, word) for _, value in shown for word in value.split()]
    if any(room < cell_len(word) <= width for room, word in words):
        return [Text.assemble((f"{label}: ", "bold"), value) for label, value in shown]
    grid = RichTable.grid(padding=(0, GAP, 0, 0))
    grid.add_column(overflow="fold", width=labels)
    grid.add_column(overflow="fold")
    for label, value in shown:
        grid.add_row(Text(label, style="bold"), Text(value))
    return [grid]


def _row(cells: tuple[str, ...], length: int) -> list[str]:
    """Make as many cells as there are heads, whatever came."""
    return [printable(cell) for cell in cells[:length]] + [""] * (length - len(cells))


def _widths(lines: list[list[str]], numeric: frozenset[int], room: int) -> list[int]:
    """Share the room so that no word and no figure is broken; empty where that cannot be done."""
    wanted, widths = [], []
    for column, cells in enumerate(zip(*lines, strict=True)):
        wanted.append(max(1, *map(cell_len, cells)))
        words = (word for cell in cells for word in cell.split())
        widths.append(wanted[-1] if column in numeric else max(map(cell_len, words), default=1))
    spare = room - sum(widths)
    if spare < 0:
        return []
    while spare and (short := [column for column, width in enumerate(widths) if width < wanted[column]]):
        share = max(spare // len(short), 1)
        for column in short:
            more = min(share, spare, wanted[column] - widths[column])
            widths[column] += more
            spare -= more
    return widths


def _height(rows: list[list[str]], widths: list[int]) -> int:
    """Count the lines that rows take in columns of these widths."""
    return sum(max(map(lines, row, widths)) for row in rows)


def _grid(heads: list[str], rows: list[list[str]], widths: list[int], numeric: frozenset[int]) -> "RenderableType":
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, GAP - 1, 0, 0))
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        figures = column in numeric
        grid.add_column(Text(head, style="bold"), justify="right" if figures else "left", width=width, overflow="fold")
    for row in rows:
        grid.add_row(*map(Text, row))
    return grid


def _with_names_apart(
    heads: list[str], rows: list[list[str]], widths: list[int], numeric: frozenset[int]
) -> "RenderableType":
    from rich.text import Text

    rule = "─" * (sum(widths) + GAP * (len(widths) - 1))
    (head,) = row_lines(heads, widths, numeric, cell_len)
    lines_of_rows = [line for row in rows for line in row_lines(row, widths, numeric, cell_len)]
    return Text.assemble((head, "bold"), "\n", "\n".join([rule, *lines_of_rows]))


def lines(text: str, width: int) -> int:
    """Count the lines of a text that is wrapped at blanks, those within a word that is too long for one too."""
    number, used = 1, 0
    for word in map(cell_len, text.split()):
        if used and used + 1 + word > width:
            number, used = number + 1, 0
        used += word + (1 if used else 0)
        full = max(used - 1, 0) // width
        number, used = number + full, used - full * width
    return number
