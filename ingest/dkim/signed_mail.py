"""A mail as its signatures see it: the header fields in order, and hashes of the canonical body (RFC 6376 section 3.4).

dkimpy's own canonicalisation takes time by the square of a run of blanks; this one is linear.
"""

import hashlib
import re
from dataclasses import dataclass

MAX_HEADER_BYTES = 128 * 1024
MAX_HEADER_LINES = 2000
_EMPTY_LINE = re.compile(rb"^\r?\n", re.MULTILINE)
_SIGNATURE_FIELD = re.compile(rb"^dkim-signature[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+):(.*)", re.DOTALL)


class UnreadableMailError(Exception):
    """The header section is too large or not made of header fields; the message says which."""


@dataclass(frozen=True, slots=True)
class SignedMail:
    """Header fields, and where the body starts in the raw bytes."""

    fields: tuple[tuple[bytes, bytes], ...]
    """Name as sent; everything after the colon, line ends as CRLF, the last one included."""
    body_start: int

    def values(self, name: bytes) -> tuple[bytes, ...]:
        """Return the raw values of all fields of a lower-case name, topmost first."""
        return tuple(value for field, value in self.fields if field.lower() == name)


def carries_signature(raw: bytes) -> bool:
    """Tell, at the cost of one look at the header section, whether there is a DKIM-Signature field."""
    return _SIGNATURE_FIELD.search(raw, 0, _sections(raw)[0]) is not None


def read_mail(raw: bytes) -> SignedMail:
    """Split the header section of a mail with CRLF or bare LF; raises UnreadableMailError."""
    header_end, body_start = _sections(raw)
    if header_end > MAX_HEADER_BYTES:
        raise UnreadableMailError(f"the header section is larger than {MAX_HEADER_BYTES // 1024} kB")
    lines = raw[:header_end].split(b"\n")
    if len(lines) > MAX_HEADER_LINES:
        raise UnreadableMailError(f"the header section has more than {MAX_HEADER_LINES} lines")
    return SignedMail(_fields(lines), body_start)


def _sections(raw: bytes) -> tuple[int, int]:
    """Return where the header section ends (past the limit if it does not), and where the body starts."""
    empty_line = _EMPTY_LINE.search(raw, 0, MAX_HEADER_BYTES + 2)
    if empty_line is None:
        return min(len(raw), MAX_HEADER_BYTES + 1), len(raw)
    return empty_line.span()


def _fields(lines: list[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    fields: list[list[bytes]] = []
    for number, line in enumerate(lines):
        text = line.removesuffix(b"\r")
        if text[:1] in (b" ", b"\t") and fields:
            fields[-1].append(text)
        elif text and not (number == 0 and text.startswith(b"From ")):
            fields.append([text])
    return tuple(_field(b"\r\n".join(parts) + b"\r\n") for parts in fields)


def _field(text: bytes) -> tuple[bytes, bytes]:
    found = _FIELD.match(text)
    if found is None:
        raise UnreadableMailError("a line of the header section is no header field")
    return found[1], found[2]


class BodyHashes:
    """SHA-256 of a body in either canonical form, each computed once, on first use."""

    def __init__(self, body: bytes) -> None:
        self._body = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        self._hashes: dict[bool, bytes] = {}

    def sha256(self, *, relaxed: bool) -> bytes:
        """Return the digest of the relaxed (section 3.4.4) or simple (3.4.3) form."""
        if relaxed not in self._hashes:
            form = relaxed_body(self._body) if relaxed else simple_body(self._body)
            self._hashes[relaxed] = hashlib.sha256(form).digest()
        return self._hashes[relaxed]


def simple_body(body: bytes) -> bytes:
    """Return a body with CRLF line ends without empty lines at its end; an empty one is one CRLF."""
    return _without_empty_lines_at_end(body) or b"\r\n"


def relaxed_body(body: bytes) -> bytes:
    """Return a body with CRLF line ends with its blanks folded to one, none before a line end, no empty lines last."""
    folded = body.replace(b"\t", b" ")
    while b"  " in folded:
        folded = folded.replace(b"  ", b" ")
    return _without_empty_lines_at_end(folded.replace(b" \r\n", b"\r\n"))


def _without_empty_lines_at_end(body: bytes) -> bytes:
    """Cut all but one CRLF from the end, adding it where it is missing; nothing stays of a body of empty lines."""
    kept = body.rstrip(b"\r\n")
    tail = body[len(kept) :]
    if tail.endswith(b"\r"):
        return body + b"\r\n"
    kept += tail[: tail.rfind(b"\r\r") + 1]
    return kept + b"\r\n" if kept else b""
