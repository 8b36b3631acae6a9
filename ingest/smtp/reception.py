"""What all SMTP sessions share: the receiver behind time limits and error replies, and the memory that mails take."""

import asyncio
import secrets
from typing import Any

import structlog

from ingest.smtp.connections import Connections
from ingest.smtp.memory import Hold, MemoryBudget
from ingest.smtp.replies import NOT_OURS, OUR_FAULT, RECIPIENT_OK
from ingest.smtp.values import OurFault, Receiver, SmtpLimits, SmtpMail
from ingest.traces import trace_of

MAX_LOGGED = 100


class Reception:
    """Asks the receiver, and turns whatever comes of it into a reply. Nothing that the receiver raises gets out."""

    def __init__(self, receiver: Receiver, limits: SmtpLimits) -> None:
        self.limits = limits
        self.connections = Connections(limits.max_connections, limits.max_connections_per_address, limits.trusted)
        # One mail of the largest size must always fit, with its dot-stuffing.
        largest = 2 * limits.max_message_bytes
        self._memory = MemoryBudget(
            max(limits.max_bytes_in_memory, largest), max(limits.max_bytes_in_memory // 4, largest)
        )
        self.storing: set[asyncio.Task[str]] = set()
        """Mails on their way to the disk. They go on when their session is lost."""
        self._receiver = receiver
        self._log: Any = structlog.get_logger("smtp")

    def hold_memory(self, peer: str) -> Hold:
        """Return what counts the memory of one mail."""
        return Hold(self._memory, "" if self.connections.is_trusted(peer) else peer)

    async def judge_recipient(self, address: str, peer: str) -> str:
        """Reply to RCPT: taken, not ours, or our fault."""
        try:
            async with asyncio.timeout(self.limits.seconds_to_receive):
                accepted = await self._receiver.accepts(address)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender shall come again
            self.log_trouble(error, peer)
            return OUR_FAULT
        return RECIPIENT_OK if accepted else NOT_OURS

    async def store(self, mail: SmtpMail, *, tls: bool) -> str:
        """Reply to the end of data. The mail is stored to the end even when the sender does not wait for it."""
        task = asyncio.create_task(self._store(mail, tls=tls), name="smtp-store")
        self.storing.add(task)
        task.add_done_callback(self.storing.discard)
        await asyncio.wait({task}, timeout=self.limits.seconds_to_receive)
        if task.done() and not task.cancelled():
            return task.result()
        self._log.error("mail not stored in time", peer=mail.peer, size=len(mail.body))
        return OUR_FAULT

    async def _store(self, mail: SmtpMail, *, tls: bool) -> str:
        with self.hold_memory(mail.peer) as hold:
            hold.keep(len(mail.body))
            try:
                outcome = await self._receiver.receive(mail)
            except Exception as error:  # noqa: BLE001 - whatever it is, the sender shall come again
                self.log_trouble(error, mail.peer)
                return OUR_FAULT
        mail_id = secrets.token_hex(4)
        self._log.info("mail taken", peer=mail.peer, mail=mail_id, size=len(mail.body), outcome=outcome, tls=tls)
        return f"250 2.0.0 {outcome} ({mail_id})"

    def log_refusal(self, address: str, peer: str) -> None:
        """One line for a recipient that is not ours: its domain only, a local part may be a person or a secret."""
        self._log.info("recipient refused", peer=peer, domain=address.rpartition("@")[2][:MAX_LOGGED])

    def log_trouble(self, error: Exception, peer: str) -> None:
        """One line; for what is not foreseen with the trace, but without texts: they may quote the mail."""
        if isinstance(error, OurFault):
            self._log.warning("cannot receive", peer=peer, reason=str(error))
        else:
            self._log.error("cannot receive", peer=peer, reason=type(error).__name__, trace=trace_of(error))
