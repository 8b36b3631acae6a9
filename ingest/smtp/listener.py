"""The SMTP server: listens, and ends in order."""

import asyncio
import logging
import time
from collections.abc import Iterable
from typing import Any

from ingest.listen import ListenAddress
from ingest.metrics import ReceptionMetrics
from ingest.smtp.rates import Clock
from ingest.smtp.reception import Reception
from ingest.smtp.refusals import Refusal
from ingest.smtp.session import SmtpSession
from ingest.smtp.tls import CertificateError, CertificateFiles
from ingest.smtp.values import OurFault, Receiver, SmtpLimits, SmtpMail

__all__ = [
    "CertificateError",
    "CertificateFiles",
    "ListenAddress",
    "OurFault",
    "Receiver",
    "SmtpLimits",
    "SmtpListener",
    "SmtpMail",
]

ABORT_SECONDS = 1
"""How long dropped connections may take to be gone."""


class SmtpListener:
    """Takes mails on one or several addresses, and hands them to a receiver. STARTTLS is offered with a certificate."""

    def __init__(
        self,
        receiver: Receiver,
        *,
        hostname: str,
        limits: SmtpLimits,
        certificate: CertificateFiles | None = None,
        metrics: ReceptionMetrics | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._hostname = hostname
        self._certificate = certificate
        self._limits = limits
        self._reception = Reception(receiver, limits, metrics, self._make_room, clock)
        if metrics:
            metrics.watch_connections(lambda: len(self._sessions))
        self._servers: list[asyncio.Server] = []
        self._sessions: set[SmtpSession] = set()
        self._stopping = False

    async def start(self, addresses: Iterable[ListenAddress]) -> None:
        """Listen on all of them. Raises OSError when one is not to be had; then it listens on none."""
        # At its INFO level aiosmtpd writes out every recipient, and with it our tokens.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        loop = asyncio.get_running_loop()
        try:
            for address in addresses:
                self._servers.append(await loop.create_server(self._session, address.host, address.port))
        except OSError:
            await self._close_servers()
            raise

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports that are listened on; a host name with two addresses has two."""
        return tuple(socket.getsockname()[1] for server in self._servers for socket in server.sockets)

    async def stop(self, grace: float) -> None:
        """Accept no more, let what is in flight finish within `grace` seconds, then close everything."""
        self._stopping = True
        await self._stop_accepting()
        for session in tuple(self._sessions):
            session.finish()
        await self._all_over(grace)
        for session in tuple(self._sessions):
            session.abort()
        for task in self._reception.storing:
            task.cancel()
        await self._all_over(ABORT_SECONDS)
        await self._close_servers()

    async def _stop_accepting(self) -> None:
        """Close the listening sockets; a connection that was just accepted still gets its session.

        asyncio loses one whose server is closed before its transport is made.
        """
        loop = asyncio.get_running_loop()
        for server in self._servers:
            for socket in server.sockets:
                loop.remove_reader(socket.fileno())
        await asyncio.sleep(0)
        for server in self._servers:
            server.close()

    def _session(self) -> SmtpSession:
        session = SmtpSession(self._reception, self._hostname, self._certificate)
        self._sessions.add(session)
        session.over.add_done_callback(lambda _: self._sessions.discard(session))
        if self._stopping:
            session.finish()
        return session

    def _make_room(self) -> bool:
        """Send away whoever has been at one command or one mail for longest, if that is long; say whether one was.

        So nobody can keep out all others by holding every connection.
        """
        slowest = min(self._sessions, key=lambda session: session.step_began, default=None)
        now = asyncio.get_running_loop().time()
        if slowest is None or now - slowest.step_began < self._limits.seconds_until_giving_way:
            return False
        slowest.cut(Refusal.GAVE_WAY)
        return True

    async def _all_over(self, seconds: float) -> None:
        waiting: set[asyncio.Future[Any]] = {session.over for session in self._sessions}
        waiting |= self._reception.storing
        if waiting:
            await asyncio.wait(waiting, timeout=seconds)

    async def _close_servers(self) -> None:
        for server in self._servers:
            server.close()
            await server.wait_closed()
        self._servers.clear()
