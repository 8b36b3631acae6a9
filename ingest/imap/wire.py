"""The connection to an IMAP server: imaplib's client, with bounds on what it reads and a way to cut it."""

import imaplib
import socket
import ssl
from select import POLLIN, poll

from ingest.imap.address import MailboxAddress
from ingest.imap.cable import Cable
from ingest.imap.faults import MailboxFault, Trouble

CONNECT_SECONDS = 20.0
SILENT_SECONDS = 60.0
"""How long the server may say nothing within an answer."""
BLOCK_BYTES = 64 * 1024
USUAL_BYTES = 256 * 1024
"""Of an answer that holds neither mails nor long lists."""
MOST_LINES = 5_000
"""Of one answer: each costs much more memory than its bytes."""


class BoundedClient(imaplib.IMAP4):
    """imaplib's client; every answer may only have the size that was granted before the question."""

    def __init__(self, address: MailboxAddress, context: ssl.SSLContext, cable: Cable) -> None:
        """Connect and hear the greeting. Raises what sockets, TLS and imaplib raise."""
        self._address = address
        self._context = context
        self._cable = cable
        self._unread = bytearray()
        self._bytes_left, self._lines_left = USUAL_BYTES, MOST_LINES
        super().__init__(address.host, address.port)

    def grant(self, bytes_: int = USUAL_BYTES) -> None:
        """Let the next answer have so many bytes, and forget what was said before."""
        self._bytes_left, self._lines_left = bytes_, MOST_LINES
        self.untagged_responses.clear()

    def heard_of(self, word: str) -> bool:
        """Tell whether the server said such a thing since the last grant."""
        return word in self.untagged_responses

    def wait(self, seconds: float) -> None:
        """Wait until the server says something by itself, or for so many seconds."""
        is_decrypted = isinstance(self.sock, ssl.SSLSocket) and self.sock.pending()
        if not self._unread and not is_decrypted:
            waiter = poll()
            waiter.register(self.sock.fileno(), POLLIN)
            waiter.poll(seconds * 1000)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Connect, for imaplib; with TLS at once if the address says so."""
        self.host, self.port = host, port
        self.sock = socket.create_connection((host, port), timeout or CONNECT_SECONDS)
        self._cable.hold(self.sock)
        if self._address.tls_at_once:
            self._encrypt()
        self.sock.settimeout(SILENT_SECONDS)

    def begin_tls(self) -> None:
        """Ask for TLS (RFC 9051 section 6.2.1). What came before it is forgotten: anybody may have said it."""
        status, _ = self._simple_command("STARTTLS")
        if status != "OK" or self._unread:
            raise MailboxFault(Trouble.NO_TLS, "The server does not begin TLS as it should after STARTTLS.")
        self._encrypt()
        self.grant()
        self.learn_capabilities()

    def learn_capabilities(self) -> None:
        """Ask what the server can do; the answer may differ after TLS and after the login."""
        self._get_capabilities()

    def read(self, size: int) -> bytes:
        """Read a literal, for imaplib. Raises MailboxFault before it takes too much memory."""
        self._count(size, 0)
        while len(self._unread) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        """Read a line, for imaplib. Raises MailboxFault when it does not end."""
        searched = 0
        while (end := self._unread.find(b"\n", searched)) < 0:
            searched = len(self._unread)
            if searched > self._bytes_left:
                raise _too_much()
            self._receive()
        self._count(end + 1, 1)
        return self._take(end + 1)

    def shutdown(self) -> None:
        """Close the connection, for imaplib."""
        self._cable.cut()

    def _encrypt(self) -> None:
        host = self._address.host
        secure = self._context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
        self._cable.hold(secure)
        self.sock = secure
        secure.do_handshake()

    def _receive(self) -> None:
        block = self.sock.recv(BLOCK_BYTES)
        if not block:
            raise self.abort("the server closed it")
        self._unread += block

    def _take(self, size: int) -> bytes:
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _count(self, bytes_: int, lines: int) -> None:
        self._bytes_left -= bytes_
        self._lines_left -= lines
        if self._bytes_left < 0 or self._lines_left < 0:
            raise _too_much()


def _too_much() -> MailboxFault:
    return MailboxFault(Trouble.TOO_MUCH, "The server sends more than it should.")
