"""What all SMTP sessions share: limits, memory, and the receiver behind time limits and error replies."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from ingest.metrics import ReceptionMetrics
from ingest.rationed_log import RationedLog
from ingest.smtp.connections import Connections
from ingest.smtp.memory import Hold, MemoryBudget
from ingest.smtp.peers import Peers
from ingest.smtp.rates import Clock, Rate
from ingest.smtp.refusals import Refusal
from ingest.smtp.replies import NOT_OURS, OUR_FAULT, RECIPIENT_OK
from ingest.smtp.values import OurFault, Receiver, SmtpLimits, SmtpMail
from ingest.traces import trace_of
from storage.arrival import Source

MAX_LOGGED = 100
LINES_A_MINUTE = 20
"""Of each kind that strangers can cause."""


class Reception:
    """Asks the receiver, and turns whatever comes of it into a reply. Nothing that the receiver raises gets out."""

    def __init__(
        self,
        receiver: Receiver,
        limits: SmtpLimits,
        metrics: ReceptionMetrics | None,
        make_room: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self.limits = limits
        self.peers = Peers(limits.trusted)
        self.connections = Connections(limits, make_room, clock)
        self.storing: set[asyncio.Task[str]] = set()
        """Mails on their way to the disk. They go on when their session is lost."""
        self._mails = Rate(limits.max_mails_per_minute, limits.max_mails_per_minute_and_address, clock)
        self._unknown_recipients = Rate(
            limits.max_unknown_recipients_per_minute, limits.max_unknown_recipients_per_minute_and_address, clock
        )
        # One mail of the largest size must always fit, with its dot-stuffing.
        largest = 2 * limits.max_message_bytes
        self._memory = MemoryBudget(
            max(limits.max_bytes_in_memory, largest), max(limits.max_bytes_in_memory // 4, largest)
        )
        self._receiver = receiver
        self._metrics = metrics or ReceptionMetrics(CollectorRegistry())
        self._log: Any = structlog.get_logger("smtp")
        self._by_strangers = RationedLog(self._log, LINES_A_MINUTE, clock)
        self._our_faults = RationedLog(self._log, 1, clock)

    # Limits

    def hold_memory(self, limited_as: str) -> Hold:
        """Return what counts the memory of one mail."""
        return Hold(self._memory, limited_as)

    def count_mail(self, limited_as: str) -> Refusal | None:
        """Count one more mail that is announced, or return why it must wait."""
        if not self._mails.has_room_in_all():
            return Refusal.MAIL_RATE
        if not self._mails.has_room_for(limited_as):
            return Refusal.MAIL_RATE_OF_ADDRESS
        self._mails.count(limited_as)
        return None

    def may_ask_for_recipients(self, limited_as: str) -> bool:
        """Whether this address has not yet named too many recipients that are not ours. Trusted networks always may."""
        rate = self._unknown_recipients
        return not limited_as or (rate.has_room_in_all() and rate.has_room_for(limited_as))

    def count_unknown_recipient(self, address: str, peer: str, limited_as: str) -> None:
        """Count it, and log its domain only: a local part may be a person or a secret."""
        if limited_as:
            self._unknown_recipients.count(limited_as)
        domain = address.rpartition("@")[2][:MAX_LOGGED]
        self._by_strangers.write("info", "recipient refused", peer=peer, domain=domain)

    def note_refusal(self, refusal: Refusal, peer: str) -> None:
        self._metrics.refused(refusal)
        self._by_strangers.write("info", "refused", reason=refusal.value, peer=peer)

    # The receiver

    async def judge_recipient(self, address: str, peer: str) -> str:
        """Reply to RCPT: taken, not ours, or our fault."""
        try:
            async with asyncio.timeout(self.limits.seconds_to_receive):
                accepted = await self._receiver.accepts(address)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sender shall come again
            self._metrics.our_fault(Source.SMTP)
            self.log_trouble(error, peer)
            return OUR_FAULT
        return RECIPIENT_OK if accepted else NOT_OURS

    async def store(self, mail: SmtpMail, limited_as: str, *, tls: bool) -> str:
        """Reply to the end of data. The mail is stored to the end even when the sender does not wait for it."""
        task = asyncio.create_task(self._store(mail, limited_as, tls=tls), name="smtp-store")
        self.storing.add(task)
        task.add_done_callback(self.storing.discard)
        await asyncio.wait({task}, timeout=self.limits.seconds_to_receive)
        if task.done() and not task.cancelled():
            return task.result()
        self._metrics.our_fault(Source.SMTP)
        self._our_faults.write("error", "mail not stored in time", peer=mail.peer, size=len(mail.body))
        return OUR_FAULT

    async def _store(self, mail: SmtpMail, limited_as: str, *, tls: bool) -> str:
        with self.hold_memory(limited_as) as hold:
            hold.keep(len(mail.body))
            try:
                outcome = await self._receiver.receive(mail)
            except Exception as error:  # noqa: BLE001 - whatever it is, the sender shall come again
                if not isinstance(error, OurFault):  # who raises that has counted it
                    self._metrics.our_fault(Source.SMTP)
                self.log_trouble(error, mail.peer)
                return OUR_FAULT
        mail_id = secrets.token_hex(4)
        self._log.info("mail taken", peer=mail.peer, mail=mail_id, size=len(mail.body), outcome=outcome, tls=tls)
        return f"250 2.0.0 {outcome} ({mail_id})"

    def log_trouble(self, error: Exception, peer: str) -> None:
        """One line; for what is not foreseen with the trace, but without texts: they may quote the mail."""
        if isinstance(error, OurFault):
            self._our_faults.write("warning", "cannot receive", peer=peer, reason=str(error))
        else:
            name, trace = type(error).__name__, trace_of(error)
            self._by_strangers.write("error", "cannot receive", peer=peer, reason=name, trace=trace)
