"""Addresses of hosts in one spelling (RFC 5952 for IPv6)."""

import ipaddress
import re
from typing import Any

from ingest.reader.words import one_line

_MAX_LENGTH = 255
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_PLAIN_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_PADDED_IPV4 = re.compile(r"0*([0-9]{1,3})\.0*([0-9]{1,3})\.0*([0-9]{1,3})\.0*([0-9]{1,3})")
_IPV6_TAG = "ipv6:"


def ip_address(value: Any) -> str:
    """Return the canonical address; the sender's own text where it is none.

    Brackets and the IPv6 tag of address literals (RFC 5321 section 4.1.3), zones and leading zeros are left out;
    an IPv4-mapped IPv6 address is given as IPv4.
    """
    if value.__class__ is str and _PLAIN_IPV4.fullmatch(value):
        return str(value)
    text = one_line(value, _MAX_LENGTH)
    if not text or _PLAIN_IPV4.fullmatch(text):
        return text
    bare = text.removeprefix("[").removesuffix("]").strip()
    if bare[: len(_IPV6_TAG)].lower() == _IPV6_TAG:
        bare = bare[len(_IPV6_TAG) :]
    padded = _PADDED_IPV4.fullmatch(bare)
    try:
        address = ipaddress.ip_address(".".join(padded.groups()) if padded else bare.partition("%")[0])
    except ValueError:
        return text
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def host_name(value: Any) -> str:
    """Return a host's name in lower case, without the trailing dot and without the `mx:` of a policy line."""
    return one_line(value, _MAX_LENGTH).lower().removeprefix("mx:").strip().removesuffix(".")
