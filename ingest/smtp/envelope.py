"""Mail addresses of the SMTP envelope: reading them, and telling which are ours."""

import re
from enum import StrEnum

from storage.domain_name import canonical_domain

MAX_ADDRESS = 320
"""Octets of local part, `@` and domain (RFC 5321 section 4.5.3.1: 64 + 1 + 255)."""
NULL_PATH = "<>"
POSTMASTER = "postmaster"

_IN_BRACKETS = re.compile(r'<((?:"(?:[^"\\]|\\.)*"|[^<>"\s])*)>((?:\s.*)?)')
_BARE = re.compile(r"([^\s<>]+)((?:\s.*)?)")
_QUOTED_PAIR = re.compile(r"\\(.)")


class AddressKind(StrEnum):
    """What a recipient address is to us."""

    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    """On our report domain; whether its local part is a token that was handed out, the database knows."""
    SHARED = "shared"
    POSTMASTER = "postmaster"
    FOREIGN = "foreign"


def split_path(text: str) -> tuple[str, str] | None:
    """Take the path off the front of a MAIL or RCPT argument: its address, and the parameters after it.

    The null path comes back as `<>`; a source route is dropped (RFC 5321 section 4.1.1.3); a path without brackets
    is taken, as many scripts send it. None when there is no path, or one that is too long.
    """
    match = (_IN_BRACKETS if text.startswith("<") else _BARE).fullmatch(text)
    if match is None:
        return None
    address, rest = match.groups()
    if address.startswith("@"):
        address = address.partition(":")[2]
    if len(address.encode()) > MAX_ADDRESS:
        return None
    return address or NULL_PATH, rest


def split_address(address: str) -> tuple[str, str]:
    """Local part, without quotes and in the sender's case, and canonical domain; both may be empty."""
    local, at, domain = address.rpartition("@")
    if not at:
        local, domain = address, ""
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = _QUOTED_PAIR.sub(r"\1", local[1:-1])
    return local, _domain(domain)


def _domain(text: str) -> str:
    return canonical_domain(text) or text.lower()


def address_kind(address: str, report_domain: str, shared: str) -> AddressKind:
    """Say what `address` is, given our report domain and the shared local part (empty: there is none).

    `postmaster` is ours without a domain too, and in any case (RFC 5321 section 4.5.1).
    """
    local, domain = split_address(address)
    is_postmaster = local.lower() == POSTMASTER
    if is_postmaster and "@" not in address:
        return AddressKind.POSTMASTER
    if not local or not domain or domain != _domain(report_domain):
        return AddressKind.FOREIGN
    if is_postmaster:
        return AddressKind.POSTMASTER
    if shared and local.lower() == shared.lower():
        return AddressKind.SHARED
    return AddressKind.TOKEN
