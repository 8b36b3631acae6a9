"""Draws a chart: sessions by day above, failures by type beneath them on a scale of their own, noted changes across."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.charts import look
from bot.charts.legend import Entry, draw_legend, placed
from bot.charts.lettering import legible, write
from bot.charts.look import Paint
from bot.charts.panel import Bars, draw_day_labels, draw_note_numbers, draw_panel
from bot.charts.sheet import Sheet, sheet
from bot.charts.words import figure
from commands.daily_chart import OTHER_TYPES
from commands.phrases import plural
from commands.reply import Chart
from storage.shares import NOT_ITEMISED

ELSEWHERE = "(see the text)"
"""Stands for words in letters that the font does not have: answers tell them in text as well."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A part of the page, as wide as the page; the strips stand below each other. Pixels."""

    height: float
    draw: Callable[[Figure, float], None]
    """Draws on a page from this top on."""


def drawn(chart: Chart) -> bytes:
    """Return a PNG. `chart` has at least one bar."""
    with mpl.style.context("default"):  # whatever a file on this machine says
        mpl.rcParams["hatch.linewidth"] = 1.0
        page = _page(_strips(sheet(chart)))
        out = BytesIO()
        page.savefig(out, format="png", dpi=look.DOTS_PER_INCH, metadata={"Software": None})
    return out.getvalue()


def _page(strips: Sequence[Strip]) -> Figure:
    height = sum(strip.height for strip in strips)
    page = Figure(
        figsize=(look.WIDTH / look.DOTS_PER_INCH, round(height) / look.DOTS_PER_INCH),
        dpi=look.DOTS_PER_INCH,
        facecolor=look.PAPER,
        edgecolor=look.FRAME,
        linewidth=3,
    )
    FigureCanvasAgg(page)
    top = 0.0
    for strip in strips:
        strip.draw(page, top)
        top += strip.height
    return page


def _strips(what: Sheet) -> list[Strip]:
    sessions = [
        Bars(look.SECURE, [each.successful for each in what.bins]),
        Bars(look.FAILED, [each.failed for each in what.bins]),
    ]
    return [
        _gap(),
        _heading(what.title),
        _legend(_session_entries(what)),
        _note_numbers(what),
        _panel(what, sessions, look.SESSIONS_HEIGHT),
        *_failures(what),
        _day_labels(what),
        *_notes(what),
        _gap(),
    ]


def _failures(what: Sheet) -> list[Strip]:
    if not what.series:
        return []
    paints = _paints(what) if what.is_itemised else [look.FAILED]
    names = [legible(one.name, f"type {number} {ELSEWHERE}") for number, one in enumerate(what.series, start=1)]
    sums = [figure(one.total) for one in what.series]
    entries = [Entry(*entry) for entry in zip(paints, names, sums, strict=True)]
    bars = [Bars(paint, one.values) for paint, one in zip(paints, what.series, strict=True)]
    legend = [_legend(entries)] if what.is_itemised else []
    heading = _heading("Failed sessions by type" if what.is_itemised else "Failed sessions")
    return [_gap(), heading, *legend, _panel(what, bars, look.FAILURES_HEIGHT)]


def _paints(what: Sheet) -> list[Paint]:
    own = iter(look.TYPES)
    apart = {OTHER_TYPES: look.OTHER_TYPES, NOT_ITEMISED: look.NOT_ITEMISED}
    return [apart.get(one.name) or next(own) for one in what.series]


def _session_entries(what: Sheet) -> list[Entry]:
    secure, failed = (sum(values) for values in zip(*((b.successful, b.failed) for b in what.bins), strict=True))
    entries = [Entry(look.SECURE, "secure", figure(secure)), Entry(look.FAILED, "failed", figure(failed))]
    return [*entries, Entry(Paint(look.NO_DATA), "no data")] if what.has_gaps else entries


def _gap() -> Strip:
    return Strip(look.GAP, lambda _page, _top: None)


def _heading(text: str) -> Strip:
    def draw(page: Figure, top: float) -> None:
        room = look.RIGHT - look.MARGIN
        write(page, look.MARGIN, top + look.LINE / 2, text, size=look.HEADING, bold=True, room=room)

    return Strip(look.LINE + 4, draw)


def _legend(entries: Sequence[Entry]) -> Strip:
    places = placed(entries)
    rows = places[-1].row + 1
    return Strip(rows * look.LINE + 8, lambda page, top: draw_legend(page, places, top))


def _panel(what: Sheet, bars: Sequence[Bars], height: float) -> Strip:
    return Strip(height, lambda page, top: draw_panel(page, what, bars, top, height))


def _note_numbers(what: Sheet) -> Strip:
    if not what.notes_in_reach:
        return Strip(4, lambda _page, _top: None)
    return Strip(look.LINE, lambda page, top: draw_note_numbers(page, what, top + look.LINE / 2))


def _day_labels(what: Sheet) -> Strip:
    return Strip(look.LINE + 2, lambda page, top: draw_day_labels(page, what, top + look.LINE / 2 + 2))


def _notes(what: Sheet) -> list[Strip]:
    if not what.notes:
        return []
    lines = [_note(note.number, note.label, note.text) for note in what.notes]
    if what.older_notes:
        lines.insert(0, _line(f"… and {plural(what.older_notes, 'older note')}"))
    return [Strip(8, lambda _page, _top: None), *lines]


def _note(number: str, label: str, text: str) -> Strip:
    def draw(page: Figure, top: float) -> None:
        middle = top + look.LINE / 2
        write(page, look.MARGIN, middle, number, bold=True)
        # Drawn apart, so that text that runs from right to left leaves the day where it is.
        x = look.MARGIN + 26 + write(page, look.MARGIN + 26, middle, label, colour=look.FAINT_INK) + 12
        write(page, x, middle, legible(text, ELSEWHERE), room=look.RIGHT - x)

    return Strip(look.LINE, draw)


def _line(text: str) -> Strip:
    return Strip(look.LINE, lambda page, top: _write_line(page, top, text))


def _write_line(page: Figure, top: float, text: str) -> None:
    write(page, look.MARGIN, top + look.LINE / 2, text, colour=look.FAINT_INK)
