"""A line that somebody typed or pasted, cut into plain words."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from commands.question import UsageError

LONGEST_TEXT = 3_000
"""Characters: 40 MX hosts and more. The chats take longer lines, so that a longer one is refused and not cut."""
MOST_WORDS = 60

_CHAT_LINK = re.compile(r"<(?:mailto:)?([^<>|\s]*)(?:\|([^<>\s]*))?>", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://([^/?#\s]+)\S*", re.IGNORECASE)
_QUOTES = "\"'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a"
_INVISIBLE = "\u200b\u2060\ufeff"
_NAMES_OF_THE_BOT = ("/tlsrpt", "tlsrpt")


@dataclass(frozen=True, slots=True)
class Word:
    """A plain word, and where in the line it ends as it was typed."""

    text: str
    end: int


def words_of(line: str) -> list[Word]:
    """Return the words of a line, without the bot's own name in front, links and quotes around them.

    Raises UsageError `too-long` above `LONGEST_TEXT` characters.
    """
    if len(line) > LONGEST_TEXT:
        raise UsageError("too-long", f"That is too long: a question has at most {LONGEST_TEXT:,} characters.")
    typed = (Word(_plain(found[0]), found.end()) for found in re.finditer(r"\S+", line))
    words = [word for word in typed if word.text]
    if words and words[0].text.casefold() in _NAMES_OF_THE_BOT:
        return words[1:]
    return words


def refuse_too_many(words: Sequence[Word]) -> None:
    """Raise UsageError `too-long` above `MOST_WORDS` words."""
    if len(words) > MOST_WORDS:
        raise UsageError("too-long", f"That is too long: a question has at most {MOST_WORDS} words.")


def _plain(word: str) -> str:
    """Turn `<http://example.com|example.com>` into example.com; drop quotes and what cannot be seen."""
    word = "".join(character for character in word if not _invisible(character)).strip(_QUOTES)
    word = _CHAT_LINK.sub(lambda link: link[2] or link[1], word).strip(_QUOTES)
    if address := _WEB_ADDRESS.fullmatch(word):
        word = address[1]
    return word.rstrip(_QUOTES + ",;:")


def _invisible(character: str) -> bool:
    return character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cs"} or _turns_direction(character)


def _turns_direction(character: str) -> bool:
    return "\u200e" <= character <= "\u200f" or "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"
