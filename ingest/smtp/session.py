"""One SMTP session: aiosmtpd's commands, and those in which we differ from it (RFC 5321)."""

from collections.abc import Sequence
from typing import cast

from aiosmtpd.smtp import Envelope, Session, TLSSetupException

from ingest.smtp import replies
from ingest.smtp.commands import Cut
from ingest.smtp.dialogue import SmtpDialogue
from ingest.smtp.envelope import NULL_PATH, split_path
from ingest.smtp.reception import Reception
from ingest.smtp.refusals import Refusal
from ingest.smtp.tls import CertificateFiles
from ingest.smtp.transfer import Transfer
from ingest.smtp.values import SmtpMail


class Transaction(Envelope):
    """A mail while it is announced, and how its recipients fared."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self.put_off = ""
        """The reply that told the sender to come again; what was pipelined behind it gets it too."""


class SmtpSession(SmtpDialogue):
    """Replies carry enhanced status codes."""

    def __init__(self, reception: Reception, hostname: str, certificate: CertificateFiles | None) -> None:
        self._unknown_recipients = 0
        super().__init__(_Hooks(), reception, hostname, certificate)

    def __dir__(self) -> list[str]:
        # aiosmtpd walks through all members for each connection, in search of AUTH mechanisms; we offer none.
        return []

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

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        refusal = self._reception.count_mail(self._limited_as)
        if refusal is None:
            await super().smtp_MAIL(arg)
            return
        self._note_refusal(refusal)
        self.envelope = self._create_envelope()
        self._transaction.put_off = refusal.reply
        await self.push(refusal.reply)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if self._transaction.put_off and not self._transaction.mail_from:
            await self.push(self._transaction.put_off)
        else:
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        refusal = self._why_no_data(arg)
        if refusal:
            await self.push(refusal)
            return
        await self.push(replies.DATA)
        reply = await self._take_mail()
        self.envelope = self._create_envelope()
        self._commands_since_mail = 0
        self._begin_step()
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
        """Reply to RCPT; a recipient that is taken joins the transaction. Raises Cut for who guesses addresses."""
        transaction = self._transaction
        if len(transaction.rcpt_tos) >= self._limits.max_recipients_per_mail:
            return replies.TOO_MANY_RECIPIENTS
        if self._limited_as and self._unknown_recipients >= self._limits.max_unknown_recipients_per_session:
            raise Cut(Refusal.UNKNOWN_RECIPIENTS)
        if not self._reception.may_ask_for_recipients(self._limited_as):
            raise Cut(Refusal.UNKNOWN_RECIPIENTS)
        reply = await self._reception.judge_recipient(address, self._peer)
        if reply == replies.RECIPIENT_OK:
            transaction.rcpt_tos.append(address)
            return reply
        transaction.refused += 1
        if reply == replies.OUR_FAULT:
            transaction.put_off = reply
        elif reply == replies.NOT_OURS:
            self._unknown_recipients += 1
            self._reception.count_unknown_recipient(address, self._peer, self._limited_as)
        return reply

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
        if self._transaction.put_off:
            return self._transaction.put_off
        return replies.NO_VALID_RECIPIENT if self._transaction.refused else replies.NO_RECIPIENT_YET

    async def _take_mail(self) -> str:
        """Read the mail to its end, have it stored, and return the reply."""
        transfer = Transfer(self._limits, self._wait_at_most)
        with self._reception.hold_memory(self._limited_as) as hold:
            rest = await transfer.run(self._reader, hold)
        # The reader cannot take back what follows the mail (mostly QUIT); aiosmtpd reaches for its buffer as well.
        self._reader._buffer[:0] = rest  # type: ignore[attr-defined]  # noqa: SLF001
        if not transfer.fits:
            self._note_refusal(Refusal.NO_MEMORY)
            return Refusal.NO_MEMORY.reply
        if transfer.data.dropped:
            return replies.TOO_LARGE.format(limit=self._limits.max_message_bytes)
        sender = self._transaction.mail_from or NULL_PATH
        recipients = tuple(self._transaction.rcpt_tos)
        mail = SmtpMail(transfer.data.body, "" if sender == NULL_PATH else sender, recipients, self._peer)
        self._stop_clock()
        return await self._reception.store(mail, self._limited_as, tls=self._tls_protocol is not None)

    def _wait_at_most(self, seconds: float) -> None:
        is_slow = seconds < self._limits.seconds_per_command
        self._when_time_is_up = Refusal.TOO_SLOW if is_slow else Refusal.TIMEOUT
        self._reset_timeout(min(seconds, self._limits.seconds_per_command))

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
