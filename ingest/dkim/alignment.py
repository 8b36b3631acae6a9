"""Domain names of a mail, and whether its signer may speak for its author (RFC 7489 section 3.1.1, relaxed)."""

import re

import idna
from publicsuffixlist import PublicSuffixList

MAX_NAME_LENGTH = 253
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


def dns_labels(text: str) -> str | None:
    """Return dot-separated ASCII labels in lower case; None when the text is no such name."""
    name = text.lower()
    if len(name) > MAX_NAME_LENGTH or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return None
    return name


def domain_name(text: str) -> str | None:
    """Return a domain, given as U-label or A-label in any case, as lower-case A-label; None when it is none.

    Addresses (`192.0.2.1`) are no domains; a trailing dot is dropped.
    """
    name = text.removesuffix(".")
    if len(name) > MAX_NAME_LENGTH:
        return None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except UnicodeError:
            return None
    checked = dns_labels(name)
    return None if checked is None or checked.rpartition(".")[2].isdecimal() else checked


def are_aligned(signer: str, author: str, suffixes: PublicSuffixList) -> bool:
    """Tell whether two A-label domains have one organisational domain; a public suffix (`co.uk`) has none."""
    organisation = suffixes.privatesuffix(signer)
    return organisation is not None and organisation == suffixes.privatesuffix(author)
