"""Who a mail claims to be from: the domain of the one address in its one From header (RFC 5322 section 3.6.2)."""

import re
from collections.abc import Sequence

from ingest.dkim.alignment import domain_name

MAX_FROM_BYTES = 4096
_NAME_AND_ADDRESS = re.compile(r"[^<>]*<([^<>]*)>")


class UnclearAuthorError(Exception):
    """The From header does not name exactly one author; the message says why."""


def author_domain(values: Sequence[bytes]) -> str:
    """Return the author's domain as lower-case A-label, from the raw values of all From headers.

    Raises UnclearAuthorError when there is not exactly one header with exactly one address with a domain.
    """
    if len(values) != 1:
        raise UnclearAuthorError(
            "the mail has no From header" if not values else f"the mail has {len(values)} From headers"
        )
    if len(values[0]) > MAX_FROM_BYTES:
        raise UnclearAuthorError(f"the From header is longer than {MAX_FROM_BYTES} bytes")
    text = _without_quotes_and_comments(values[0].decode("utf-8", "replace")).strip()
    if any(separator in text for separator in ",;:"):
        raise UnclearAuthorError("the From header names several addresses or a group")
    domain = _domain_of(text)
    if domain is None:
        raise UnclearAuthorError("the From header holds no readable address")
    return domain


def _domain_of(text: str) -> str | None:
    named = _NAME_AND_ADDRESS.fullmatch(text)
    local, _, domain = (named[1] if named else text).strip().rpartition("@")
    if not local or any(character.isspace() or character in "@<>" for character in local):
        return None
    return domain_name(domain)


def _without_quotes_and_comments(text: str) -> str:
    """Drop comments, which nest, and put a letter for each quoted string: what is left has only structure."""
    kept: list[str] = []
    depth = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = character != '"'
        elif character == "(":
            depth += 1
        elif depth:
            depth -= character == ")"
        elif character == '"':
            quoted = True
            kept.append("q")
        else:
            kept.append(character)
    if quoted or depth:
        raise UnclearAuthorError("a quotation or comment in the From header does not end")
    return "".join(kept)
