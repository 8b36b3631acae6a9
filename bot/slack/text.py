"""Text that Slack reads as its own markup: escaped where there is no plain text."""

from bot.chat_text import length

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escaped(text: str, most: int) -> str:
    """Escape the three characters that begin markup in Slack's text, and shorten without breaking an escape."""
    pieces: list[str] = []
    room = most - 1
    for character in text:
        piece = _ENTITIES.get(character, character)
        room -= length(piece)
        if room < 0:
            return "".join(pieces) + "…"
        pieces.append(piece)
    return "".join(pieces)
