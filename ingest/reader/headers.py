"""The few header fields that the reader wants, of a mail or of one of its parts (RFC 5322, RFC 2045)."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import collapse_rfc2231_value, decode_params, unquote

Headers = dict[str, str]
"""Field values, unfolded, by name in lower case. Of several fields of one name the first; of several From none."""

_MAX_VALUE = 4_000
_WANTED = {
    name.encode(): name
    for name in (
        "auto-submitted",
        "content-disposition",
        "content-transfer-encoding",
        "content-type",
        "contenttype",  # as a mail gateway spells it
        "date",
        "from",
        "precedence",
        "subject",
        "tls-report-domain",
        "tls-report-submitter",
        "x-autoreply",
    )
}
_FIRST_FIELD = re.compile(rb"(?:>?From [^\n]*\n)?[A-Za-z][A-Za-z0-9_-]*[ \t]*:")
_EMPTY_LINE = re.compile(rb"\r?\n")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def split_head(text: bytes, begin: int, end: int, max_header_bytes: int) -> tuple[Headers, int]:
    """Return the wanted header fields of the mail or part at `begin`, and where its body begins.

    An entity may lack either.
    """
    if not _FIRST_FIELD.match(text, begin, end):
        empty_line = _EMPTY_LINE.match(text, begin, end)
        return {}, empty_line.end() if empty_line else begin
    blank = _BLANK_LINE.search(text, begin, end)
    head_end, body_begin = blank.span() if blank else (end, end)
    return _read_fields(text[begin : min(head_end, begin + max_header_bytes)]), body_begin


def _read_fields(head: bytes) -> Headers:
    unfolded = head.replace(b"\r\n", b"\n").replace(b"\n ", b" ").replace(b"\n\t", b"\t")
    fields: Headers = {}
    for line in unfolded.split(b"\n"):
        name, _, value = line.partition(b":")
        word = _WANTED.get(name.strip().lower())
        if word is None:
            continue
        if word not in fields:
            fields[word] = value[:_MAX_VALUE].decode("utf-8", "replace").strip()
        elif word == "from":
            fields[word] = ""
    if "contenttype" in fields:
        fields.setdefault("content-type", fields["contenttype"])
    return fields


def media_type(headers: Headers) -> str:
    """Return `type/subtype` in lower case; empty when there is none."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a structured field, RFC 2231 pieces joined and decoded."""
    found: dict[str, str] = {}
    for name, quoted, token in _PARAMETER.findall(value):
        found.setdefault(name.lower(), _ESCAPED.sub(r"\1", quoted) if quoted else token.strip())
    if any("*" in name for name in found):
        found |= _joined(found)
    return found


def _joined(pieces: dict[str, str]) -> dict[str, str]:
    try:
        joined = decode_params([("", ""), *pieces.items()])
    except (ValueError, TypeError):  # a piece number of thousands of digits, or some pieces without one
        return {}
    return {
        name: unquote(collapse_rfc2231_value(value))
        for name, value in joined[1:]
        if isinstance(value, tuple) or name not in pieces
    }


def decoded_words(text: str) -> str:
    """Decode RFC 2047 words; the text as it is where they are malformed."""
    if "=?" not in text:
        return text
    try:
        return "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "utf-8", "replace")
            for piece, charset in decode_header(text)
        )
    except (HeaderParseError, LookupError, ValueError):
        return text
