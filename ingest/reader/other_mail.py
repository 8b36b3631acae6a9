"""Mails that come to a report address and are no reports: bounces (RFC 3464) and automatic replies (RFC 3834)."""

import re

from ingest.reader.headers import Headers, decoded_words, media_type
from ingest.reader.unreadable import Unreadable, UnreadableReason

_DELIVERY_STATUS = ("message/delivery-status", "message/global-delivery-status")
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?delivery-status", re.IGNORECASE)
_MAILER_DAEMON = re.compile(r"mailer-daemon@", re.IGNORECASE)
_REPLY_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|abwesenheit)", re.IGNORECASE
)


def is_delivery_status(part: Headers) -> bool:
    """Tell the part of a bounce that machines read."""
    return media_type(part) in _DELIVERY_STATUS


def other_purpose(mail: Headers) -> list[Unreadable]:
    """Return what a mail says of itself: that it is a bounce or an automatic reply."""
    found = []
    if _REPORT_TYPE.search(mail.get("content-type", "")) or _MAILER_DAEMON.search(mail.get("from", "")):
        found.append(Unreadable(UnreadableReason.BOUNCE))
    if _is_reply(mail):
        found.append(Unreadable(UnreadableReason.AUTO_REPLY))
    return found


def _is_reply(mail: Headers) -> bool:
    return (
        mail.get("auto-submitted", "").lower().startswith("auto-replied")
        or mail.get("precedence", "").lower() == "auto_reply"
        or "x-autoreply" in mail
        or _REPLY_SUBJECT.match(decoded_words(mail.get("subject", ""))) is not None
    )
