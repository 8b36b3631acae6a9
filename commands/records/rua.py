"""Reads `rua=`: mail addresses and https URLs to which reports go (RFC 8460 section 3). Pure."""

import re
from urllib.parse import quote, unquote

from commands.question import UsageError
from commands.quoting import quoted
from commands.records.tlsrpt import mailto
from storage.domain_name import canonical_domain

FORMS = (
    "`rua=` takes mail addresses and https URLs, separated by commas: `rua=tls@example.net,https://example.net/tls`."
)
LONGEST_LOCAL_PART = 64
"""Octets (RFC 5321 section 4.5.3.1.1)."""
LAST_PORT = 65535
SAFE_IN_URL = "/?:@&=+$*'()~-._%"
"""What stays as it is. A comma, semicolon or exclamation mark would end the URI or the field: they are encoded."""

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+,;/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+,;/=?^_`{|}~-]+)*", re.ASCII)
"""As RFC 5321 section 4.1.2 has it, and the comma and semicolon, which some take without quotes and senders decode."""
_URL = re.compile(r"//(?P<host>[^/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?][^#]*)?", re.ASCII)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SIZE_OF_DMARC = re.compile(r"![0-9]+[kmgt]?", re.IGNORECASE | re.ASCII)


def read_rua(text: str) -> tuple[str, ...]:
    """Return the URIs, each once, in the order in which they were typed. Raises UsageError `bad-rua`."""
    pieces = list(filter(None, (piece.strip() for piece in text.split(","))))
    if not pieces:
        raise UsageError("bad-rua", f"`rua=` names nothing. {FORMS}")
    return tuple(dict.fromkeys(map(_destination, pieces)))


def _destination(piece: str) -> str:
    scheme, colon, rest = piece.partition(":")
    scheme = scheme.lower() if colon else ""
    if scheme == "https":
        return _https(rest, piece)
    if scheme == "mailto":
        return _mail(rest, piece)
    if not scheme and "@" in piece:
        return _mail(piece, piece)
    if scheme == "http":
        raise _bad(piece, "goes over http: reports are sent to https: and mailto: only")
    raise _bad(piece, "is neither a mail address nor an https URL (a comma within one is written %2C)")


def _mail(rest: str, piece: str) -> str:
    address, question, fields = rest.partition("?")
    if _BARE_PERCENT.search(rest):
        raise _bad(piece, "has a % that is not followed by two hexadecimal digits")
    local, _, domain = unquote(address).rpartition("@")
    if _SIZE_OF_DMARC.search(domain):
        raise _bad(piece, "ends with a size limit, which DMARC has and TLS-RPT has not: leave it out")
    host = canonical_domain(domain)
    if host is None or len(local) > LONGEST_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        raise _bad(piece, "is not a mail address such as tls@example.net")
    return mailto(f"{local}@{host}") + question + _encoded(fields)


def _https(rest: str, piece: str) -> str:
    found = _URL.fullmatch(rest)
    host = canonical_domain(found["host"]) if found else None
    port = int(found["port"] or 1) if found else 0
    if found is None or host is None or "%" in found["host"] or not 1 <= port <= LAST_PORT:
        raise _bad(piece, "is not an https URL such as https://example.net/tls, without password and #")
    if _BARE_PERCENT.search(found["rest"] or ""):
        raise _bad(piece, "has a % that is not followed by two hexadecimal digits")
    return f"https://{host}{':' + str(port) if found['port'] else ''}{_encoded(found['rest'] or '')}"


def _encoded(text: str) -> str:
    """Percent-encode what a URI or the record cannot hold; what is encoded already stays so (RFC 3986 section 2)."""
    return quote(text, safe=SAFE_IN_URL, errors="replace")


def _bad(piece: str, why: str) -> UsageError:
    return UsageError("bad-rua", f"{quoted(piece)} {why}. {FORMS}")
