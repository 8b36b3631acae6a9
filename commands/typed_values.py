"""What one word of a question may mean, by what it looks like. Pure."""

import re
import unicodedata
from collections.abc import Iterable

from commands.period import looks_like_period
from commands.question import UsageError
from commands.quoting import JOINERS, quoted
from commands.result_types import is_known, normal_name
from storage.domain_name import canonical_domain

LARGEST_NUMBER = 2**63 - 1
LARGEST_PAGE = 10_000
LONGEST_NAME_WORDS = 6
"""Words of a result type that may be typed with blanks between them."""
LONGEST_FREE_TEXT = 300
"""Characters of a text that is kept as it was typed."""
PAGE = "page"

_NUMBER = re.compile(r"#?(\d{1,400})", re.ASCII)
_DIGITS = re.compile(r"\d{1,400}", re.ASCII)
_PAGE_APART = re.compile(rf"(?<!\S){PAGE}(?:\s*=\s*|\s+)(?=\d+(?!\S))", re.ASCII | re.IGNORECASE)
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs"})


def number(word: str) -> int | None:
    """Return the number of something, `17` or `#17`. Raises UsageError `bad-number` for one that nothing has."""
    match = _NUMBER.fullmatch(word)
    if match is None:
        return None
    value = int(match[1])
    if not 1 <= value <= LARGEST_NUMBER:
        raise UsageError("bad-number", f"{quoted(word)} is not the number of anything.")
    return value


def page(word: str) -> int | None:
    """Return the page that `page=2` means. Raises UsageError `bad-page` for one that cannot be."""
    name, equals, value = word.partition("=")
    if name.casefold() != PAGE or not equals:
        return None
    if not _DIGITS.fullmatch(value) or not 1 <= int(value) <= LARGEST_PAGE:
        raise UsageError("bad-page", f"{quoted(value)} is no page: a page is a number from 1 to {LARGEST_PAGE:,}.")
    return int(value)


def with_pages_joined(words: Iterable[str]) -> list[str]:
    """Make `page 2` and `page = 2` one word."""
    return _PAGE_APART.sub(f"{PAGE}=", " ".join(words)).split()


def with_types_joined(words: list[str]) -> Iterable[str]:
    """Make `certificate expired` one word, where the words together are a type that is known."""
    position = 0
    while position < len(words):
        for length in range(LONGEST_NAME_WORDS, 0, -1):
            joined = "-".join(words[position : position + length])
            if length == 1 or is_known(joined):
                yield joined
                position += length
                break


def result_type(word: str) -> str | None:
    """Return the normal name of what is a known type, or is written like one: a hyphen, no dot."""
    name = normal_name(word)
    return name if is_known(name) or ("-" in name and may_name_a_type(word)) else None


def may_name_a_type(word: str) -> bool:
    return not any(mark in word for mark in ".=@/") and not looks_like_period(word)


def domain(word: str) -> str | None:
    """Return the domain of a name or of a mail address."""
    return canonical_domain(word.rpartition("@")[2])


def free_text(typed: str, name: str) -> str:
    """Return a text as it was typed, on one line, without what cannot be seen. Raises UsageError `too-long`."""
    text = "".join(map(_kept, typed)).strip()
    if len(text) > LONGEST_FREE_TEXT:
        message = f"{name} has at most {LONGEST_FREE_TEXT} characters; this one has {len(text)}."
        raise UsageError("too-long", message)
    return text


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNPRINTABLE and character not in JOINERS else character
