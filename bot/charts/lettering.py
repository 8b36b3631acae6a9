"""Text in pictures: drawn to the letter, with the font that comes with matplotlib, and cut to the room that it has."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from bot.charts.look import DOTS_PER_INCH, INK, TEXT
from commands.quoting import printable

LONGEST = 300

_GAP = "\x00"
_UNWRITTEN = re.compile(f"{_GAP}(?:\\s*{_GAP})*")
_PILE_OF_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{2})[^\w\s]*")


def write(  # noqa: PLR0913 - a text has a place, a size, a weight and a colour
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = TEXT,
    bold: bool = False,
    colour: str = INK,
    align: str = "left",
    room: float | None = None,
) -> float:
    """Write one line at pixels from the upper left corner, `y` being its middle; return its width in pixels.

    Whatever the text is, it is no markup. What does not fit into `room` pixels ends with an ellipsis.
    """
    drawable = fitting(text, size, bold=bold, room=room) if room is not None else to_the_letter(text, bold=bold)
    width, height = figure.get_size_inches() * DOTS_PER_INCH
    figure.text(
        x / width,
        1 - y / height,
        drawable,
        fontproperties=_font(size, bold=bold),
        color=colour,
        ha=align,
        va="center_baseline",
        parse_math=False,
        usetex=False,
    )
    return text_width(drawable, size, bold=bold)


def fitting(text: str, size: float, *, bold: bool, room: float) -> str:
    """Cut to a width in pixels."""
    whole = to_the_letter(text, bold=bold)
    if text_width(whole, size, bold=bold) <= room:
        return whole
    shortest, longest = 0, len(whole)
    while shortest < longest:
        middle = (shortest + longest + 1) // 2
        if text_width(f"{whole[:middle].rstrip()}…", size, bold=bold) <= room:
            shortest = middle
        else:
            longest = middle - 1
    return f"{whole[:shortest].rstrip()}…"


def to_the_letter(text: str, *, bold: bool = False) -> str:
    """Put text on one line; an ellipsis stands for what the font cannot write, piles of marks are cut down."""
    composed = unicodedata.normalize("NFC", printable(text[:LONGEST]))
    flat = _PILE_OF_MARKS.sub(r"\1", composed)
    known = _letters(_font_file(bold=bold))
    return _UNWRITTEN.sub("…", "".join(one if ord(one) in known else _GAP for one in flat))


def legible(text: str, instead: str) -> str:
    """Return what can be written of a text, or `instead` where no letter and no figure is left of it."""
    written = to_the_letter(text)
    if any(map(str.isalnum, written)) or not any(map(str.isalnum, text[:LONGEST])):
        return written
    return instead


def text_width(text: str, size: float, *, bold: bool) -> float:
    """Measure in pixels."""
    ruler: Any = _ruler()
    width, _, _ = ruler.get_text_width_height_descent(text or " ", _font(size, bold=bold), ismath=False)
    return float(width)


@cache
def _ruler() -> RendererAgg:
    return RendererAgg(1, 1, DOTS_PER_INCH)  # type: ignore[no-untyped-call]  # matplotlib leaves it untyped


@cache
def _font(size: float, *, bold: bool) -> FontProperties:
    return FontProperties(fname=_font_file(bold=bold), size=size)


@cache
def _font_file(*, bold: bool) -> str:
    return str(Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))


@cache
def _letters(font_file: str) -> frozenset[int]:
    return frozenset(FT2Font(font_file).get_charmap())
