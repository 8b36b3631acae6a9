"""How many SMTP connections are open, in all and by address."""

from collections import Counter
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from ingest.smtp.replies import TOO_MANY_CONNECTIONS, TOO_MANY_FROM_ADDRESS
from ingest.smtp.values import Network


class Connections:
    """Counts open connections. Trusted networks count towards all, but are not limited by address."""

    def __init__(self, in_all: int, per_address: int, trusted: Sequence[Network]) -> None:
        self._in_all = in_all
        self._per_address = per_address
        self._trusted = trusted
        self._open = 0
        self._by_address: Counter[str] = Counter()

    def admit(self, address: str) -> str:
        """Count one more and return an empty string; or return the reply that refuses it."""
        if self._open >= self._in_all:
            return TOO_MANY_CONNECTIONS
        if self._by_address[address] >= self._per_address and not self.is_trusted(address):
            return TOO_MANY_FROM_ADDRESS
        self._open += 1
        self._by_address[address] += 1
        return ""

    def is_trusted(self, address: str) -> bool:
        """Whether no limit by address binds this one."""
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)

    def leave(self, address: str) -> None:
        """Count one less; only for one that was admitted."""
        self._open -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]


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
