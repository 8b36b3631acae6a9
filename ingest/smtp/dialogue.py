"""The command loop of an SMTP session: who may come in, one command after another, and when it is enough."""

import asyncio

from aiosmtpd.smtp import TLSSetupException

from ingest.smtp import replies
from ingest.smtp.commands import BadCommand, Cut, read_command
from ingest.smtp.connection import SmtpConnection
from ingest.smtp.peers import plain_address
from ingest.smtp.proxy_header import LOOK_AHEAD, BadProxyHeader, begins_proxy_header, forwarded_address
from ingest.smtp.reception import Reception
from ingest.smtp.refusals import Refusal
from ingest.smtp.tls import CertificateFiles

MAX_OVERLONG_COMMAND = 1024 * 1024
"""Octets of a command line that is too long, to its end; then the connection is cut."""


class SmtpDialogue(SmtpConnection):
    """Every command is bounded in length, time and number. What a command does, `smtp_NAME` of the session says."""

    line_length_limit = 64 * 1024  # the buffer of the reader; lines of a mail may have any length

    def __init__(
        self, handler: object, reception: Reception, hostname: str, certificate: CertificateFiles | None
    ) -> None:
        self._reception = reception
        self._certificate = certificate
        self._peer = ""
        self._limited_as = ""
        """The peer as limits by address know it; empty for trusted networks."""
        self._verb = ""
        self._mistakes = 0
        self._commands_since_mail = 0
        super().__init__(handler, reception.limits, hostname)

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        await super().push(replies.with_enhanced_code(self._verb, text))

    async def _push_named(self, reply: str) -> None:
        await self.push(reply.format(host=self.hostname))

    def _note_refusal(self, refusal: Refusal) -> None:
        self._reception.note_refusal(refusal, self._peer)

    @property
    def _announced(self) -> bool:
        """Whether a mail is announced: a stop waits for its end."""
        return self.envelope is not None and bool(self.envelope.mail_from)

    async def _handle_client(self) -> None:
        self._set_peer(plain_address(self.session.peer if self.session else None))
        refusal = self._reception.connections.admit(self._limited_as)
        if refusal:
            self.cut(refusal)
            return
        try:
            await self._converse()
        except Cut as cut:
            self.cut(cut.refusal)
        except TLSSetupException as error:
            # Without a finished handshake asyncio does not tell us that the connection is lost.
            self.connection_lost(error)
        except (EOFError, ConnectionError):
            pass
        finally:
            self._reception.connections.leave(self._limited_as)
            self.hang_up()

    def _set_peer(self, address: str) -> None:
        self._peer = address
        self._limited_as = self._reception.peers.limited_as(address)

    async def _converse(self) -> None:
        """Obey command after command. Raises Cut when one of them was too many."""
        self._begin_step()
        await self._push_named(replies.GREETING)
        commands = 0
        while not self._finishing or self._announced:
            await self._obey(await (self._command_line() if commands else self._first_line()))
            if self._ended:
                return
            commands += 1
            self._check_patience(commands)
        await self._push_named(replies.SHUTTING_DOWN)

    def _check_patience(self, commands: int) -> None:
        self._commands_since_mail += 1
        if self._mistakes > self._limits.max_mistakes_per_session:
            raise Cut(Refusal.MISTAKES)
        if (
            commands >= self._limits.max_commands_per_session
            or self._commands_since_mail >= self._limits.max_commands_per_mail
        ):
            raise Cut(Refusal.COMMANDS)

    async def _first_line(self) -> bytes:
        """Return the first command; a trusted proxy may send its header before it."""
        line = await self._command_line()
        buffer = self._reader._buffer  # type: ignore[attr-defined]  # noqa: SLF001 - asyncio has no way to look ahead
        if self._limited_as or not begins_proxy_header(line, bytes(buffer[:LOOK_AHEAD])):
            return line
        buffer[:0] = line
        await self._believe_proxy()
        return await self._command_line()

    async def _believe_proxy(self) -> None:
        """Go on as if the connection came from the address that the proxy names. Raises Cut."""
        try:
            address = await forwarded_address(self._reader)
        except BadProxyHeader:
            raise Cut(Refusal.PROXY_LINE) from None
        if not address:
            return
        proxy = self._limited_as
        self._peer = address
        forwarded_as = self._reception.peers.limited_as(self._peer)
        refusal = self._reception.connections.move(proxy, forwarded_as)
        if refusal:
            raise Cut(refusal)
        self._limited_as = forwarded_as

    async def _command_line(self) -> bytes:
        """Up to and with its line end. Of a line longer than the buffer the last parts come, still too long."""
        overlong = b""
        length = 0
        self._idle = not self._announced
        try:
            while length <= MAX_OVERLONG_COMMAND:
                try:
                    return overlong + await self._reader.readuntil(b"\n")
                except asyncio.LimitOverrunError as overrun:
                    overlong = await self._reader.readexactly(overrun.consumed)
                    length += len(overlong)
        finally:
            self._idle = False
        raise Cut(Refusal.MISTAKES)

    async def _obey(self, line: bytes) -> None:
        try:
            self._verb, argument = read_command(line, with_tls=self._certificate is not None)
        except BadCommand as bad:
            self._verb = "?"
            self._mistakes += 1
            await self.push(bad.reply)
            return
        self._begin_step()
        try:
            await getattr(self, f"smtp_{self._verb}")(argument or None)
        except (EOFError, ConnectionError, TLSSetupException, Cut):
            raise
        except Exception as error:  # noqa: BLE001 - the session goes on, the sender comes again
            self._reception.log_trouble(error, self._peer)
            self.envelope = self._create_envelope()
            await self.push(replies.OUR_FAULT)
