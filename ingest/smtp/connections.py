"""How many SMTP connections are open, in all and by address."""

from collections import Counter
from ipaddress import ip_address

from ingest.smtp.replies import TOO_MANY_CONNECTIONS, TOO_MANY_FROM_ADDRESS


class Connections:
    """Counts open connections. Loopback counts towards all, but is not limited by address."""

    def __init__(self, in_all: int, per_address: int) -> None:
        self._in_all = in_all
        self._per_address = per_address
        self._open = 0
        self._by_address: Counter[str] = Counter()

    def admit(self, address: str) -> str:
        """Count one more and return an empty string; or return the reply that refuses it."""
        if self._open >= self._in_all:
            return TOO_MANY_CONNECTIONS
        if self._by_address[address] >= self._per_address and not _is_loopback(address):
            return TOO_MANY_FROM_ADDRESS
        self._open += 1
        self._by_address[address] += 1
        return ""

    def leave(self, address: str) -> None:
        """Count one less; only for one that was admitted."""
        self._open -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]


def plain_address(peername: object) -> str:
    """Address out of a socket's peer name: IPv4 in IPv6 form becomes IPv4, a scope is dropped; else empty."""
    if not isinstance(peername, tuple) or not peername:
        return ""
    text = str(peername[0]).partition("%")[0]
    return text.removeprefix("::ffff:") if "." in text else text


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
