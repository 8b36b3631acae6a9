"""Who is behind a reverse proxy, as it says itself (X-Forwarded-For; Forwarded: RFC 7239). Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from ingest.smtp.peers import UNKNOWN, Peers

MOST_HOPS = 50
"""Addresses that are looked at, from the last one on."""


def client_of(peer: str, x_forwarded_for: Sequence[str], forwarded: Sequence[str], peers: Peers) -> str:
    """Return the address for which a request counts: that of the peer, unless it is trusted and names another.

    Whoever sends a request may write such fields, and proxies append to them: so the last address that is not trusted
    counts, of X-Forwarded-For before that of Forwarded. What is no address is not trusted either.
    """
    if peers.limited_as(peer):
        return peer
    for chain in (_x_forwarded_for(x_forwarded_for), _forwarded(forwarded)):
        for address in chain[: -MOST_HOPS - 1 : -1]:
            if peers.limited_as(address):
                return address
    return peer


def _x_forwarded_for(values: Iterable[str]) -> list[str]:
    return [_address(entry) for entry in ",".join(values).split(",") if entry.strip()]


def _forwarded(values: Iterable[str]) -> list[str]:
    """Return the addresses of all `for=`, in order. A quoted one holds neither comma nor semicolon if it is one."""
    pairs = (pair.partition("=") for entry in ",".join(values).split(",") for pair in entry.split(";"))
    return [_address(value) for name, _, value in pairs if name.strip().lower() == "for"]


def _address(text: str) -> str:
    """Take quotes, brackets and port off (RFC 7239 section 6); `unknown` for what is no address then."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return UNKNOWN
    return str(getattr(address, "ipv4_mapped", None) or address)
