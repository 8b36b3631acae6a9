"""The few kinds of block that messages are made of; all text in them is literal."""

from typing import Any

from bot.chat_text import length

Block = dict[str, Any]

NOTHING = "—"
"""Stands where Slack refuses an empty text."""


def plain(text: str) -> Block:
    """Give a text object in which `:words:` are no emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def words(text: str, *, bold: bool = False, code: bool = False) -> Block:
    """Give an element of rich text."""
    style = {name: True for name, wanted in (("bold", bold), ("code", code)) if wanted}
    return {"type": "text", "text": text, "style": style} if style else {"type": "text", "text": text}


def section(*elements: Block) -> Block:
    """Give a paragraph of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def rich_text(*elements: Block) -> Block:
    """Give a block of paragraphs."""
    return {"type": "rich_text", "elements": list(elements)}


def code_lines(lines: list[str]) -> Block:
    """Give a paragraph of lines to copy."""
    return {"type": "rich_text_preformatted", "elements": [words("\n".join(lines))]}


def preformatted(lines: list[str]) -> list[Block]:
    """Give a block of lines to copy; none for no lines."""
    return [rich_text(code_lines(lines))] if lines else []


def context(lines: list[str]) -> list[Block]:
    """Give a block of small print; none for no lines."""
    return [{"type": "context", "elements": [plain("\n".join(lines))]}] if lines else []


_COUNTED = ("text", "title", "label")


def characters(part: Any) -> int:
    """Count the characters that people read in a part of a message."""
    if isinstance(part, list):
        return sum(map(characters, part))
    if not isinstance(part, dict):
        return 0
    here = sum(length(value) for name, value in part.items() if name in _COUNTED and isinstance(value, str))
    return here + sum(map(characters, part.values()))
