"""One panel of a picture: stacked bars over a scale, bands where there is no data, dashed lines where notes are."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from bot.charts import look
from bot.charts.labels import bin_labels
from bot.charts.lettering import text_width, write
from bot.charts.look import Paint
from bot.charts.scale import on_scale, short, steps
from bot.charts.sheet import Sheet

BAR_WIDTH = 0.84
NARROWEST_BAR = 0.3
"""Of the first bar, whose bin may hold fewer days than the others: in parts of a whole one."""
LABELLED_DAYS = 5
LABELS_APART = 50
"""Pixels, at least."""
LEAST_HEIGHT = 4
"""Pixels of a bar that is not zero."""
NOTES_APART = 30
"""Pixels between the lines of two notes that have numbers of their own; nearer ones share a label."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one kind: a value for each bin."""

    paint: Paint
    values: Sequence[int]


def draw_panel(page: Figure, what: Sheet, bars: Sequence[Bars], top: float, height: float) -> None:
    """Draw bars on top of each other. Pixels from above."""
    lines = steps(max(map(sum, zip(*([on_scale(v) for v in one.values] for one in bars), strict=True))))
    axes = _axes(page, what, top, height)
    axes.set_ylim(0, lines[-1] * 1.03)
    _draw_bands(axes, what)
    for value in lines:
        axes.axhline(value, color=look.GRID if value else look.FAINT_INK, linewidth=1.2, zorder=1 if value else 4)
        middle = top + height * (1 - value / (lines[-1] * 1.03))
        write(page, look.LEFT - 10, middle, short(value), colour=look.FAINT_INK, align="right")
    _draw_bars(axes, what, bars, least=LEAST_HEIGHT * lines[-1] * 1.03 / height)
    for _, place in what.notes_in_reach:
        axes.axvline(place, color=look.PAPER, linewidth=3.4, zorder=5)
        axes.axvline(place, color=look.INK, linewidth=1.8, linestyle=(0, (3, 2)), zorder=6)


def draw_day_labels(page: Figure, what: Sheet, middle: float) -> None:
    """Write the days of some bars below the last panel: of the first one, the last one, and some between."""
    labels = bin_labels(what.bins)
    widths = [text_width(label, look.TEXT, bold=False) for label in labels]
    places = [
        min(max(_x(what, number), look.LEFT + width / 2), look.RIGHT - width / 2) for number, width in enumerate(widths)
    ]
    free_from = places[0] + widths[0] / 2 + LABELS_APART / 2
    for number in _chosen(len(labels), int((look.RIGHT - look.LEFT) / (max(widths) + LABELS_APART))):
        if number == 0 or places[number] - widths[number] / 2 >= free_from:
            write(page, places[number], middle, labels[number], colour=look.FAINT_INK, align="center")


def draw_note_numbers(page: Figure, what: Sheet, middle: float) -> None:
    """Write the numbers of the notes above their lines."""
    for numbers, x in _grouped([(number, _x(what, place)) for number, place in what.notes_in_reach]):
        label = numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        write(page, x, middle, label, bold=True, align="center")


def _axes(page: Figure, what: Sheet, top: float, height: float) -> Axes:
    whole = page.get_size_inches()[1] * look.DOTS_PER_INCH
    width = (look.RIGHT - look.LEFT) / look.WIDTH
    axes = page.add_axes((look.LEFT / look.WIDTH, 1 - (top + height) / whole, width, height / whole))
    axes.set_axis_off()
    axes.set_xlim(what.left, what.right)
    return axes


def _draw_bands(axes: Axes, what: Sheet) -> None:
    for number, each in enumerate(what.bins):
        if not each.days_with_data:
            axes.axvspan(number - 0.5, number + 0.5, color=look.NO_DATA, linewidth=0, zorder=0)


def _draw_bars(axes: Axes, what: Sheet, bars: Sequence[Bars], least: float) -> None:
    """Draw what is not zero at least so high: one failure among thousands must not look like none.

    A bin of fewer days is a narrower bar: its smaller sum must not look like a fall.
    """
    below = [0.0] * len(bars[0].values)
    widths = [BAR_WIDTH * max(each.days / what.bins[-1].days, NARROWEST_BAR) for each in what.bins]
    for one in bars:
        above = [low + _height(value, least) for low, value in zip(below, one.values, strict=True)]
        axes.add_artist(PathPatch(_outline(below, above, widths), zorder=3, **one.paint.style()))
        below = above


def _height(value: int, least: float) -> float:
    return max(on_scale(value), least) if value > 0 else 0.0


def _outline(below: Sequence[float], above: Sequence[float], widths: Sequence[float]) -> Path:
    """Put all bars of a kind into one shape: they are drawn at once. A narrow one stands beside the next one."""
    corners = []
    for place, (low, high, width) in enumerate(zip(below, above, widths, strict=True)):
        right = place + BAR_WIDTH / 2
        left = right - width
        corners += [(left, low), (left, high), (right, high), (right, low), (left, low)]
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(below)
    return Path(corners, codes)


def _x(what: Sheet, place: float) -> float:
    return look.LEFT + (look.RIGHT - look.LEFT) * (place - what.left) / (what.right - what.left)


def _chosen(count: int, room: int) -> list[int]:
    """Choose the first bin, and others in even steps, counted from the newest."""
    step = -(-count // max(1, min(room, LABELLED_DAYS)))
    return [0, *range(count - 1, 0, -step)]


def _grouped(numbers: Sequence[tuple[str, float]]) -> Iterator[tuple[list[str], float]]:
    """Put numbers together that would stand on each other, at the middle of their lines."""
    group: list[tuple[str, float]] = []
    for number, x in sorted(numbers, key=lambda pair: pair[1]):
        if group and x - group[0][1] > NOTES_APART:
            yield _group(group)
            group = []
        group.append((number, x))
    if group:
        yield _group(group)


def _group(group: Sequence[tuple[str, float]]) -> tuple[list[str], float]:
    return [number for number, _ in group], (group[0][1] + group[-1][1]) / 2
