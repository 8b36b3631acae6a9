"""What a mail's own head says of it: From and Subject, as strangers wrote them, bounded and on one line. Pure."""

import re

from commands.quoting import printable

MAIL = "message/rfc822"
BEGINNING = 64 * 1024
"""Bytes of a mail that are enough for its head."""
LONGEST_FIELD = 200
"""Characters of a header field of a stranger that are shown."""
_FIELD = re.compile(rb"^(from|subject):((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


def header_fields(media_type: str, beginning: bytes) -> list[tuple[str, str]]:
    """Return names and values, given the first bytes of an original; none where it is no mail."""
    if media_type != MAIL:
        return []
    end = _HEADER_END.search(beginning)
    head = beginning[: end.start() if end else None]
    found: dict[str, str] = {}
    for match in _FIELD.finditer(head):
        text = match[2][: 4 * LONGEST_FIELD].decode("utf-8", "replace")
        found.setdefault(match[1].decode().capitalize(), printable(" ".join(text.split()))[:LONGEST_FIELD])
    return [(name, value) for name, value in sorted(found.items()) if value]
