"""A DNS server on 127.0.0.1, by UDP and TCP on one port, that answers what a test has published, or misbehaves."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.TXT import TXT

_TXT_STRING_BYTES = 255
_BINDING_TRIES = 20


class Trouble(Enum):
    """How the server may misbehave for a name."""

    NODATA = auto()
    SERVFAIL = auto()
    SILENCE = auto()
    GARBAGE = auto()


@dataclass
class DnsServer:
    """Names that were not published are NXDOMAIN."""

    port: int = 0
    udp_limit: int = 1232
    """Larger answers by UDP are truncated (TC), so that TCP is needed."""
    serves_tcp: bool = True
    rrsets: dict[tuple[dns.name.Name, dns.rdatatype.RdataType], dns.rrset.RRset] = field(default_factory=dict)
    troubles: dict[dns.name.Name, Trouble] = field(default_factory=dict)
    queries: list[tuple[str, str]] = field(default_factory=list)
    """`udp` or `tcp`, and the name in lower case without its last dot, in the order of arrival."""

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def publish(self, name: str, rdtype: str, *texts: str, ttl: int = 300) -> None:
        """Publish records of any type in zone-file notation, replacing those of the same name and type."""
        owner, kind = dns.name.from_text(name), dns.rdatatype.from_text(rdtype)
        self.rrsets[owner, kind] = dns.rrset.from_text(owner, ttl, "IN", rdtype, *texts)

    def publish_txt(self, name: str, *texts: str | bytes, ttl: int = 300) -> None:
        """Publish a TXT record for each text, cut into strings of 255 bytes."""
        owner = dns.name.from_text(name)
        records = [TXT(dns.rdataclass.IN, dns.rdatatype.TXT, _strings(text)) for text in texts]
        self.rrsets[owner, dns.rdatatype.TXT] = dns.rrset.from_rdata(owner, ttl, *records)

    def trouble(self, name: str, kind: Trouble) -> None:
        self.troubles[dns.name.from_text(name)] = kind

    def reply(self, wire: bytes, transport: str) -> bytes | None:
        """Return the answer to a query in wire form; None for silence."""
        query = dns.message.from_wire(wire)
        owner = query.question[0].name
        self.queries.append((transport, owner.to_text(omit_final_dot=True).lower()))
        kind = self.troubles.get(owner)
        if kind is Trouble.SILENCE:
            return None
        if kind is Trouble.GARBAGE:
            return wire[:2] + b"\xff" * 9
        response = dns.message.make_response(query)
        if kind is Trouble.SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif kind is not Trouble.NODATA:
            self._fill(response, owner, query.question[0].rdtype)
        return self._wire(response, query, transport)

    def _fill(
        self, response: dns.message.Message, owner: dns.name.Name, rdtype: dns.rdatatype.RdataType, hops: int = 8
    ) -> None:
        found = self.rrsets.get((owner, rdtype))
        alias = self.rrsets.get((owner, dns.rdatatype.CNAME))
        if found is not None:
            response.answer.append(found)
        elif alias is not None and hops:
            response.answer.append(alias)
            self._fill(response, alias[0].target, rdtype, hops - 1)
        elif not any(name == owner for name, _ in self.rrsets):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def _wire(self, response: dns.message.Message, query: dns.message.Message, transport: str) -> bytes:
        if transport == "tcp":
            return response.to_wire(max_size=65535)
        try:
            return response.to_wire(max_size=min(self.udp_limit, max(query.payload, 512)))
        except dns.exception.TooBig:
            cut = dns.message.make_response(query)
            cut.flags |= dns.flags.TC
            return cut.to_wire()


def _strings(text: str | bytes) -> list[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return [data[at : at + _TXT_STRING_BYTES] for at in range(0, len(data), _TXT_STRING_BYTES)] or [b""]


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self._server.reply(data, "udp")
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


@contextlib.asynccontextmanager
async def running_dns_server() -> AsyncIterator[DnsServer]:
    """Run a server on a free port until the block ends."""
    server = DnsServer()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while server.serves_tcp:
                length = int.from_bytes(await reader.readexactly(2))
                reply = server.reply(await reader.readexactly(length), "tcp")
                if reply is not None:
                    writer.write(len(reply).to_bytes(2) + reply)
                    await writer.drain()
        writer.close()

    udp, tcp = _bound_sockets()
    server.port = udp.getsockname()[1]
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Datagrams(server), sock=udp)
    listener = await asyncio.start_server(talk, sock=tcp)
    try:
        yield server
    finally:
        listener.close()
        transport.close()
        await listener.wait_closed()


def _bound_sockets() -> tuple[socket.socket, socket.socket]:
    """Return a UDP and a TCP socket on one free port: the kernel gives one, the other may find it taken."""
    for _ in range(_BINDING_TRIES):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        udp.bind(("127.0.0.1", 0))
        try:
            tcp.bind(udp.getsockname())
        except OSError as error:
            udp.close()
            tcp.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return udp, tcp
    raise OSError(errno.EADDRINUSE, "no port is free for both UDP and TCP")
