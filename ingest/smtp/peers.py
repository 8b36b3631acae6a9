"""Who is at the other end: the address, and by what name limits by address know it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ingest.smtp.values import Network

BITS_OF_ONE_OWNER = 64
"""Whoever has one IPv6 address has as many as fit into such a prefix (RFC 6177)."""
UNKNOWN = "unknown"


class Peers:
    """Tells trusted networks from strangers."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted

    def limited_as(self, address: str) -> str:
        """Return what limits by address count for this one: IPv6 by /64. Empty when no such limit binds it."""
        parsed = _parsed(address)
        if parsed is None:
            return UNKNOWN
        if any(parsed in network for network in self._trusted):
            return ""
        if isinstance(parsed, IPv6Address):
            return str(IPv6Network((parsed, BITS_OF_ONE_OWNER), strict=False))
        return address


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def plain_address(peername: object) -> str:
    """Address out of a socket's peer name: IPv4 in IPv6 form becomes IPv4, a scope is dropped; else empty."""
    if not isinstance(peername, tuple) or not peername:
        return ""
    text = str(peername[0]).partition("%")[0]
    return text.removeprefix("::ffff:") if "." in text else text
