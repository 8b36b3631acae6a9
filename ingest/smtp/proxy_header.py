"""The header with which a proxy says for whom it speaks (PROXY protocol, versions 1 and 2)."""

from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from aiosmtpd.proxy_protocol import V2_CMD, V2_SIGNATURE, get_proxy

LOOK_AHEAD = len(V2_SIGNATURE)
"""So many bytes behind the first line are enough to tell."""
_V1 = b"PROXY "
_FIRST_LINE_OF_V2 = b"\r\n"


class BadProxyHeader(Exception):
    """It begins like one, and is none."""


class HeaderReader(Protocol):
    """What the header is read from."""

    async def read(self, n: int = ...) -> bytes: ...

    async def readexactly(self, n: int) -> bytes: ...

    async def readuntil(self, separator: bytes = ...) -> bytes: ...


def begins_proxy_header(line: bytes, behind: bytes) -> bool:
    """Tell by the first line and what has come behind it: the sender has to send a header in one piece."""
    if line == _FIRST_LINE_OF_V2:
        return behind.startswith(V2_SIGNATURE[len(line) :])
    return line.startswith(_V1)


async def forwarded_address(reader: HeaderReader) -> str:
    """Read a header to its end and return the address of the sender; empty when the proxy speaks for itself.

    Raises BadProxyHeader, and EOFError when nothing comes any more.
    """
    header = await get_proxy(reader)
    if not header.valid:
        raise BadProxyHeader
    source = header.src_addr
    is_own = header.version == 2 and header.command == V2_CMD.LOCAL  # noqa: PLR2004 -- the version's number
    if is_own or not isinstance(source, IPv4Address | IPv6Address):
        return ""
    return str(getattr(source, "ipv4_mapped", None) or source)
