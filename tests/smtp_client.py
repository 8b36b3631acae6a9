"""A raw SMTP client that says exactly what it is told, and a receiver that remembers."""

import asyncio
import socket
import ssl
import struct
from contextlib import asynccontextmanager

from ingest.smtp.listener import ListenAddress, SmtpLimits, SmtpListener, SmtpMail

PATIENCE_SECONDS = 10
HOSTNAME = "reports.example.net"
OURS = frozenset({"tls-reports@reports.example.net", "token@reports.example.net", "postmaster"})


class MemoryReceiver:
    """Keeps mails in memory. `gate` holds back every commit until it is set; `trouble` is raised instead."""

    def __init__(self, outcome="stored"):
        self.mails: list[SmtpMail] = []
        self.asked: list[str] = []
        self.trouble: Exception | None = None
        self.trouble_with_recipients: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.outcome = outcome

    async def until_entered(self):
        """Until the next mail is handed over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.entered.wait()
        self.entered.clear()

    async def accepts(self, address):
        self.asked.append(address)
        if self.trouble_with_recipients:
            raise self.trouble_with_recipients
        return address.lower() in OURS

    async def receive(self, mail):
        self.entered.set()
        await self.gate.wait()
        if self.trouble:
            raise self.trouble
        self.mails.append(mail)
        return self.outcome


class RawClient:
    """One connection. Replies are read whole, as `code text` lines."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port, host="127.0.0.1", *, local="127.0.0.1"):
        """Connect from any address of the loopback network: to the server each is somebody else."""
        return cls(*await asyncio.open_connection(host, port, local_addr=(local, 0)))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        self._writer.close()
        # A server that dropped the connection is no news at this point.
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)

    async def send(self, data):
        self._writer.write(data)
        await self._writer.drain()

    def send_eof(self):
        self._writer.write_eof()

    def reset(self):
        """Be gone at once, without the close that a peer could take for a half-close."""
        linger_not = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self._writer.transport.abort()

    async def reply(self):
        """All lines of the next reply."""
        lines = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                line = (await self._reader.readuntil(b"\r\n")).decode().rstrip("\r\n")
                lines.append(line)
                if line[3:4] != "-":
                    return lines

    async def say(self, data):
        """Send, and return the last line of the reply."""
        await self.send(data)
        return (await self.reply())[-1]

    async def replies(self, number):
        return [(await self.reply())[-1] for _ in range(number)]

    async def rest(self):
        """All that comes until the server closes."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._reader.read()

    async def start_tls(self, context=None):
        """Handshake; any certificate will do unless `context` says otherwise."""
        if context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        await self._writer.start_tls(context, server_hostname="localhost")

    def peer_certificate(self):
        return self._writer.get_extra_info("ssl_object").getpeercert(binary_form=True)

    async def greet(self):
        await self.reply()
        return await self.hello()

    async def hello(self):
        await self.send(b"EHLO client.example\r\n")
        return await self.reply()

    async def until_data(self, recipient=b"token@reports.example.net", parameters=b""):
        """Greet and announce a mail, up to the 354."""
        await self.greet()
        assert (await self.say(b"MAIL FROM:<sender@example.org>" + parameters + b"\r\n")).startswith("250 2.1.0")
        assert (await self.say(b"RCPT TO:<" + recipient + b">\r\n")).startswith("250 2.1.5")
        assert (await self.say(b"DATA\r\n")).startswith("354 ")


@asynccontextmanager
async def listening(receiver, *, certificate=None, metrics=None, grace=5, **limits):
    """A listener on a free port, as (listener, port)."""
    limits.setdefault("max_message_bytes", 1024 * 1024)
    listener = SmtpListener(
        receiver, hostname=HOSTNAME, limits=SmtpLimits(**limits), certificate=certificate, metrics=metrics
    )
    await listener.start([ListenAddress("127.0.0.1", 0)])
    try:
        yield listener, listener.ports[0]
    finally:
        await listener.stop(grace)
