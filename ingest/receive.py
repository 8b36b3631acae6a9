"""Joins the parts: a mail that came by SMTP is read, judged, placed and stored before the sender is answered."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from publicsuffixlist import PublicSuffixList

from ingest.dkim.verdict import DkimResult, KeyLookup, verify_dkim
from ingest.placing import is_possible, place
from ingest.reader.mail import FoundReport, ReadLimits, ReadMail, Unreadable, read_mail
from ingest.smtp.envelope import AddressKind, address_kind, split_address
from ingest.smtp.values import OurFault, SmtpMail
from ingest.writer import Writer
from storage import domains
from storage.arrival import Arrival, Delivery, DkimVerdict, Original, Outcome, QuarantineKind, Source, Trust
from storage.database import Database, DatabaseUnavailable

LARGE_MAIL = 24 * 1024
LARGE_REPORT = 256 * 1024
"""Mails and unpacked reports from this size on are read off the loop."""
DKIM_WORKERS = 2


@dataclass(frozen=True, slots=True)
class ReceptionRules:
    """What the settings say about reports by mail."""

    report_domain: str
    shared_address: str
    """Local part; empty when there is none."""
    check_dkim: bool
    hold_unverified: bool


class MailReceiver:
    """Takes mails from the SMTP server."""

    def __init__(
        self,
        *,
        database: Database,
        writer: Writer,
        rules: ReceptionRules,
        limits: ReadLimits,
        keys: KeyLookup,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._writer = writer
        self._rules = rules
        self._limits = limits
        self._light = replace(limits, max_report_bytes=min(LARGE_REPORT, limits.max_report_bytes))
        self._keys = keys
        self._clock = clock
        self._suffixes = PublicSuffixList()
        self._workers = asyncio.Semaphore(DKIM_WORKERS)

    async def accepts(self, address: str) -> bool:
        """Whether a recipient is ours: the shared address, postmaster, or a token of a registered domain."""
        kind = self._kind(address)
        if kind is AddressKind.TOKEN:
            return bool(await self._domain_of(address))
        return kind is not AddressKind.FOREIGN

    async def receive(self, mail: SmtpMail) -> str:
        """Store a mail and return what became of it. Raises OurFault when nothing was kept."""
        original = Original(
            body=mail.body,
            media_type="message/rfc822",
            source=Source.SMTP,
            arrived_at=self._clock(),
            envelope_from=mail.envelope_from,
            recipients=mail.recipients,
        )
        outcomes = await self._writer.store(await self._read(original))
        return next((outcome for outcome in Outcome if outcome in outcomes), Outcome.STORED)

    async def _read(self, original: Original) -> Delivery:
        try:
            found = await self._parsed(original.body)
        except Unreadable as refusal:
            kind, reason = refusal.kind, refusal.reason.value
            if all(self._kind(address) is AddressKind.POSTMASTER for address in original.recipients):
                kind, reason = QuarantineKind.POSTMASTER, QuarantineKind.POSTMASTER.value
            return Delivery(original, kind=kind, reason=reason, detail=refusal.detail)
        verdict = DkimResult(DkimVerdict.UNCHECKED)
        if self._rules.check_dkim:
            verdict = await verify_dkim(
                original.body, self._keys, now=self._clock(), suffixes=self._suffixes, workers=self._workers
            )
        token_domain = await self._token_domain(original.recipients)
        return Delivery(
            original, tuple(self._arrival(one, found, original, verdict, token_domain) for one in found.found)
        )

    async def _parsed(self, body: bytes) -> ReadMail:
        if len(body) < LARGE_MAIL:
            try:
                mail = read_mail(body, self._light)
            except Unreadable:
                mail = None
            if mail is not None and mail.is_whole:
                return mail
        return await asyncio.to_thread(read_mail, body, self._limits)

    def _arrival(
        self, one: FoundReport, mail: ReadMail, original: Original, verdict: DkimResult, token_domain: str
    ) -> Arrival:
        now = self._clock()
        sent_at = _sent_at(mail.frame.date, original.arrived_at)
        placing = place(
            one.report,
            frame=mail.frame,
            file_name=one.file_name,
            token_domain=token_domain,
            recipients=original.recipients,
            sent_at=sent_at,
            arrived_at=original.arrived_at,
            now=now,
        )
        # The signature of a forwarded mail is the forwarder's: it proves nothing about the report within.
        signer = "" if one.forwarded else verdict.signer
        return Arrival(
            report=one.report,
            policies=placing.policies,
            day=placing.day,
            longer_than_a_day=placing.longer_than_a_day,
            sent_at=sent_at,
            dkim=verdict.verdict,
            signer=signer,
            trust=Trust.VERIFIED if signer else Trust.UNVERIFIED,
            held=self._rules.hold_unverified and not signer,
            marks=placing.marks,
        )

    def _kind(self, address: str) -> AddressKind:
        return address_kind(address, self._rules.report_domain, self._rules.shared_address)

    async def _token_domain(self, recipients: tuple[str, ...]) -> str:
        tokens = [address for address in recipients if self._kind(address) is AddressKind.TOKEN]
        return await self._domain_of(tokens[0]) if tokens else ""

    async def _domain_of(self, address: str) -> str:
        """Return the registered domain to which a report address belongs, or an empty string."""
        token = split_address(address)[0].lower()

        def find() -> str:
            with self._database.reading() as connection:
                record = domains.by_token(connection, token)
                return record.name if record else ""

        try:
            return await asyncio.to_thread(find)
        except DatabaseUnavailable as error:
            raise OurFault(str(error)) from error


def _sent_at(date: datetime | None, arrived_at: datetime) -> datetime:
    """Return the mail's Date, or its arrival where the Date is missing or impossible."""
    return date if date is not None and is_possible(date, arrived_at) else arrived_at
