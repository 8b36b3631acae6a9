"""Tag lists, the notation that DKIM signatures and keys share (RFC 6376 section 3.2)."""

import re

_NAME = re.compile(rb"[A-Za-z][A-Za-z0-9_]*")
_BLANKS = b" \t\r\n"


class TagListError(ValueError):
    """The text is no tag list."""


def read_tags(text: bytes) -> dict[str, bytes]:
    """Return the tags in their order, values without blanks around; empty pieces between semicolons are skipped.

    Raises TagListError on a piece without `=`, a bad name, or a name that comes twice.
    """
    tags: dict[str, bytes] = {}
    for piece in text.split(b";"):
        if not piece.strip(_BLANKS):
            continue
        raw_name, equals, value = piece.partition(b"=")
        if not equals or not _NAME.fullmatch(raw_name.strip(_BLANKS)):
            raise TagListError("a piece of the tag list has no name")
        name = raw_name.strip(_BLANKS).decode("ascii")
        if name in tags:
            raise TagListError(f"the tag {name[:16]} comes twice")
        tags[name] = value.strip(_BLANKS)
    return tags


def colon_list(value: bytes) -> tuple[str, ...]:
    """Return the words of a colon-separated value in lower case; empty ones and those that are not ASCII drop out."""
    words = (word.strip(_BLANKS).lower() for word in value.split(b":"))
    return tuple(word.decode("ascii") for word in words if word and word.isascii())
