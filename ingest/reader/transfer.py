"""Content-Transfer-Encodings, undone as far as the bytes allow (RFC 2045 section 6; uuencode)."""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_UUENCODE_NAMES = ("x-uuencode", "uuencode", "x-uue", "uue")
_UUENCODE_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_QUAD = 4


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """Return the decoded body; the body as it is under an unknown encoding, or under one that it does not have."""
    encoding = encoding.partition(";")[0].strip().strip('"').lower()
    if encoding == "base64":
        return _from_base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in _UUENCODE_NAMES:
        return _from_uuencode(body)
    return body


def _from_base64(body: bytes) -> bytes:
    """Decode up to the padding; where that is missing, what a mailing list put below is taken for data."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        symbols = _NOT_BASE64.sub(b"", body.partition(b"=")[0])
        if len(symbols) % _QUAD == 1:
            symbols = symbols[:-1]
        return binascii.a2b_base64(symbols + b"==")


def _from_uuencode(body: bytes) -> bytes:
    begin = _UUENCODE_BEGIN.search(body)
    if begin is None:
        return body
    pieces = []
    for line in body[begin.end() :].replace(b"\r\n", b"\n").split(b"\n"):
        if line == b"end":
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            pieces.append(_from_overlong_uuencode(line))
    return b"".join(pieces)


def _from_overlong_uuencode(line: bytes) -> bytes:
    """Decode a line with characters behind the length that it announces; nothing when it is no such line."""
    length = (line[0] - 32) & 63
    try:
        return binascii.a2b_uu(line[: 1 + (length * 4 + 2) // 3])
    except binascii.Error:
        return b""
