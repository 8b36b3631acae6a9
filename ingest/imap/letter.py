"""What a mail in a mailbox is: when it came, to which of our addresses, and whether it is meant as a report. Pure."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from ingest.delivery import MAIL
from ingest.placing import is_possible
from ingest.reader.frame import read_frame
from ingest.reader.headers import Headers, media_type, parameters, split_head
from ingest.reader.limits import ReadLimits
from ingest.reader.mime import PartWalk
from storage.arrival import Original, Source

HEADER_BYTES = 64 * 1024
LONGEST_FIELD = 4_000
MOST_RECIPIENTS = 10
COPIED = timedelta(days=7)
"""No mail is on its way for longer: a mail whose Date is older than that was put into the mailbox later."""
_FIELDS = ("delivered-to", "x-original-to", "to", "cc")
_FIELD = re.compile(rf"^({'|'.join(_FIELDS)}|return-path):(.*(?:\n[ \t].*)*)".encode(), re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"[^<>\s,;:\"()@]{1,64}@[^<>\s,;:\"()@]{1,255}")
_REPORT_SUBJECT = re.compile(r"report\s+domain:.{1,300}submitter:", re.IGNORECASE | re.DOTALL)
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?tlsrpt", re.IGNORECASE)
_REPORT_NAME = re.compile(r"[^!]+![^!]+![^!]+!.+\.json(\.gz)?", re.IGNORECASE)
_REPORT_MEDIA_TYPE = "application/tlsrpt"


def original_of(body: bytes, stored_at: datetime | None, is_ours: Callable[[str], bool], now: datetime) -> Original:
    """Return the original of a mail. `stored_at` is what the server says of when it came; times are aware UTC."""
    fields = _fields(body[:HEADER_BYTES])
    addresses = [one for name in _FIELDS for value in fields.get(name, ()) for one in _ADDRESS.findall(value)]
    ours = tuple(dict.fromkeys(one for one in addresses if is_ours(one)))
    return Original(
        body=body,
        media_type=MAIL,
        source=Source.IMAP,
        arrived_at=_arrived_at(body, stored_at, now),
        envelope_from=next((one for value in fields.get("return-path", ()) for one in _ADDRESS.findall(value)), ""),
        recipients=ours[:MOST_RECIPIENTS],
    )


def is_meant_as_report(body: bytes, limits: ReadLimits) -> bool:
    """Tell a damaged report from the mails of people, which are nobody's business."""
    walk = PartWalk(body, limits)
    return _says_so(walk.headers) or any(_is_report_part(part.headers) for part in walk.parts())


def _arrived_at(body: bytes, stored_at: datetime | None, now: datetime) -> datetime:
    arrived = stored_at if stored_at is not None and is_possible(stored_at, now) else now
    date = read_frame(split_head(body, 0, len(body), HEADER_BYTES)[0]).date
    if date is not None and is_possible(date, now) and arrived - date > COPIED:
        return date
    return arrived


def _fields(text: bytes) -> dict[str, list[str]]:
    """Return the values of the wanted header fields, unfolded."""
    head = re.split(rb"\r?\n\r?\n", text, maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(head):
        found.setdefault(name.decode().lower(), []).append(value[:LONGEST_FIELD].decode("utf-8", "replace"))
    return found


def _says_so(mail: Headers) -> bool:
    return (
        bool(mail.get("tls-report-domain") or mail.get("tls-report-submitter"))
        or _REPORT_TYPE.search(mail.get("content-type", "")) is not None
        or _REPORT_SUBJECT.match(mail.get("subject", "")) is not None
    )


def _is_report_part(part: Headers) -> bool:
    name = parameters(part.get("content-disposition", "")).get("filename", "")
    name = name or parameters(part.get("content-type", "")).get("name", "")
    return media_type(part).startswith(_REPORT_MEDIA_TYPE) or _REPORT_NAME.fullmatch(name) is not None
