"""A Slack message as a picture: the blocks of a golden file, drawn roughly as Slack draws them."""

from pathlib import Path
from typing import Any

from tests.pictures.canvas import Page, Style

WIDTH = 640
LEFT, RIGHT = 64, WIDTH - 20
GREY = "#616061"
LINE_COLOUR = "#dddddd"
SECURE, GREEN = "secure", "#2e9e5b"
SERIES = ("#d92d3a", "#e0a100", "#3b74d9", "#8e44ad", "#7f8c8d", "#16a085")
BODY = Style()
BOLD = Style(bold=True)
SMALL = Style(size=11, colour=GREY)
CODE = Style(size=12, colour="#b0304f", mono=True, fill="#f4f4f4")
PREFORMATTED = Style(size=11, mono=True)
CHART_HEIGHT = 110


def draw(message: dict[str, Any], path: Path) -> None:
    """Draw a message with its blocks and write it as a PNG."""
    page = Page(WIDTH, "#ffffff")
    page.y = 16
    page.box(16, page.y, 52, page.y + 36, "#0b6e99", radius=6)
    page.y += 9
    page.text([("TLS", Style(size=12, colour="#ffffff", bold=True))], 21, 60)
    page.y = 16
    page.text(
        [("tlsrpt-bot ", BOLD), (" APP ", Style(size=9, colour=GREY, fill="#eeeeee")), ("  08:03", SMALL)], LEFT, RIGHT
    )
    for block in message["blocks"]:
        page.y += 7
        _BLOCKS[block["type"]](page, block)
    page.y += 14
    page.save(path)


def _header(page: Page, block: dict[str, Any]) -> None:
    page.text([(block["text"]["text"], Style(size=16, bold=True))], LEFT, RIGHT)


def _rich_text(page: Page, block: dict[str, Any]) -> None:
    for part in block["elements"]:
        if part["type"] == "rich_text_preformatted":
            _preformatted(page, "".join(one["text"] for one in part["elements"]))
        else:
            page.text([(one.get("text", ""), _style(one)) for one in part["elements"]], LEFT, RIGHT)


def _style(element: dict[str, Any]) -> Style:
    style = element.get("style", {})
    if style.get("code"):
        return CODE
    return BOLD if style.get("bold") else BODY


def _preformatted(page: Page, text: str) -> None:
    page.y += 4
    lines = text.split("\n")
    height = len(lines) * PREFORMATTED.size * 1.4 + 12
    page.box(LEFT, page.y, RIGHT, page.y + height, "#f8f8f8", outline=LINE_COLOUR)
    top = page.y
    page.y += 6
    for line in lines:
        page.text([(line, PREFORMATTED)], LEFT + 8, 10 * RIGHT)
    page.y = top + height + 2


def _section(page: Page, block: dict[str, Any]) -> None:
    """Two columns of label and value."""
    middle = (LEFT + RIGHT) / 2
    fields = [field["text"].partition("\n") for field in block["fields"]]
    for number in range(0, len(fields), 2):
        top = bottom = page.y
        for (label, _, value), left in zip(fields[number : number + 2], (LEFT, middle), strict=False):
            page.y = top
            page.text([(label, SMALL)], left, middle if left == LEFT else RIGHT)
            page.text([(value, BODY)], left, middle if left == LEFT else RIGHT)
            bottom = max(bottom, page.y)
        page.y = bottom + 3


def _table(page: Page, block: dict[str, Any]) -> None:
    rows = [[cell["text"] for cell in row] for row in block["rows"]]
    settings = block.get("column_settings", [])
    edges = _edges(page, rows)
    for number, row in enumerate(rows):
        top = bottom = page.y
        for column, cell in enumerate(row):
            page.y = top + 4
            style = Style(size=11, bold=number == 0)
            is_right = settings[column : column + 1] and settings[column].get("align") == "right"
            left = edges[column + 1] - 8 - page.measure(cell, style) if is_right else edges[column] + 8
            page.text([(cell, style)], left, edges[column + 1] + 2)
            bottom = max(bottom, page.y)
        page.box(LEFT, top, edges[-1], bottom + 1, "", outline=LINE_COLOUR, radius=0)
        page.y = bottom + 1


def _edges(page: Page, rows: list[list[str]]) -> list[float]:
    """Give each column its longest word, and its share of the room that is left."""
    columns = list(zip(*rows, strict=True))
    least = [
        max(page.measure(word, SMALL) for cell in column for word in cell.split() or [""]) + 18 for column in columns
    ]
    wanted = [max(page.measure(cell, SMALL) for cell in column) + 18 for column in columns]
    missing = sum(wanted) - sum(least)
    share = min(1.0, max(0.0, RIGHT - LEFT - sum(least)) / missing) if missing else 0.0
    edges = [float(LEFT)]
    for small, large in zip(least, wanted, strict=True):
        edges.append(edges[-1] + small + (large - small) * share)
    return edges


def _chart(page: Page, block: dict[str, Any]) -> None:
    """Stacked bars with a legend."""
    page.text([(block["title"], BOLD)], LEFT, RIGHT)
    series = block["chart"]["series"]
    colours = _colours(series)
    columns = list(zip(*([point["value"] for point in one["data"]] for one in series), strict=True))
    top, bottom = page.y + 6, page.y + 6 + CHART_HEIGHT
    step = (RIGHT - LEFT) / len(columns)
    highest = max(1, *(sum(values) for values in columns))
    for number, values in enumerate(columns):
        foot = bottom
        for value, colour in zip(values, colours, strict=True):
            height = value * (bottom - top) / highest
            if value:
                left = LEFT + number * step
                page.box(left + 3, foot - max(height, 1), left + step - 3, foot, colour, radius=1)
            foot -= height
    page.box(LEFT, bottom, RIGHT, bottom + 0.5, LINE_COLOUR, radius=0)
    page.y = bottom + 4
    labels = block["chart"]["axis_config"]["categories"]
    page.text([(labels[0], SMALL)], LEFT, RIGHT)
    page.y -= SMALL.size * 1.4
    page.text([(labels[-1], SMALL)], RIGHT - page.measure(labels[-1], SMALL), RIGHT + 20)
    page.text(
        [
            run
            for one, colour in zip(series, colours, strict=True)
            for run in (("■ ", Style(11, colour)), (f"{one['name']}   ", SMALL))
        ],
        LEFT,
        RIGHT,
    )


def _colours(series: list[dict[str, Any]]) -> list[str]:
    others = iter(SERIES)
    return [GREEN if one["name"] == SECURE else next(others) for one in series]


def _context(page: Page, block: dict[str, Any]) -> None:
    for element in block["elements"]:
        page.text([(element["text"], SMALL)], LEFT, RIGHT)


def _actions(page: Page, block: dict[str, Any]) -> None:
    x = float(LEFT)
    page.y += 4
    top = page.y
    for button in block["elements"]:
        label = button["text"]["text"]
        width = page.measure(label, BOLD) + 24
        page.box(x, top, x + width, top + 28, "#ffffff", outline="#bbbbbb")
        page.y = top + 6
        page.text([(label, BOLD)], x + 12, x + width + 20)
        x += width + 8
    page.y = top + 30


_BLOCKS = {
    "header": _header,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
    "data_visualization": _chart,
    "context": _context,
    "actions": _actions,
}
