"""Tables that fit: columns side by side without breaking a word, or row by row where the terminal is too narrow."""

from typing import TYPE_CHECKING

from commands.quoting import printable
from commands.reply import Table

if TYPE_CHECKING:
    from rich.console import RenderableType

GAP = 2
"""Columns between two cells."""


def drawn_table(table: Table, width: int) -> "list[RenderableType]":
    """Draw title, rows and what was left out; nothing for a table without columns."""
    from rich.text import Text

    heads = [printable(head) for head in table.heads]
    if not heads:
        return []
    rows = [_row(cells, len(heads)) for cells in table.rows]
    widths = _widths([heads, *rows], table.numeric, width - GAP * (len(heads) - 1))
    parts: list[RenderableType] = [Text(printable(table.title), style="bold")] if table.title else []
    if widths:
        parts.append(_grid(heads, rows, widths, table.numeric))
    else:
        parts.append(_row_by_row(heads, rows))
    if table.more > 0:
        parts.append(Text(f"and {table.more:,} more", style="dim"))
    return parts


def _row(cells: tuple[str, ...], length: int) -> list[str]:
    """Make as many cells as there are heads, whatever came."""
    return [printable(cell) for cell in cells[:length]] + [""] * (length - len(cells))


def _widths(lines: list[list[str]], numeric: frozenset[int], room: int) -> list[int]:
    """Share the room so that no word and no figure is broken; empty where that cannot be done."""
    from rich.cells import cell_len

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


def _row_by_row(heads: list[str], rows: list[list[str]]) -> "RenderableType":
    from rich.text import Text

    blocks = ("\n".join(f"{head}: {cell}" for head, cell in zip(heads, row, strict=True)) for row in rows)
    return Text("\n\n".join(blocks))
