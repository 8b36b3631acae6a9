"""Who sends requests: the address for which each counts, and how many there were and are of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from ingest.https.forwarded import client_of
from ingest.https.limits import HttpsLimits
from ingest.https.replies import TOO_MANY_AT_ONCE, TOO_MANY_REQUESTS, Refused
from ingest.smtp.peers import Peers, plain_address
from ingest.smtp.rates import Clock, Rate


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the other end of a request, behind a proxy or not."""

    address: str
    limited_as: str
    """As limits by address know it; empty for trusted networks."""


class Visitors:
    """Knows them, and counts their requests."""

    def __init__(self, limits: HttpsLimits, clock: Clock) -> None:
        self._limits = limits
        self._peers = Peers(limits.trusted)
        self._requests = Rate(limits.max_requests_per_minute, limits.max_requests_per_minute_and_address, clock)
        self._uploads: Counter[str] = Counter()

    def visitor(self, request: web.BaseRequest) -> Visitor:
        """Tell by the peer and by what a trusted proxy forwards."""
        peer = plain_address(request.transport.get_extra_info("peername") if request.transport else None)
        said = request.headers
        address = client_of(peer, said.getall("X-Forwarded-For", []), said.getall("Forwarded", []), self._peers)
        return Visitor(address, self._peers.limited_as(address))

    def count_request(self, visitor: Visitor) -> None:
        """Count one more. Raises Refused when there were too many in this minute."""
        if not self._requests.has_room_in_all() or not self._requests.has_room_for(visitor.limited_as):
            raise Refused(TOO_MANY_REQUESTS)
        self._requests.count(visitor.limited_as)

    @contextmanager
    def upload_of(self, visitor: Visitor) -> Iterator[None]:
        """Count one more upload for the time of a block. Raises Refused when there are too many at once."""
        name = visitor.limited_as
        if name and self._uploads[name] >= self._limits.max_uploads_at_once_per_address:
            raise Refused(TOO_MANY_AT_ONCE)
        self._uploads[name] += 1
        try:
            yield
        finally:
            self._uploads[name] -= 1
            if not self._uploads[name]:
                del self._uploads[name]
