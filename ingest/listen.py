"""Addresses to listen on, as they are written in the settings."""

from dataclasses import dataclass
from ipaddress import IPv6Address

OFF = "off"
MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """A host (name or address, IPv6 without brackets) and a port; port 0 takes any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_listen(text: str) -> tuple[ListenAddress, ...]:
    """Read `127.0.0.1:2525, [::1]:25`; `off` is nothing to listen on.

    Raises ValueError with a sentence that says which entry is wrong and how to write it.
    """
    if text.strip().lower() == OFF:
        return ()
    addresses = tuple(_parse_one(entry.strip()) for entry in text.split(","))
    for address in addresses:
        if address.port and addresses.count(address) > 1:
            msg = f"{address} is listed twice."
            raise ValueError(msg)
    return addresses


def _parse_one(entry: str) -> ListenAddress:
    host, colon, port = entry.rpartition(":")
    if not colon or not host:
        msg = f"{entry!r} is not host:port; write for example 127.0.0.1:2525, [::1]:25, or {OFF}."
        raise ValueError(msg)
    return ListenAddress(_parse_host(host, entry), _parse_port(port, entry))


def _parse_host(host: str, entry: str) -> str:
    if host.startswith("[") and host.endswith("]"):
        try:
            IPv6Address(host[1:-1])
        except ValueError:
            msg = f"{entry!r} holds no IPv6 address between its brackets."
            raise ValueError(msg) from None
        return host[1:-1]
    if ":" in host:
        msg = f"{entry!r}: an IPv6 address is written in brackets, for example [::1]:25."
        raise ValueError(msg)
    if not host.isascii() or not host.replace("-", "").replace(".", "").isalnum():
        msg = f"{entry!r}: {host!r} is neither a host name nor an address."
        raise ValueError(msg)
    return host.lower()


def _parse_port(port: str, entry: str) -> int:
    if not (port.isascii() and port.isdigit() and len(port) <= len(str(MAX_PORT)) and int(port) <= MAX_PORT):
        msg = f"{entry!r}: the port is a number from 1 to {MAX_PORT}."
        raise ValueError(msg)
    return int(port)
