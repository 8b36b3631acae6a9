"""A page that grows downwards: runs of text that wrap, boxes and circles. For pictures of chat messages in the docs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

SCALE = 2
"""Pixels for each point, so that pictures are sharp on dense screens."""
TALLEST = 3_000
LINE = 1.4
SIGNS = {"🔴": "#d92d3a", "🟢": "#2e9e5b", "🟡": "#e0a100", "⚪": "#9aa0a6", "🔵": "#3b74d9", "\u2139": "#3b74d9"}
JOINERS = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks. Sizes in points."""

    size: float = 13
    colour: str = "#1d1c1d"
    bold: bool = False
    mono: bool = False
    fill: str = ""
    """Background behind the text; none when empty."""


@cache
def font(size: float, bold: bool, mono: bool) -> ImageFont.FreeTypeFont:
    name = f"DejaVuSans{'Mono' if mono else ''}{'-Bold' if bold else ''}.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), size * SCALE)


class Page:
    """Draws from top to bottom. All measures in points; `y` is where the next thing goes."""

    def __init__(self, width: float, background: str) -> None:
        self.width = width
        self.y = 0.0
        self._image = Image.new("RGB", (round(width * SCALE), TALLEST * SCALE), background)
        self._draw = ImageDraw.Draw(self._image)

    def text(self, runs: list[tuple[str, Style]], left: float, right: float) -> None:
        """Draw runs that follow each other, wrapped between two margins; line ends begin a new line."""
        x = left
        line = max((style.size for _, style in runs), default=13) * LINE
        for text, style in runs:
            for number, paragraph in enumerate(text.split("\n")):
                if number:
                    x, self.y = left, self.y + line
                for word in _words(paragraph):
                    width = self.measure(word, style)
                    if x > left and x + width > right:
                        x, self.y = left, self.y + line
                        word = word.lstrip(" ")  # noqa: PLW2901 - a blank at a line's beginning is none
                        width = self.measure(word, style)
                    self._word(word, style, x)
                    x += width
        self.y += line

    def measure(self, text: str, style: Style) -> float:
        """Return the width of a text on one line."""
        signs = sum(text.count(sign) for sign in SIGNS)
        bare = "".join(character for character in text if character not in SIGNS and character not in JOINERS)
        return font(style.size, style.bold, style.mono).getlength(bare) / SCALE + signs * style.size

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, **more: object) -> None:
        """Draw a box with rounded corners; `outline` and `radius` may be given."""
        corners = [round(one * SCALE) for one in (left, top, right, bottom)]
        radius = round(float(str(more.get("radius", 4))) * SCALE)
        outline = more.get("outline")
        self._draw.rounded_rectangle(corners, radius, fill=fill or None, outline=str(outline) if outline else None)

    def paste(self, picture: Image.Image, left: float, width: float) -> None:
        """Put a picture in, scaled to a width."""
        height = picture.height * width / picture.width
        fitted = picture.convert("RGB").resize((round(width * SCALE), round(height * SCALE)), Image.Resampling.LANCZOS)
        self._image.paste(fitted, (round(left * SCALE), round(self.y * SCALE)))
        self.y += height

    def save(self, path: Path) -> None:
        """Write what was drawn, and no more, as a PNG."""
        whole = self._image.crop((0, 0, self._image.width, round(self.y * SCALE)))
        whole.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)

    def _word(self, word: str, style: Style, x: float) -> None:
        if style.fill and word.strip():
            left = x if word.startswith(" ") else x - 2
            self.box(
                left, self.y - 1, x + self.measure(word, style) + 1, self.y + style.size * 1.3, style.fill, radius=2
            )
        for character in word:
            if character in SIGNS:
                top = self.y + style.size * 0.1
                circle = [x, top, x + style.size * 0.8, top + style.size * 0.8]
                self._draw.ellipse([round(one * SCALE) for one in circle], fill=SIGNS[character])
                x += style.size
            elif character not in JOINERS:
                place = (round(x * SCALE), round(self.y * SCALE))
                face = font(style.size, style.bold, style.mono)
                self._draw.text(place, character, font=face, fill=style.colour)
                x += face.getlength(character) / SCALE


def _words(text: str) -> list[str]:
    """Split before each blank, so that a word carries the blank in front of it."""
    pieces = text.split(" ")
    return [pieces[0], *(f" {piece}" for piece in pieces[1:])]
