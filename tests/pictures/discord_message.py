"""A Discord message as a picture: the payload of a golden file, drawn roughly as Discord draws it."""

import re
from pathlib import Path
from typing import Any

from PIL import Image

from tests.pictures.canvas import Page, Style

WIDTH = 620
LEFT, RIGHT = 72, WIDTH - 24
TEXT, DIM = "#dbdee1", "#b5bac1"
BODY = Style(size=13, colour=TEXT)
BOLD = Style(size=13, colour="#f2f3f5", bold=True)
SMALL = Style(size=11, colour=DIM)
CODE = Style(size=11, colour=TEXT, mono=True)
FIELDS_IN_A_ROW = 3
PADDING = 14
_PIECES = re.compile(r"```\n(.*?)\n```\n?", re.DOTALL)
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ESCAPE = re.compile(r"\\(.)")


def draw(message: dict[str, Any], chart: Image.Image | None, path: Path) -> None:
    """Draw a message and write it as a PNG. `chart` is what its first embed shows."""
    page = Page(WIDTH, "#313338")
    page.y = 16
    page.box(16, page.y, 56, page.y + 40, "#0b6e99", radius=20)
    page.y += 12
    page.text([("TLS", Style(size=12, colour="#ffffff", bold=True))], 23, 70)
    page.y = 16
    badge = Style(size=9, colour="#ffffff", bold=True, fill="#5865f2")
    page.text([("tlsrpt-bot ", BOLD), (" APP ", badge), ("   Today at 08:03", SMALL)], LEFT, RIGHT)
    page.y += 2
    _markdown(page, message["content"], LEFT, RIGHT)
    for embed in message["embeds"]:
        page.y += 8
        _embed(page, embed, chart)
    for row in message["components"]:
        page.y += 8
        _buttons(page, row["components"])
    page.y += 14
    page.save(path)


def _embed(page: Page, embed: dict[str, Any], chart: Image.Image | None) -> None:
    """Draw it twice: the first time shows how tall the card is."""
    top = page.y
    _embed_content(page, embed, chart)
    bottom = page.y + 10
    page.box(LEFT, top, RIGHT, bottom, "#2b2d31", radius=4)
    page.box(LEFT, top, LEFT + 4, bottom, f"#{embed.get('color', 0x1E1F22):06x}", radius=2)
    page.y = top
    _embed_content(page, embed, chart)
    page.y = bottom


def _embed_content(page: Page, embed: dict[str, Any], chart: Image.Image | None) -> None:
    left, right = LEFT + PADDING, RIGHT - PADDING
    page.y += 10
    if "description" in embed:
        _markdown(page, embed["description"], left, right)
    _fields(page, embed.get("fields", []), left, right)
    if "image" in embed and chart is not None:
        page.y += 8
        page.paste(chart, left, right - left)
    if "footer" in embed:
        page.y += 6
        page.text([(embed["footer"]["text"], SMALL)], left, right)


def _fields(page: Page, fields: list[dict[str, Any]], left: float, right: float) -> None:
    width = (right - left) / FIELDS_IN_A_ROW
    for number in range(0, len(fields), FIELDS_IN_A_ROW):
        page.y += 6
        top = bottom = page.y
        for column, field in enumerate(fields[number : number + FIELDS_IN_A_ROW]):
            page.y = top
            x = left + column * width
            page.text([(_plain(field["name"]), BOLD)], x, x + width - 6)
            page.text([(_plain(field["value"]), BODY)], x, x + width - 6)
            bottom = max(bottom, page.y)
        page.y = bottom


def _markdown(page: Page, text: str, left: float, right: float) -> None:
    """Draw bold text and code blocks; escapes are taken out, as Discord does."""
    for number, piece in enumerate(_PIECES.split(text)):
        if number % 2:
            _code_block(page, piece, left, right)
        elif piece.strip("\n"):
            parts = enumerate(_BOLD.split(piece.strip("\n")))
            page.text([(_plain(part), BOLD if place % 2 else BODY) for place, part in parts], left, right)


def _code_block(page: Page, text: str, left: float, right: float) -> None:
    lines = text.split("\n")
    top = page.y + 2
    height = len(lines) * CODE.size * 1.4 + 12
    page.box(left, top, right, top + height, "#1e1f22", radius=4)
    page.y = top + 6
    for line in lines:
        page.text([(line, CODE)], left + 8, 10 * right)
    page.y = top + height + 4


def _buttons(page: Page, buttons: list[dict[str, Any]]) -> None:
    x, top = float(LEFT), page.y
    for button in buttons:
        width = page.measure(button["label"], BOLD) + 28
        page.box(x, top, x + width, top + 30, "#4e5058", radius=4)
        page.y = top + 7
        page.text([(button["label"], BOLD)], x + 14, x + width + 20)
        x += width + 8
    page.y = top + 30


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
