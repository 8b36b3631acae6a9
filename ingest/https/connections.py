"""The HTTP connections that are open: who may come in, and who has to make room."""

import asyncio
import time
from collections import Counter
from enum import StrEnum
from typing import Protocol

import structlog

from ingest.https.deposits import LINES_A_MINUTE
from ingest.https.limits import HttpsLimits
from ingest.metrics import ReceptionMetrics
from ingest.rationed_log import RationedLog
from ingest.smtp.peers import Peers


class Cut(StrEnum):
    """Why a connection is cut without an answer. The words are labels of a metric."""

    CONNECTIONS = "connections"
    CONNECTIONS_OF_ADDRESS = "connections-of-address"
    GAVE_WAY = "gave-way"


class Connection(Protocol):
    """What is counted here."""

    in_request: bool
    step_began: float

    def let_go(self) -> None:
        """Close it; what was answered still goes out."""
        ...

    def drop(self) -> None:
        """Close it now."""
        ...


class Connections:
    """All that are open, by address: as `Peers.limited_as` has them, an empty one has no limit of its own."""

    def __init__(self, limits: HttpsLimits, metrics: ReceptionMetrics) -> None:
        self._limits = limits
        self._peers = Peers(limits.trusted)
        self._metrics = metrics
        self._open: set[Connection] = set()
        self._by_address: Counter[str] = Counter()
        self._log = RationedLog(structlog.get_logger("https"), LINES_A_MINUTE, time.monotonic)
        metrics.watch_http_connections(lambda: len(self._open))

    def limited_as(self, address: str) -> str:
        return self._peers.limited_as(address)

    def admit(self, connection: Connection, address: str) -> bool:
        """Count one more, or say that it must go."""
        if address and self._by_address[address] >= self._limits.max_connections_per_address:
            self._note(Cut.CONNECTIONS_OF_ADDRESS, address)
            return False
        if len(self._open) >= self._limits.max_connections and not self._make_room():
            self._note(Cut.CONNECTIONS, address)
            return False
        self._open.add(connection)
        self._by_address[address] += 1
        return True

    def leave(self, connection: Connection, address: str) -> None:
        """Count one less; only for one that was admitted."""
        self._open.discard(connection)
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]

    def note_nonsense(self, address: str) -> None:
        """Log, so many times a minute, that somebody does not speak HTTP."""
        self._log.write("info", "not HTTP", peer=address)

    def let_idle_go(self) -> None:
        """Close those on which no request is under way."""
        for connection in tuple(self._open):
            if not connection.in_request:
                connection.let_go()

    def _make_room(self) -> bool:
        """Cut off whoever has let us wait for longest, if that is long; say whether one was.

        So nobody can keep out all others by holding every connection.
        """
        slowest = min(self._open, key=lambda connection: connection.step_began, default=None)
        now = asyncio.get_running_loop().time()
        if slowest is None or now - slowest.step_began < self._limits.seconds_until_giving_way:
            return False
        self._note(Cut.GAVE_WAY, "")
        slowest.drop()
        return True

    def _note(self, cut: Cut, address: str) -> None:
        self._metrics.http_refused(cut)
        self._log.write("info", "connection refused", reason=cut.value, peer=address)
