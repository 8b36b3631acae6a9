"""Characters that show nothing, turn a line round, or belong to no text: a name with one looks like another name."""

import re

REPLACEMENT = "\ufffd"
_RANGES = (
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # formats
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # letters and signs that show nothing
    "\ud800-\udfff\ufdd0-\ufdef"  # halves of pairs and noncharacters, which no JSON reader has to take
    "\U000e0000-\U000e0fff"  # tags, and selectors of variants
)
_NONCHARACTERS = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
_INVISIBLE = re.compile(f"[{_RANGES}{_NONCHARACTERS}]")


def made_visible(text: str) -> str:
    """Put U+FFFD in the place of each of them.

    The joiners that Persian and Indic names are written with stay, so that a name can still be copied.
    """
    return _INVISIBLE.sub(REPLACEMENT, text)
