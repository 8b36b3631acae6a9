"""Domain names: one spelling to store and compare (lower-case A-labels), and one to show to people."""

import re

import idna

UNKNOWN_DOMAIN = "unknown"
"""Under this name stands what names no domain, or something that is none."""
_MAX_LENGTH = 253
_ASCII_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_ALL_DIGITS_LAST = re.compile(r"(?:.*\.)?[0-9]+")


def canonical_domain(text: str) -> str | None:
    """Return the name in lower case, as A-labels (RFC 5890), without blanks around it or a trailing dot.

    None when the text is no domain name: labels of 1 to 63 and names of up to 253 octets (RFC 1035 section 2.3.4),
    underscores allowed, the last label not a number (that would be an address).
    """
    if len(text) > 2 * _MAX_LENGTH:
        return None
    name = text.strip().lower().removesuffix(".")
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").removesuffix(".")
        except UnicodeError:
            return None
    if len(name) > _MAX_LENGTH or not _ASCII_NAME.fullmatch(name) or _ALL_DIGITS_LAST.fullmatch(name):
        return None
    return name


def display_domain(name: str) -> str:
    """Return the A-label form, followed by the U-label form in brackets where there is a valid one (RFC 5891)."""
    if "xn--" not in name:
        return name
    try:
        readable = idna.decode(name)
        same = idna.encode(readable).decode("ascii") == name
    except UnicodeError:
        return name
    if same and readable != name and readable.isprintable():
        return f"{name} ({readable})"
    return name
