"""One SMTP session: aiosmtpd's, with a command loop and a DATA that lose no report (RFC 5321)."""

import asyncio
from collections.abc import Sequence
from typing import cast

from aiosmtpd.smtp import Envelope, Session, TLSSetupException

from ingest.smtp import replies
from ingest.smtp.commands import BadCommand, read_command
from ingest.smtp.connection import SmtpConnection
from ingest.smtp.connections import plain_address
from ingest.smtp.data import MessageData
from ingest.smtp.envelope import NULL_PATH, split_path
from ingest.smtp.reception import Reception
from ingest.smtp.tls import CertificateFiles
from ingest.smtp.values import SmtpMail

BLOCK_BYTES = 256 * 1024
MAX_REFUSALS_LOGGED = 20
"""Refused recipients of one session that get a line in the log."""


class Transaction(Envelope):
    """A mail while it is announced, and how its recipients fared."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self.our_fault = False


class SmtpSession(SmtpConnection):
    """Replies carry enhanced status codes; every command is bounded in length, time and number."""

    line_length_limit = 64 * 1024  # the buffer of the reader; lines of a mail may have any length

    def __init__(self, reception: Reception, hostname: str, certificate: CertificateFiles | None) -> None:
        self._reception = reception
        self._certificate = certificate
        self._peer = ""
        self._verb = ""
        self._mistakes = 0
        self._refusals_logged = 0
        super().__init__(_Hooks(), reception.limits, hostname)

    def __dir__(self) -> list[str]:
        # aiosmtpd walks through all members for each connection, in search of AUTH mechanisms; we offer none.
        return []

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode()
        await super().push(replies.with_enhanced_code(self._verb, text))

    # The command loop

    async def _handle_client(self) -> None:
        self._peer = plain_address(self.session.peer if self.session else None)
        refusal = self._reception.connections.admit(self._peer)
        try:
            await (self._push_named(refusal) if refusal else self._converse())
        except TLSSetupException as error:
            # Without a finished handshake asyncio does not tell us that the connection is lost.
            self.connection_lost(error)
        except (EOFError, ConnectionError):
            pass
        finally:
            if not refusal:
                self._reception.connections.leave(self._peer)
            self.hang_up()

    async def _converse(self) -> None:
        await self._push_named(replies.GREETING)
        for _ in range(self._limits.max_commands_per_session):
            if self._finishing and not self._transaction.mail_from:
                await self._push_named(replies.SHUTTING_DOWN)
                return
            await self._obey(await self._command_line())
            if self._mistakes > self._limits.max_mistakes_per_session:
                await self._push_named(replies.TOO_MANY_MISTAKES)
                return
            if self._ended:
                return
        await self._push_named(replies.TOO_MANY_COMMANDS)

    async def _push_named(self, reply: str) -> None:
        await self.push(reply.format(host=self.hostname))

    async def _command_line(self) -> bytes:
        """Up to and with its line end. Of a line longer than the buffer the last parts come, still too long."""
        overlong = b""
        self._idle = not self._transaction.mail_from
        try:
            while True:
                try:
                    return overlong + await self._reader.readuntil(b"\n")
                except asyncio.LimitOverrunError as overrun:
                    overlong = await self._reader.readexactly(overrun.consumed)
        finally:
            self._idle = False

    async def _obey(self, line: bytes) -> None:
        try:
            self._verb, argument = read_command(line, with_tls=self._certificate is not None)
        except BadCommand as bad:
            self._verb = "?"
            self._mistakes += 1
            await self.push(bad.reply)
            return
        self._reset_timeout()
        try:
            await getattr(self, f"smtp_{self._verb}")(argument or None)
        except (EOFError, ConnectionError, TLSSetupException):
            raise
        except Exception as error:  # noqa: BLE001 - the session goes on, the sender comes again
            self._reception.log_trouble(error, self._peer)
            self.envelope = self._create_envelope()
            await self.push(replies.OUR_FAULT)

    # Commands in which we differ from aiosmtpd

    async def smtp_STARTTLS(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's way to name commands
        if self._certificate is None or self._tls_protocol is not None:
            await self.push(replies.ALREADY_TLS)
            return
        self.tls_context = self._certificate.fresh_context()
        await super().smtp_STARTTLS(arg or "")
        if not arg and (self.session is None or self.session.ssl is None):
            raise TLSSetupException

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802
        session = cast("Session", self.session)
        if not hostname:
            await self.push(replies.NO_NAME)
            return
        session.host_name, session.extended_smtp = hostname, True
        self.envelope = self._create_envelope()
        lines = [self.hostname, *self._extensions()]
        await self.push("".join(f"250-{line}\r\n" for line in lines) + "250 HELP")

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        refusal = self._why_no_data(arg)
        if refusal:
            await self.push(refusal)
            return
        await self.push(replies.DATA)
        reply = await self._take_mail()
        self.envelope = self._create_envelope()
        self._reset_timeout()
        await self.push(reply)

    async def smtp_QUIT(self, _arg: str | None) -> None:  # noqa: N802
        await self.push(replies.BYE)
        self.hang_up()

    async def smtp_VRFY(self, _arg: str | None) -> None:  # noqa: N802
        await self.push(replies.VRFY)

    async def smtp_HELP(self, _arg: str | None) -> None:  # noqa: N802
        await self.push(replies.HELP)

    def _extensions(self) -> list[str]:
        """Keywords of the reply to EHLO. CHUNKING is not among them: DATA does for all."""
        offered = [
            "PIPELINING",
            f"SIZE {self._limits.max_message_bytes}",
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
        ]
        return [*offered, "STARTTLS"] if self._certificate and self._tls_protocol is None else offered

    async def judge_recipient(self, address: str) -> str:
        """Reply to RCPT; a recipient that is taken joins the transaction."""
        transaction = self._transaction
        if len(transaction.rcpt_tos) >= self._limits.max_recipients_per_mail:
            return replies.TOO_MANY_RECIPIENTS
        reply = await self._reception.judge_recipient(address, self._peer)
        if reply == replies.RECIPIENT_OK:
            transaction.rcpt_tos.append(address)
            return reply
        transaction.refused += 1
        transaction.our_fault |= reply == replies.OUR_FAULT
        if reply == replies.NOT_OURS:
            self._log_refusal(address)
        return reply

    def _log_refusal(self, address: str) -> None:
        self._refusals_logged += 1
        if self._refusals_logged <= MAX_REFUSALS_LOGGED:
            self._reception.log_refusal(address, self._peer)

    # The mail

    @property
    def _transaction(self) -> Transaction:
        return cast("Transaction", self.envelope)

    def _create_envelope(self) -> Transaction:
        return Transaction()

    def _why_no_data(self, arg: str | None) -> str:
        if arg:
            return replies.NO_DATA_ARGUMENT
        if self._transaction.rcpt_tos:
            return ""
        if self._transaction.our_fault:
            return replies.OUR_FAULT
        return replies.NO_VALID_RECIPIENT if self._transaction.refused else replies.NO_RECIPIENT_YET

    async def _take_mail(self) -> str:
        """Read the mail to its end, have it stored, and return the reply."""
        data = MessageData(self._limits.max_message_bytes)
        if not await self._transfer(data):
            return replies.NO_MEMORY
        if data.dropped:
            return replies.TOO_LARGE.format(limit=self._limits.max_message_bytes)
        sender = self._transaction.mail_from or NULL_PATH
        recipients = tuple(self._transaction.rcpt_tos)
        mail = SmtpMail(data.body, "" if sender == NULL_PATH else sender, recipients, self._peer)
        self._stop_clock()  # from here on it is our time, not the sender's
        return await self._reception.store(mail, tls=self._tls_protocol is not None)

    async def _transfer(self, data: MessageData) -> bool:
        """Feed `data` to its end; False when there was no memory for it. Raises EOFError when the sender is gone."""
        fits = True
        rest = None
        with self._reception.hold_memory(self._peer) as hold:
            while rest is None:
                self._reset_timeout()
                block = await self._reader.read(BLOCK_BYTES)
                if not block:
                    raise EOFError
                rest = data.feed(block)
                if not hold.resize(data.held_bytes):
                    data.drop()
                    fits = False
        # The reader cannot take back what follows the mail (mostly QUIT); aiosmtpd reaches for its buffer as well.
        self._reader._buffer[:0] = rest  # type: ignore[attr-defined]  # noqa: SLF001
        return fits

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return split_path(arg) or (None, None)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        # `SIZE=²` is a number to str.isdigit, and none to int.
        return super()._getparams(params) if all(map(str.isascii, params)) else None


class _Hooks:
    """aiosmtpd's call to its handler."""

    def __dir__(self) -> list[str]:
        return ["handle_RCPT"]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's way to name hooks
        self, server: SmtpSession, _session: Session, _envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        return await server.judge_recipient(address)
