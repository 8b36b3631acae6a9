"""From an original to a delivery, whatever way it came: what is in it, and where each report counts. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ingest.placing import is_possible, place
from ingest.reader.frame import read_frame
from ingest.reader.headers import split_head
from ingest.reader.mail import (
    FoundReport,
    MailFrame,
    ReadLimits,
    Unreadable,
    looks_like_bare_report,
    read_bare,
    read_mail,
)
from storage.arrival import Arrival, Delivery, DkimVerdict, Original, Trust

MAIL = "message/rfc822"
BARE_TYPES = ((b"\x1f\x8b", "application/gzip"), (b"PK", "application/zip"))
"""First bytes of what is neither a mail nor JSON."""
BEGINNING = 64 * 1024
"""Bytes of an unreadable mail in which From is looked for."""


@dataclass(frozen=True, slots=True)
class Content:
    """The reports in an original: at least one."""

    found: tuple[FoundReport, ...]
    frame: MailFrame | None = None
    """Of a mail; none where a report came by itself."""
    is_whole: bool = True
    """Nothing that may hold a report was left out."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far a report is believed."""

    dkim: DkimVerdict
    trust: Trust
    signer: str = ""
    """Domain of the aligned passing signature."""
    held: bool = False
    """Kept, but not counted."""
    marks: tuple[str, ...] = ()
    """Why it is not verified, a sentence each; they begin as `storage.proof` has it."""


IMPORTED = Judgement(DkimVerdict.UNCHECKED, Trust.IMPORTED)


def media_type_of(body: bytes) -> str:
    """Tell by the bytes what an original is: a mail, or a report by itself."""
    if not looks_like_bare_report(body):
        return MAIL
    return next((type_ for magic, type_ in BARE_TYPES if body.startswith(magic)), "application/json")


def read_content(original: Original, limits: ReadLimits) -> Content:
    """Find the reports in an original. Raises Unreadable."""
    if original.media_type == MAIL:
        mail = read_mail(original.body, limits)
        return Content(mail.found, mail.frame, mail.is_whole)
    return Content(read_bare(original.body, original.name, limits))


def delivery_of(
    original: Original, content: Content, judge: Callable[[FoundReport], Judgement], token_domain: str, now: datetime
) -> Delivery:
    """Place every report of an original. `now` is aware UTC."""
    arrivals = (_arrival(original, content, one, judge(one), token_domain, now) for one in content.found)
    return Delivery(original, tuple(arrivals))


def unread(original: Original, refusal: Unreadable) -> Delivery:
    """Return the delivery of an original in which no report could be read."""
    sender = _sender(original)
    return Delivery(original, kind=refusal.kind, reason=refusal.reason.value, detail=refusal.detail, sender=sender)


def _sender(original: Original) -> str:
    """Return the domain of the envelope sender, or of From where that is empty."""
    domain = original.envelope_from.rpartition("@")[2].lower()
    if domain or original.media_type != MAIL:
        return domain
    headers, _ = split_head(original.body, 0, min(len(original.body), BEGINNING), BEGINNING)
    return read_frame(headers, None).from_domain


def _arrival(
    original: Original, content: Content, one: FoundReport, judgement: Judgement, token_domain: str, now: datetime
) -> Arrival:
    sent_at = _sent_at(content.frame, original.arrived_at)
    placing = place(
        one.report,
        frame=content.frame,
        file_name=one.file_name,
        token_domain=token_domain,
        recipients=original.recipients,
        sent_at=sent_at,
        arrived_at=original.arrived_at,
        now=now,
    )
    return Arrival(
        report=one.report,
        policies=placing.policies,
        day=placing.day,
        longer_than_a_day=placing.longer_than_a_day,
        sent_at=sent_at,
        dkim=judgement.dkim,
        signer=judgement.signer,
        trust=judgement.trust,
        held=judgement.held,
        marks=(*placing.marks, *judgement.marks),
    )


def _sent_at(frame: MailFrame | None, arrived_at: datetime) -> datetime:
    """Return the mail's Date, or the arrival where the Date is missing or impossible."""
    date = frame.date if frame else None
    return date if date is not None and is_possible(date, arrived_at) else arrived_at
