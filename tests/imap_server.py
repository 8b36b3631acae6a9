"""An IMAP server on loopback (RFC 9051, as far as a reader needs it), with faults to be switched on."""

import asyncio
import base64
import re
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

USER, PASSWORD = "reports@example.com", 'pass "word" \\ 1'
ARRIVED = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
Says = Callable[[bytes, str], bytes]
"""(tag, arguments) -> the whole answer to a command."""


@dataclass
class StoredMail:
    uid: int
    body: bytes
    arrived_at: datetime
    told_size: int = 0
    """What the server says; the true size unless set."""


@dataclass
class ImapServer:
    """One mailbox with one folder. Everything may be changed while it runs."""

    folder: str = "INBOX"
    uid_validity: int = 7
    password: str = PASSWORD
    capabilities: str = "IMAP4rev1 IDLE"
    greeting: bytes = b"* OK ready\r\n"
    starttls: ssl.SSLContext | None = None
    says: dict[str, Says] = field(default_factory=dict)
    """Commands that are answered in another way."""
    silent_on: set[str] = field(default_factory=set)
    """Commands that are never answered."""
    closes_on: set[str] = field(default_factory=set)
    """Commands on which the connection is closed."""
    before_idling: bytes = b""
    """What is said before the server says that it idles."""
    uid_after_body: bool = False
    port: int = 0
    """Any free one unless set."""
    mails: list[StoredMail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    fetched: Counter[int] = field(default_factory=Counter)
    """How often each mail was sent."""
    connections: set["Connection"] = field(default_factory=set)

    def deliver(self, *bodies: bytes, arrived_at: datetime = ARRIVED, told_size: int = 0) -> list[int]:
        """Put mails into the folder; return their UIDs. Who idles is told."""
        first = self.uid_next
        new = [StoredMail(first + number, body, arrived_at, told_size) for number, body in enumerate(bodies)]
        self.mails += new
        for connection in self.connections:
            connection.news.set()
        return [one.uid for one in new]

    @property
    def uid_next(self) -> int:
        return max((one.uid for one in self.mails), default=0) + 1

    def count(self, word: str) -> int:
        """How often a command was given."""
        return sum(one == word for one in self.commands)

    def cut(self) -> None:
        """End all connections, without a word."""
        for connection in list(self.connections):
            connection.writer.transport.abort()


class Connection:
    """One client."""

    def __init__(self, server: ImapServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server = server
        self.reader = reader
        self.writer = writer
        self.news = asyncio.Event()
        self.logged_in = False
        self.encrypted = False

    async def talk(self) -> None:
        self.writer.write(self.server.greeting)
        while line := await self.reader.readline():
            tag, _, rest = line.strip().partition(b" ")
            word, _, arguments = rest.decode().partition(" ")
            word = word.upper()
            if word == "UID":
                second, _, arguments = arguments.partition(" ")
                word = f"UID {second.upper()}"
            self.server.commands.append(word)
            if word in self.server.closes_on:
                return
            if word in self.server.silent_on:
                continue
            if word in self.server.says:
                self.writer.write(self.server.says[word](tag, arguments))
            else:
                await self._answer(tag, word, arguments)
            if word == "LOGOUT":
                return

    async def _answer(self, tag: bytes, word: str, arguments: str) -> None:
        if word == "STARTTLS" and self.server.starttls:
            self.writer.write(tag + b" OK begin\r\n")
            await self.writer.start_tls(self.server.starttls)
            self.encrypted = True
        elif word == "IDLE":
            await self._idle(tag)
        elif word == "AUTHENTICATE":
            self.writer.write(b"+ \r\n")
            _, user, password = base64.b64decode(await self.reader.readline()).decode().split("\0")
            self.writer.write(tag + self._admitted(user, password))
        else:
            self.writer.write(self._reply(tag, word, arguments))

    def _reply(self, tag: bytes, word: str, arguments: str) -> bytes:
        if word == "CAPABILITY":
            more = " STARTTLS LOGINDISABLED" if self.server.starttls and not self.encrypted else ""
            return f"* CAPABILITY {self.server.capabilities}{more}\r\n".encode() + tag + b" OK done\r\n"
        if word == "LOGIN":
            user, password = (_unquoted(one) for one in re.findall(r'"(?:[^"\\]|\\.)*"', arguments))
            return tag + self._admitted(user, password)
        return self._reply_about_mails(tag, word, arguments) if self.logged_in else tag + b" BAD not logged in\r\n"

    def _reply_about_mails(self, tag: bytes, word: str, arguments: str) -> bytes:
        if word == "EXAMINE":
            return self._examined(tag, _unquoted(arguments))
        if word == "UID SEARCH":
            first = int(re.fullmatch(r"UID (\d+):\*", arguments)[1])
            found = [one.uid for one in self.server.mails if one.uid >= first] or [self.server.uid_next - 1]
            return b"* SEARCH " + " ".join(map(str, found)).encode() + b"\r\n" + tag + b" OK done\r\n"
        if word == "UID FETCH":
            return self._fetched(arguments) + tag + b" OK done\r\n"
        return tag + b" BAD unknown\r\n"

    def _admitted(self, user: str, password: str) -> bytes:
        self.logged_in = (user, password) == (USER, self.server.password)
        return b" OK hello\r\n" if self.logged_in else b" NO [AUTHENTICATIONFAILED] wrong password\r\n"

    def _examined(self, tag: bytes, folder: str) -> bytes:
        if folder != self.server.folder:
            return tag + b" NO [NONEXISTENT] no such folder\r\n"
        told = f"* {len(self.server.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.server.uid_validity}] valid\r\n"
        return told.encode() + tag + b" OK [READ-ONLY] done\r\n"

    def _fetched(self, arguments: str) -> bytes:
        uids, _, items = arguments.partition(" ")
        wanted = {int(one) for one in uids.split(",")}
        mails = [(number, one) for number, one in enumerate(self.server.mails, 1) if one.uid in wanted]
        most = re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", items)
        return b"".join(self._body(number, one, int(most[1])) if most else _head(number, one) for number, one in mails)

    def _body(self, number: int, mail: StoredMail, most: int) -> bytes:
        self.server.fetched[mail.uid] += 1
        uid, body = f"UID {mail.uid}".encode(), mail.body[:most]
        before, after = (b"", b" " + uid) if self.server.uid_after_body else (uid + b" ", b"")
        return b"* %d FETCH (%bBODY[]<0> {%d}\r\n%b%b)\r\n" % (number, before, len(body), body, after)

    async def _idle(self, tag: bytes) -> None:
        exists = b"* %d EXISTS\r\n"
        self.writer.write(self.server.before_idling + b"+ idling\r\n")
        end = asyncio.ensure_future(self.reader.readline())
        while not end.done():
            told = asyncio.ensure_future(self.news.wait())
            await asyncio.wait((end, told), return_when=asyncio.FIRST_COMPLETED)
            told.cancel()
            if self.news.is_set():
                self.news.clear()
                self.writer.write(exists % len(self.server.mails))
        self.writer.write(tag + b" OK done\r\n")


@asynccontextmanager
async def running_imap_server(
    server: ImapServer | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ImapServer]:
    """Serve on 127.0.0.1, at any port unless one is set; `tls` is for TLS from the first byte."""
    server = server or ImapServer()
    tasks = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(server, reader, writer)
        server.connections.add(connection)
        tasks.add(asyncio.current_task())
        try:
            with suppress(OSError, ssl.SSLError):
                await connection.talk()
        finally:
            server.connections.discard(connection)
            tasks.discard(asyncio.current_task())
            writer.close()
            with suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    listener = await asyncio.start_server(accept, "127.0.0.1", server.port, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.cut()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listener.wait_closed()


def _head(number: int, mail: StoredMail) -> bytes:
    size = mail.told_size or len(mail.body)
    date = mail.arrived_at.strftime("%d-%b-%Y %H:%M:%S %z")
    return f'* {number} FETCH (UID {mail.uid} RFC822.SIZE {size} INTERNALDATE "{date}")\r\n'.encode()


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1])
