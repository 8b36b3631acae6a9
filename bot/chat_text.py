"""Text from strangers made fit for a chat: visible characters only, and not too long. Counted in UTF-16 units."""

import re
from collections.abc import Iterable

from commands.invisible import made_visible

_BLANKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_LINE_ENDS = re.compile(r"\r\n|[\n\v\f\r\x85\u2028\u2029]")
LONGEST_LINE = 5_000


def clean_line(text: str) -> str:
    """Give one line of visible characters; what is not visible becomes U+FFFD, line ends become a blank.

    Reads no further than any part of a message could show.
    """
    return made_visible(_BLANKS.sub(" ", text[:LONGEST_LINE])).strip()


def clean_lines(text: str) -> list[str]:
    """Give lines of visible characters, with their indentation; without blank lines at the end."""
    lines = [made_visible(line.replace("\t", "    ")).rstrip() for line in _LINE_ENDS.split(text.rstrip())]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def length(text: str) -> int:
    """Count UTF-16 units, the larger one of the two ways in which a platform may count characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> str:
    """Shorten to `most` UTF-16 units; the last one is then an ellipsis. `most` is 1 or more."""
    if length(text) <= most:
        return text
    kept = text[: most - 1]
    while length(kept) > most - 1:
        kept = kept[:-1]
    return kept + "…"


def fitting(lines: Iterable[str], most: int) -> tuple[list[str], int]:
    """Keep the first lines that fit into `most` units with their line ends; tell how many were left out.

    Of the first line there is always something.
    """
    every = list(lines)
    kept: list[str] = []
    room = most
    for line in every:
        if kept and length(line) + 1 > room:
            break
        kept.append(cut(line, most))
        room -= length(kept[-1]) + 1
    return kept, len(every) - len(kept)


def and_more(count: int, what: str = "") -> str:
    """Say how many were left out."""
    return f"… and {count:,} more{f' {what}' if what else ''}"


def with_more(kept: list[str], left_out: int, what: str = "") -> list[str]:
    """Add the line that says how many were left out, when any were."""
    return [*kept, and_more(left_out, what)] if left_out else kept


def first_lines(lines: Iterable[str], most: int) -> str:
    """Join the lines that are not empty, up to the one that passes `most` characters; the others are not even made."""
    kept: list[str] = []
    for line in filter(None, lines):
        kept.append(line)
        most -= len(line) + 1
        if most < 0:
            break
    return "\n".join(kept)
