"""Sessions by day and failures by type as Slack's own bar charts, as a picture, and as lines of small bars."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.charts.bins import Bin, Series, binned, days_in_a_bin, failure_series, is_itemised
from bot.charts.labels import bin_labels, day_labels
from bot.charts.words import alt_text, note_lines
from bot.chat_text import clean_line, cut
from bot.slack.blocks import NOTHING, Block, context, plain, preformatted
from bot.slack.limits import (
    CHART_CATEGORIES,
    CHART_LABEL_CHARACTERS,
    CHART_LARGEST_VALUE,
    CHART_NOTE_CHARACTERS,
    CHART_NOTES,
    CHART_SERIES,
    CHART_TITLE_CHARACTERS,
    IMAGE_TITLE_CHARACTERS,
)
from commands.phrases import plural
from commands.reply import Chart

SECURE = "secure"
FAILED = "failed"
BY_TYPE = "Failed sessions by type"
CHART_BLOCK = "tlsrpt_chart"
"""How the ids of blocks begin in whose place a picture can stand."""
_NO_DATA = "·"
_STEPS = "▁▂▃▄▅▆▇█"


def native_charts(chart: Chart) -> list[Block]:
    """Draw `data_visualization` blocks: sessions, and failures by type where there are any; none without a day."""
    # Days without data are left out: Slack would draw them as days without sessions.
    bins = [each for each in binned(chart.bars, CHART_CATEGORIES) if each.days_with_data]
    if not bins:
        return []
    failures = _failures(bins)
    titled = [(_title(chart.title, chart, CHART_TITLE_CHARACTERS), _sessions(bins))]
    if failures:
        titled.append((_title(BY_TYPE, chart, CHART_TITLE_CHARACTERS), failures))
    labels = bin_labels(bins)
    return [_native(number, title, labels, series) for number, (title, series) in enumerate(titled)]


def text_chart(chart: Chart) -> list[Block]:
    """Draw the same with text: each line is scaled by its own largest value; none without a day."""
    return [block | {"block_id": f"{CHART_BLOCK}_0"} for block in preformatted(list(_lines(chart)))]


def picture_block(chart: Chart, file_id: str) -> Block:
    """Show a picture that was uploaded."""
    title = cut(clean_line(chart.title), IMAGE_TITLE_CHARACTERS)
    block = {"type": "image", "slack_file": {"id": file_id}, "alt_text": alt_text(chart)}
    return block | {"title": plain(title)} if title else block


def chart_notes(chart: Chart) -> list[Block]:
    """Tell the changes that were noted in the chart's days."""
    lines = [cut(clean_line(line), CHART_NOTE_CHARACTERS) for line in note_lines(chart.notes, CHART_NOTES)]
    return context(["Changes noted:", *lines] if lines else [])


def instead_of_charts(blocks: Sequence[Block], instead: Sequence[Block]) -> list[Block]:
    """Put other blocks in the place of the charts of a message."""
    places = [number for number, block in enumerate(blocks) if is_chart(block)]
    if not places:
        return list(blocks)
    others = [block for block in blocks if not is_chart(block)]
    return [*others[: places[0]], *instead, *others[places[0] :]]


def is_chart(block: Block) -> bool:
    """Tell whether a block draws a part of the chart."""
    return str(block.get("block_id", "")).startswith(CHART_BLOCK)


def _sessions(bins: Sequence[Bin]) -> list[Series]:
    secure, failed = (tuple(values) for values in zip(*((b.successful, b.failed) for b in bins), strict=True))
    return [Series(SECURE, secure), Series(FAILED, failed)]


def _failures(bins: Sequence[Bin]) -> list[Series]:
    series = failure_series(bins, CHART_SERIES)
    return series if is_itemised(series) else []


def _title(title: str, chart: Chart, most: int) -> str:
    days = days_in_a_bin(chart.bars, CHART_CATEGORIES)
    note = f", sums of {days} days" if days > 1 else ""
    return cut(clean_line(title) or "Sessions", most - len(note)) + note


def _native(number: int, title: str, labels: list[str], series: Sequence[Series]) -> Block:
    names = _names(series)
    return {
        "type": "data_visualization",
        "block_id": f"{CHART_BLOCK}_{number}",
        "title": title,
        "chart": {
            "type": "bar",
            "series": [_series(name, labels, one.values) for name, one in zip(names, series, strict=True)],
            "axis_config": {"categories": labels, "y_label": "sessions"},
        },
    }


def _names(series: Sequence[Series]) -> list[str]:
    """Shorten names to what Slack takes, and keep them apart."""
    names: list[str] = []
    for one in series:
        name = cut(clean_line(one.name), CHART_LABEL_CHARACTERS) or NOTHING
        numbered = (f"{cut(name, CHART_LABEL_CHARACTERS - 3)} {number}" for number in range(2, len(series) + 2))
        names.append(next(candidate for candidate in (name, *numbered) if candidate not in names))
    return names


def _series(name: str, labels: list[str], values: Sequence[int]) -> dict[str, Any]:
    points = [
        {"label": label, "value": min(value, CHART_LARGEST_VALUE)} for label, value in zip(labels, values, strict=True)
    ]
    return {"name": name, "data": points}


def _lines(chart: Chart) -> Iterator[str]:
    bins = binned(chart.bars, CHART_CATEGORIES)
    if not bins:
        return
    yield f"{_title(chart.title, chart, 2 * CHART_TITLE_CHARACTERS)}, {_reach(bins)}"
    yield from _small_bars(bins, _sessions(bins))
    failures = _failures(bins)
    if failures:
        yield BY_TYPE
        yield from _small_bars(bins, failures)


def _reach(bins: Sequence[Bin]) -> str:
    """Tell the days from the first to the last, and what is odd about them."""
    first, last = day_labels([bins[0].first, bins[-1].last])
    said = [first if first == last else f"{first} to {last}"]
    if len(bins) > 1 and bins[0].days < bins[-1].days:
        said.append(f"the first sum is of {plural(bins[0].days, 'day')}")
    if any(not each.days_with_data for each in bins):
        said.append(f"{_NO_DATA} no data")
    return ", ".join(said)


def _small_bars(bins: Sequence[Bin], series: Sequence[Series]) -> list[str]:
    names = [cut(clean_line(one.name), CHART_TITLE_CHARACTERS) for one in series]
    width = max(map(len, names))
    return [
        f"{name.ljust(width)} {_curve(bins, one.values)} most {cut(f'{max(one.values):,}', CHART_TITLE_CHARACTERS)}"
        for name, one in zip(names, series, strict=True)
    ]


def _curve(bins: Sequence[Bin], values: Sequence[int]) -> str:
    top = max(values)
    return "".join(
        _step(value, top) if each.days_with_data else _NO_DATA for each, value in zip(bins, values, strict=True)
    )


def _step(value: int, top: int) -> str:
    # Rounded up: one failure among thousands must not look like none.
    return _STEPS[-(-max(0, value) * (len(_STEPS) - 1) // top)] if top > 0 else _STEPS[0]
