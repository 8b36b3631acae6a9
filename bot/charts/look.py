"""How pictures of charts look: sizes in pixels, colours and hatches that stay apart for colour-blind eyes. Pure."""

from dataclasses import dataclass
from typing import Any

WIDTH = 800
"""Twice the width of a picture on a phone: text must be readable at half its size."""
DOTS_PER_INCH = 100
MARGIN = 22
LEFT = 84
"""Where the panels begin; the figures of the axis stand left of it."""
RIGHT = WIDTH - MARGIN
TEXT = 14.5
"""Points."""
HEADING = 16.5
LINE = 29
"""Pixels from one line of text to the next."""
SESSIONS_HEIGHT = 200
FAILURES_HEIGHT = 170
GAP = 16

PAPER = "#ffffff"
FRAME = "#c4cad0"
INK = "#1d2329"
FAINT_INK = "#4d565f"
GRID = "#dfe3e7"
NO_DATA = "#e9ecef"

MOST_BARS = 62
"""Two months by day, a year by week."""
MOST_SERIES = 6
MOST_NOTES = 6


@dataclass(frozen=True, slots=True)
class Paint:
    """The look of one kind of bar."""

    colour: str
    hatch: str = ""

    def style(self) -> dict[str, Any]:
        """Return it in matplotlib's words; the hatch is as light as the paper."""
        return {"facecolor": self.colour, "edgecolor": PAPER, "hatch": self.hatch, "linewidth": 0.0}


SECURE = Paint("#0072b2")
FAILED = Paint("#c44601", "////")
TYPES = (
    Paint("#c44601", "////"),
    Paint("#332288"),
    Paint("#2c9661", "..."),
    Paint("#af59c0", "xxx"),
    Paint("#573819", "\\\\\\\\"),
    Paint("#6e55e7", "---"),
)
"""For the failure types of a chart, the largest first."""
OTHER_TYPES = Paint("#4d565f", "|||")
NOT_ITEMISED = Paint("#87919b")
