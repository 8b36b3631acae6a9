"""What a mail's own header says: who sent it, when, and which domain it claims to report on (RFC 8460 section 5.3)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.reader.headers import Headers, decoded_words
from ingest.reader.words import one_line
from storage.domain_name import canonical_domain

_MAX_SUBJECT = 500
_MAX_ADDRESS = 320
_MAX_DATE = 100
_REPORT_DOMAIN = re.compile(r"report\s+domain:\s*([^\s<>]{1,255})", re.IGNORECASE)
_ADDRESS = r"""([^<>\s,;:"()@]+@[^<>\s,;:"()@]+)"""
_BRACKETED_ADDRESS = re.compile(rf"<\s*{_ADDRESS}\s*>")
_BARE_ADDRESS = re.compile(rf"{_ADDRESS}\s*(?:\([^()]*\))?")


@dataclass(frozen=True, slots=True)
class MailFrame:
    """The header of a mail. Nothing in it is proven; an empty string means absent or unusable."""

    from_address: str = ""
    from_domain: str = ""
    date: datetime | None = None
    """Aware UTC."""
    subject: str = ""
    report_domain: str = ""
    """Of TLS-Report-Domain, canonical."""
    submitter: str = ""
    """Of TLS-Report-Submitter."""
    subject_domain: str = ""
    """Of `Report Domain:` in the Subject, canonical."""


def read_frame(mail: Headers, report: Headers | None = None) -> MailFrame:
    """Read the frame of a mail; what it says of the report is taken from `report` where that was forwarded in it."""
    about = report or mail
    address = _address(mail.get("from", ""))
    subject = _subject(mail)
    named = _REPORT_DOMAIN.search(_subject(about) if report else subject)
    return MailFrame(
        from_address=address,
        from_domain=canonical_domain(address.partition("@")[2]) or "",
        date=_date(mail.get("date", "")),
        subject=subject,
        report_domain=canonical_domain(about.get("tls-report-domain", "")) or "",
        submitter=_submitter(about.get("tls-report-submitter", "")),
        subject_domain=canonical_domain(named[1]) or "" if named else "",
    )


def _subject(headers: Headers) -> str:
    return one_line(decoded_words(headers.get("subject", "")), _MAX_SUBJECT)


def _submitter(value: str) -> str:
    return canonical_domain(value) or one_line(value, _MAX_ADDRESS)


def _address(value: str) -> str:
    bracketed = _BRACKETED_ADDRESS.findall(value)
    if bracketed:
        return one_line(bracketed[-1], _MAX_ADDRESS)
    bare = _BARE_ADDRESS.fullmatch(value)
    return one_line(bare[1], _MAX_ADDRESS) if bare else ""


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value[:_MAX_DATE])
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
