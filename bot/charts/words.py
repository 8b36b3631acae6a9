"""A chart in words: for those who do not see the picture, and the changes noted in its days. Pure."""

from collections.abc import Sequence
from datetime import date

from bot.charts.bins import binned, failure_series, is_itemised, sessions
from bot.charts.labels import day_labels
from commands.phrases import count, listing, percent, plural
from commands.quoting import printable
from commands.reply import Chart, ChartNote
from storage.totals import Sessions

ALT_TEXT_CHARACTERS = 1_024
"""What Discord takes; Slack takes more."""
MAIN_TYPES = 3
MOST_NOTES = 4
TYPE_CHARACTERS = 64
NOTE_CHARACTERS = 160
TITLE_CHARACTERS = 100
LARGEST_FIGURE = 10**15
"""Beyond it a figure is told by its size alone."""


def alt_text(chart: Chart) -> str:
    """Say what the chart shows: days, sessions, failures, the worst day, the main types, noted changes.

    1 to 1,024 characters.
    """
    title = shortened(chart.title, TITLE_CHARACTERS) or "Sessions by day"
    if not chart.bars:
        return f"{title}: no data."
    total, failed = sessions(chart)
    said = [f"{title}, {_reach(chart)}: {figure(total)} sessions, {_failed(failed, total)}."]
    if failed:
        said += [_worst_day(chart), *_main_types(chart)]
    said += _noted(chart.notes)
    return shortened(" ".join(filter(None, said)), ALT_TEXT_CHARACTERS)


def shown_notes(notes: Sequence[ChartNote], most: int) -> tuple[list[tuple[date, str]], int]:
    """Return day and text of the newest notes, oldest first, and how many older ones there are."""
    with_text = [(note.day, text) for note in notes if (text := shortened(note.text, NOTE_CHARACTERS))]
    newest = sorted(with_text)[-most:]
    return newest, len(with_text) - len(newest)


def note_lines(notes: Sequence[ChartNote], most: int) -> list[str]:
    """Return a line for each of the newest notes, `24 Oct: mx1 moved`, oldest first, and one about those left out."""
    shown, older = shown_notes(notes, most)
    labels = day_labels([day for day, _ in shown])
    lines = [f"{label}: {text}" for label, (_, text) in zip(labels, shown, strict=True)]
    return [f"… and {plural(older, 'older note')}", *lines] if older else lines


def figure(number: int) -> str:
    """`41,280`; `over 1,000,000,000,000,000` when it is larger than that."""
    return count(number) if number <= LARGEST_FIGURE else f"over {count(LARGEST_FIGURE)}"


def shortened(text: str, most: int) -> str:
    """Put text on one line of at most `most` characters without control or direction characters."""
    clean = printable(text[: 4 * most]).strip()
    return clean if len(clean) <= most else f"{clean[: most - 1].rstrip()}…"


def _noted(notes: Sequence[ChartNote]) -> list[str]:
    shown, older = shown_notes(notes, MOST_NOTES)
    labels = day_labels([day for day, _ in shown])
    said = [f"Noted {label}: {text.rstrip('.')}." for label, (_, text) in zip(labels, shown, strict=True)]
    return [*said, f"And {plural(older, 'older note')}."] if older else said


def _reach(chart: Chart) -> str:
    days = [bar.day for bar in chart.bars]
    first, last = min(days), max(days)
    labels = [f"{label} {day.year}" for label, day in zip(_labels(first, last), (first, last), strict=True)]
    return labels[0] if first == last else f"{labels[0]} to {labels[1]}"


def _labels(*days: date) -> list[str]:
    return [day_labels([day])[0] for day in days]


def _failed(failed: int, total: int) -> str:
    if not failed:
        return "none failed"
    return f"{figure(failed)} failed ({percent(Sessions(total - failed, failed).failure_rate)})"


def _worst_day(chart: Chart) -> str:
    worst = max(chart.bars, key=lambda bar: (bar.failed, -bar.day.toordinal()))
    if len(chart.bars) == 1:
        return ""
    total = max(worst.successful, 0) + worst.failed
    label, *_ = day_labels([worst.day, *(bar.day for bar in chart.bars)])
    return f"Most on {label}: {figure(worst.failed)} of {figure(total)}."


def _main_types(chart: Chart) -> list[str]:
    series = failure_series(binned(chart.bars, 1), MAIN_TYPES + 1)
    if not is_itemised(series):
        return []
    named = [f"{shortened(one.name, TYPE_CHARACTERS)} {figure(one.total)}" for one in series]
    return [f"By type: {listing(named, len(named))}."]
