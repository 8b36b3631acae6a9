"""A chart made ready for drawing: bins, series of failures, and notes with their places on the axis. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.charts import look
from bot.charts.bins import Bin, Series, binned, days_in_a_bin, failure_series, is_itemised
from bot.charts.labels import day_labels
from bot.charts.words import shortened, shown_notes
from commands.reply import Chart

TITLE_CHARACTERS = 120
FEWEST_PLACES = 7
"""One bar must not fill the picture: there is room for so many at least."""
FARTHEST_NOTE = 0.25
"""How far beside the bars a note may stand, in parts of their days."""
FARTHEST_NOTE_DAYS = 7


@dataclass(frozen=True, slots=True)
class PlacedNote:
    """A note with its number and its place on the axis, in bins from the middle of the first; None: out of reach."""

    number: str
    label: str
    text: str
    place: float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is drawn."""

    title: str
    bins: list[Bin]
    series: list[Series]
    notes: list[PlacedNote]
    older_notes: int
    left: float
    right: float
    """Ends of the axis, in bins from the middle of the first."""

    @property
    def has_gaps(self) -> bool:
        return any(not each.days_with_data for each in self.bins)

    @property
    def is_itemised(self) -> bool:
        return is_itemised(self.series)

    @property
    def notes_in_reach(self) -> list[tuple[str, float]]:
        return [(note.number, note.place) for note in self.notes if note.place is not None]


def sheet(chart: Chart) -> Sheet:
    """Prepare a chart that has at least one bar."""
    bins = binned(chart.bars, look.MOST_BARS)
    length = days_in_a_bin(chart.bars, look.MOST_BARS)
    notes, older = _notes(chart, bins, length)
    places = [note.place for note in notes if note.place is not None]
    left, right = min([0.0, *places]) - 0.5, max([len(bins) - 1.0, *places]) + 0.5
    spare = max(0.0, FEWEST_PLACES - (right - left)) / 2
    title = shortened(chart.title, TITLE_CHARACTERS) or "Sessions by day"
    return Sheet(
        title=f"{title}, sums of {length} days" if length > 1 else title,
        bins=bins,
        series=failure_series(bins, look.MOST_SERIES),
        notes=notes,
        older_notes=older,
        left=left - spare,
        right=right + spare,
    )


def _notes(chart: Chart, bins: list[Bin], length: int) -> tuple[list[PlacedNote], int]:
    shown, older = shown_notes(chart.notes, look.MOST_NOTES)
    labels = day_labels([day for day, _ in shown])
    placed = [
        PlacedNote(str(number), label, text, _place(day, bins, length))
        for number, (label, (day, text)) in enumerate(zip(labels, shown, strict=True), start=1)
    ]
    return placed, older


def _place(day: date, bins: list[Bin], length: int) -> float | None:
    first, last = bins[0].first, bins[-1].last
    days = (last - first).days + 1
    reach = max(FARTHEST_NOTE * days, FARTHEST_NOTE_DAYS)
    if (first - day).days > reach or (day - last).days > reach:
        return None
    return len(bins) - 0.5 - ((last - day).days + 0.5) / length
