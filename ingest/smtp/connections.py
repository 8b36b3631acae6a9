"""How many SMTP connections are open, and how many are new, in all and by address."""

from collections import Counter
from collections.abc import Callable

from ingest.smtp.rates import Clock, Rate
from ingest.smtp.refusals import Refusal
from ingest.smtp.values import SmtpLimits


class Connections:
    """Decides who may come in. Addresses are as `Peers.limited_as` gives them; an empty one has no limit of its own."""

    def __init__(self, limits: SmtpLimits, make_room: Callable[[], bool], clock: Clock) -> None:
        """Take what sends one of those away that hold up all others, and says whether there was one."""
        self._limits = limits
        self._make_room = make_room
        self._rate = Rate(limits.max_connections_per_minute, limits.max_connections_per_minute_and_address, clock)
        self._open = 0
        self._by_address: Counter[str] = Counter()

    def admit(self, address: str) -> Refusal | None:
        """Count one more and return None; or return why not."""
        if not self._rate.has_room_in_all():
            return Refusal.CONNECTION_RATE
        refusal = self._over_its_share(address)
        if refusal:
            return refusal
        if self._open >= self._limits.max_connections and not self._make_room():
            return Refusal.CONNECTIONS
        self._rate.count(address)
        self._open += 1
        self._by_address[address] += 1
        return None

    def move(self, old: str, new: str) -> Refusal | None:
        """Count an admitted one under another address: the one that a proxy names; or return why not."""
        refusal = self._over_its_share(new)
        if refusal is None:
            self._rate.count_address(new)
            self._open += 1
            self._by_address[new] += 1
            self.leave(old)
        return refusal

    def leave(self, address: str) -> None:
        """Count one less; only for one that was admitted."""
        self._open -= 1
        self._by_address[address] -= 1
        if self._by_address[address] <= 0:
            del self._by_address[address]

    def _over_its_share(self, address: str) -> Refusal | None:
        if address and self._by_address[address] >= self._limits.max_connections_per_address:
            return Refusal.CONNECTIONS_OF_ADDRESS
        return None if self._rate.has_room_for(address) else Refusal.CONNECTION_RATE_OF_ADDRESS
