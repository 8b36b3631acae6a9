"""The legend of a panel: a swatch, a name and a figure for each kind of bar, in rows that fill the width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bot.charts import look
from bot.charts.lettering import fitting, text_width, write
from bot.charts.look import Paint

SWATCH = 22
SWATCH_TO_TEXT = 9
NAME_TO_FIGURE = 7
ENTRY_TO_ENTRY = 26


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of bar."""

    paint: Paint
    name: str
    figure: str = ""
    """Never cut, unlike the name."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry that has found its place: `x` from the left, `row` from above."""

    entry: Entry
    name: str
    """As much of its name as there is room for."""
    x: float
    row: int


def placed(entries: Sequence[Entry]) -> list[Place]:
    """Put entries side by side as far as they fit."""
    return list(_placed(entries))


def _placed(entries: Sequence[Entry]) -> Iterator[Place]:
    x, row = float(look.MARGIN), 0
    for entry in entries:
        name = fitting(entry.name, look.TEXT, bold=False, room=_room(entry))
        width = look.RIGHT - look.MARGIN - _room(entry) + text_width(name, look.TEXT, bold=False)
        if x > look.MARGIN and x + width > look.RIGHT:
            x, row = float(look.MARGIN), row + 1
        yield Place(entry, name, x, row)
        x += width + ENTRY_TO_ENTRY


def draw_legend(page: Figure, places: Sequence[Place], top: float) -> None:
    """Draw the rows below `top`, in pixels from above."""
    for place in places:
        middle = top + (place.row + 0.5) * look.LINE
        page.add_artist(swatch(page, place.entry.paint, place.x, middle))
        x = place.x + SWATCH + SWATCH_TO_TEXT
        # Drawn apart, so that a name that runs from right to left leaves its figure where it is.
        x += write(page, x, middle, place.name) + NAME_TO_FIGURE
        if place.entry.figure:
            write(page, x, middle, place.entry.figure)


def swatch(page: Figure, paint: Paint, x: float, middle: float) -> Rectangle:
    """Make a small piece of a bar."""
    width, height = page.get_size_inches() * look.DOTS_PER_INCH
    return Rectangle(
        (x / width, 1 - (middle + look.TEXT * 0.6) / height),
        SWATCH / width,
        look.TEXT * 1.2 / height,
        transform=page.transFigure,
        **paint.style(),
    )


def _room(entry: Entry) -> float:
    """Return the pixels that an entry alone in its row leaves for its name."""
    room = look.RIGHT - look.MARGIN - SWATCH - SWATCH_TO_TEXT
    return room - NAME_TO_FIGURE - text_width(entry.figure, look.TEXT, bold=False) if entry.figure else room
