"""The HTTP listener on a port of its own, with a real store behind it or one that does as a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import aiohttp
from prometheus_client import CollectorRegistry

from bot.figures import Figures
from bot.http import HttpListener
from bot.readiness import Readiness
from ingest.addresses import ReportAddresses
from ingest.https.door import UploadDoor
from ingest.https.limits import HttpsLimits
from ingest.https.store import UploadStore
from ingest.https.visitors import Visitors
from ingest.judging import Judge, TrustRules
from ingest.listen import ListenAddress
from ingest.metrics import ReceptionMetrics
from ingest.reader.mail import ReadLimits
from ingest.reading import OriginalReader
from ingest.smtp.values import OurFault
from ingest.writer import Writer
from storage.arrival import Original, Outcome
from storage.database import Database

DOMAIN = "reports.example.net"
SHARED = f"tls-reports@{DOMAIN}"
NOBODY = (ip_network("192.0.2.0/24"),)
"""Trusted networks without loopback, whence the tests come."""
PATIENCE = 10
MAX_BYTES = 200_000


class FakeStore:
    """Behind the door: keeps what comes, once `open` is set; fails so often as it is told."""

    def __init__(self) -> None:
        self.kept: list[Original] = []
        self.open = asyncio.Event()
        self.open.set()
        self.faults = 0
        self.cannot_tell = False
        self.began = asyncio.Event()

    def recipient(self, token: str) -> str:
        return f"{token or 'tls-reports'}@{DOMAIN}"

    async def accepts(self, recipient: str) -> bool:
        if self.cannot_tell:
            raise OurFault("the database is gone")
        return not recipient.startswith("unknown")

    async def store(self, original: Original) -> Outcome | None:
        self.began.set()
        await self.open.wait()
        if self.faults:
            self.faults -= 1
            raise OurFault("the database is gone")
        if not await self.accepts(original.recipients[0]):
            return None
        self.kept.append(original)
        return Outcome.STORED


@dataclass
class Running:
    """What a test needs of it."""

    listener: HttpListener
    client: aiohttp.ClientSession
    port: int
    registry: CollectorRegistry
    readiness: Readiness
    streams: list[asyncio.StreamWriter] = field(default_factory=list)

    async def post(self, body: Any, path: str = "/v1/tlsrpt", **more: Any) -> tuple[int, Any]:
        """Upload; return the status and the object of the answer."""
        async with self.client.post(path, data=body, **more) as response:
            return response.status, await response.json()

    async def get(self, path: str, **more: Any) -> tuple[int, str]:
        async with self.client.get(path, **more) as response:
            return response.status, await response.text()

    async def raw(self, data: bytes, local: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection and send bytes as they are."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(local, 0))
        self.streams.append(writer)
        writer.write(data)
        return reader, writer

    def figure(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0


def upload_head(length: int, *more: str, path: str = "/v1/tlsrpt") -> bytes:
    """The head of an upload, to be sent as it is."""
    lines = (f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {length}", *more)
    return "\r\n".join([*lines, "", ""]).encode()


async def answer(reader: asyncio.StreamReader) -> bytes:
    """All that comes until the other side closes; nothing when it was cut."""
    async with asyncio.timeout(PATIENCE):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def status_line(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return (await reader.readline()).strip()


@asynccontextmanager
async def serving(store: Any, db: Database, clock: Any = None, **limits: Any) -> AsyncIterator[Running]:
    """Listen until the end of the block."""
    registry = CollectorRegistry()
    metrics = ReceptionMetrics(registry)
    granted = HttpsLimits(**({"max_body_bytes": MAX_BYTES} | limits))
    loop = asyncio.get_running_loop()
    visitors = Visitors(granted, clock or loop.time)
    door = UploadDoor(store, visitors, granted, _now, metrics)
    readiness = Readiness()
    figures = Figures(registry, db, _now)
    listener = HttpListener(door, visitors, readiness, figures.text, granted, metrics)
    await listener.start([ListenAddress("127.0.0.1", 0)])
    (port,) = listener.ports
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=timeout) as client:
        running = Running(listener, client, port, registry, readiness)
        try:
            yield running
        finally:
            await listener.stop(1)
            for writer in running.streams:
                writer.close()


@asynccontextmanager
async def real_store(db: Database) -> AsyncIterator[UploadStore]:
    """Reading and writing as in the program."""
    writer = Writer(db, _now)
    writing = asyncio.create_task(writer.run())
    addresses = ReportAddresses(db, DOMAIN, "tls-reports")
    rules = TrustRules(check_dkim=False, hold_unverified=False)
    yield UploadStore(addresses, OriginalReader(addresses, Judge(rules, None, _now), ReadLimits(), _now), writer)  # type: ignore[arg-type]
    writing.cancel()
    with suppress(asyncio.CancelledError):
        await writing


def _now() -> datetime:
    return datetime(2026, 3, 12, 9, tzinfo=UTC)
