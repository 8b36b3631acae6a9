"""A Reply as lines for a terminal or a pipe. Markup, escapes and control characters of others never get through."""

import re
from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from bot.terminal.chart import FAILED, SECURE, bar_lines, curves, noted_lines, type_lines
from bot.terminal.table import drawn_pairs, drawn_table
from commands.quoting import printable
from commands.reply import Chart, Reply, Tone

if TYPE_CHECKING:
    from rich.console import RenderableType

NARROWEST = 20
"""Columns; what is narrower is taken for this."""
CODE_INDENT = "    "
TAB = 8

SIGNS = {
    Tone.OK: "🟢 ok · ",
    Tone.INFO: "🔵 info · ",
    Tone.WARNING: "🟡 warning · ",
    Tone.CRITICAL: "🔴 critical · ",
    Tone.NO_DATA: "⚪ no data · ",
    Tone.PLAIN: "",
}
COLOURS = {
    Tone.OK: "bold green",
    Tone.INFO: "bold blue",
    Tone.WARNING: "bold yellow",
    Tone.CRITICAL: "bold red",
    Tone.NO_DATA: "bold",
    Tone.PLAIN: "bold",
}

_NUMBERED = re.compile(r"(\d{1,3}\.) (.+)", re.ASCII)


def render(reply: Reply, *, width: int, colour: bool) -> str:
    """Draw the whole answer, without a line break at its end: the title first, the next step last.

    Lines are at most `width` columns long, but for code, which is never wrapped. Without colour there is no
    escape sequence at all.
    """
    width = max(width, NARROWEST)
    sections = (
        _printed(_opening(reply), width, colour),
        _printed(drawn_pairs([(field.label, field.value) for field in reply.fields], width), width, colour),
        _printed(_chart(reply.chart, width), width, colour) if reply.chart else "",
        *(_printed(drawn_table(table, width), width, colour) for table in reply.tables),
        _code(reply.code),
        _printed(drawn_pairs([(action.label, action.command) for action in reply.actions], width), width, colour),
        _printed(_small_print(reply), width, colour),
        _printed(_next_step(reply.next_step), width, colour),
    )
    return "\n\n".join(section for section in sections if section)


def _printed(parts: "Iterable[RenderableType]", width: int, colour: bool) -> str:
    """Print the parts below each other, without blanks at line ends; the environment has no say in how they look."""
    from rich.console import Console

    page = StringIO()
    console = Console(
        file=page,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for part in parts:
        console.print(part, overflow="fold")
    return "\n".join(line.rstrip() for line in page.getvalue().rstrip("\n").split("\n"))


def _opening(reply: Reply) -> "Iterable[RenderableType]":
    from rich.text import Text

    yield Text(SIGNS[reply.tone] + printable(reply.title), style=COLOURS[reply.tone])
    for sentence in map(printable, reply.sentences):
        numbered = _NUMBERED.fullmatch(sentence)
        yield _hanging(numbered[1], numbered[2]) if numbered else Text(sentence)


def _hanging(mark: str, text: str) -> "RenderableType":
    """Let the further lines of a numbered sentence begin below its first word."""
    from rich.table import Table as RichTable
    from rich.text import Text

    grid = RichTable.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(mark), Text(text))
    return grid


def _chart(chart: Chart, width: int) -> "Iterable[RenderableType]":
    from rich.text import Text

    bars = bar_lines(chart, width)
    if not bars:
        return
    yield Text(f"{printable(chart.title)} ({SECURE} secure, {FAILED} failed)", style="bold")
    for line in curves(chart, width):
        yield Text(line)
    for bar in bars:
        yield Text.assemble(bar.label, "  ", (bar.secure, "green"), (bar.failed, "red"), "  ", bar.words)
    by_type = type_lines(chart, width)
    if by_type:
        yield Text("Failed sessions by type", style="bold")
        yield from map(Text, by_type)
    yield from (_hanging(mark, text) for mark, text in noted_lines(chart))


def _code(code: str) -> str:
    """Indent, and never wrap: code is there to be copied."""
    if not code.strip():
        return ""
    lines = (printable(line.expandtabs(TAB)).rstrip() for line in code.strip("\n").split("\n"))
    return "\n".join(f"{CODE_INDENT}{line}".rstrip() for line in lines)


def _small_print(reply: Reply) -> "Iterable[RenderableType]":
    from rich.text import Text

    for attachment in reply.attachments:
        name, kind = printable(attachment.name), printable(attachment.media_type)
        yield Text(f"Attached: {name} ({kind}, {len(attachment.body):,} bytes)")
    if reply.attachments:
        yield Text('`tlsrpt-bot ask "…" --save FOLDER` writes it to a folder.')
    for note in reply.notes:
        yield Text(printable(note), style="dim")


def _next_step(step: str) -> "Iterable[RenderableType]":
    from rich.text import Text

    if step:
        yield Text.assemble("Next: ", (printable(step), "bold"))
