"""Made-up reports as mails (RFC 8460 section 5.3), signed by those who sign."""

import gzip
from base64 import encodebytes
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from bot.demo.reports import MadeUpReport
from bot.demo.signing import DemoKey
from bot.demo.written import report_id, report_text

MAIL = """From: {organisation} <tls-reports@{submitter}>
To: {recipient}
Date: {date}
Subject: Report Domain: {domain} Submitter: {submitter} Report-ID: <{report_id}>
Message-ID: <{report_id}>
TLS-Report-Domain: {domain}
TLS-Report-Submitter: {submitter}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=tlsrpt; boundary="{boundary}"

--{boundary}
Content-Type: text/plain; charset=us-ascii

An aggregate TLS report of {submitter} about {domain}. It is made up.

--{boundary}
Content-Type: application/tlsrpt+{form}
Content-Disposition: attachment; filename="{file_name}"
Content-Transfer-Encoding: base64

{body}
--{boundary}--
"""
BOUNDARY = "the-parts-of-this-report"


def mail_of(report: MadeUpReport, recipient: str, key: DemoKey) -> bytes:
    """Return the mail, sent at the report's `sent_at`."""
    sender = report.sender
    form, ending = ("gzip", "json.gz") if sender.compressed else ("json", "json")
    text = report_text(report)
    mail = MAIL.format(
        organisation=sender.organisation,
        submitter=sender.domain,
        recipient=recipient,
        date=format_datetime(report.sent_at),
        domain=report.receiver.name,
        report_id=report_id(report),
        boundary=BOUNDARY,
        form=form,
        file_name=f"{sender.domain}!{report.receiver.name}!{_seconds(report.first)}!{_seconds(report.last)}.{ending}",
        body=encodebytes(gzip.compress(text, mtime=0) if sender.compressed else text).decode().rstrip("\n"),
    )
    raw = mail.replace("\n", "\r\n").encode("ascii")
    return key.signed(raw, sender.domain, report.sent_at) if sender.signs else raw


def sent_now(report: MadeUpReport, now: datetime) -> MadeUpReport:
    """Return the report as one that is sent `now`."""
    return replace(report, sent_at=now)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
