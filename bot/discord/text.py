"""Text made literal for Discord: escaped where it reads markup, fenced where it shows code."""

import re

from bot.chat_text import clean_line, cut, length

__all__ = ["clean_line", "cut", "escaped", "fenced", "length"]

_MARKUP = re.compile(
    r"[\\*_`<>\[\]]"  # escapes, emphasis, code, mentions and times, masked links
    r"|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|"  # struck out, spoilers
    r"|:(?=\S)"  # links (`https:`) and names of emoji
    r"|@(?=everyone|here)|(?<=<)[@#]"
    r"|(?<=discord)\.(?=(?:gg|gift|new|com)/)|(?<=discordapp)\.(?=com/)"  # invitations, gifts, templates
    r"|^[-+#]",  # lists, headings, small print, quotes: at the beginning of a line
    re.IGNORECASE,
)
"""What begins or continues markup: with a backslash before it each of them is only itself."""
_NUMBERED = re.compile(r"\d+\.")
_FENCE = re.compile("`{3,}")
FENCE_CHARACTERS = len("```\n\n```")


def escaped(text: str, most: int) -> str:
    """Give one line in which Discord finds no markup, of at most `most` characters with all backslashes. Pure.

    No more is escaped than has to be: notifications show the backslashes.
    """
    line = clean_line(text)
    pieces: list[str] = []
    room = most - 1
    marks = {match.start() for match in _MARKUP.finditer(line)} | _dot_of_a_list(line)
    for position, character in enumerate(line):
        piece = f"\\{character}" if position in marks else character
        room -= length(piece)
        if room < 0:
            return "".join(pieces) + "…"
        pieces.append(piece)
    return "".join(pieces)


def fenced(lines: list[str]) -> str:
    """Give a code block; nothing in it is markup, and nothing can end it early."""
    body = _FENCE.sub(lambda match: "'" * len(match[0]), "\n".join(lines))
    return f"```\n{body}\n```"


def _dot_of_a_list(line: str) -> set[int]:
    """Find the dot of `12.` at the beginning of a line."""
    match = _NUMBERED.match(line)
    return {match.end() - 1} if match else set()
