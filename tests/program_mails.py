"""Report mails for the whole program, and the sender that brings them."""

import asyncio
import smtplib
from datetime import UTC, datetime

from tests.mails.build import SUMMARY, frame, gzipped, mail, text

RECIPIENT = "tls-reports@localhost"
SENDER = "tlsrpt@sender.example"
SECONDS = 20
RANGE = "date-range"
POLICY_DOMAIN = ("policies", 0, "policy", "policy-domain")
SUCCESSFUL = (*SUMMARY, "total-successful-session-count")
FAILED = (*SUMMARY, "total-failure-session-count")
DETAIL = ("policies", 0, "failure-details", 0)


def report_mail(domain: str, successful: int, failed: int = 0, **more: str) -> bytes:
    """A mail about one day of a domain; `report_id`, `organisation` and `date` (of the mail) on request."""
    changes = [
        (POLICY_DOMAIN, domain),
        (SUCCESSFUL, successful),
        (FAILED, failed),
        ((*DETAIL, "failed-session-count"), failed),
        ((*DETAIL, "receiving-mx-hostname"), f"mx1.{domain}"),
        (("report-id",), more.get("report_id", f"id-{domain}")),
        (("organization-name",), more.get("organisation", "Sender Inc.")),
    ]
    head = frame(TLS_Report_Domain=domain, Date=more.get("date", "Tue, 10 Mar 2026 04:00:00 +0000"), Subject="Report")
    return mail(gzipped(text(*changes)), head=head)


def now() -> datetime:
    """The program's clock is the real one: reports that shall raise an alarm have to be fresh."""
    return datetime.now(UTC)


async def send(port: int, *mails: bytes, recipient: str = RECIPIENT) -> list[int]:
    """Send mails over one connection; return the code that answers each."""

    def deliver() -> list[int]:
        with smtplib.SMTP("127.0.0.1", port, timeout=SECONDS) as smtp:
            smtp.ehlo()
            return [_delivered(smtp, one, recipient) for one in mails]

    return await asyncio.to_thread(deliver)


def _delivered(smtp: smtplib.SMTP, body: bytes, recipient: str) -> int:
    for code, _ in (smtp.mail(SENDER), smtp.rcpt(recipient)):
        if code != 250:
            smtp.rset()
            return code
    return smtp.data(body)[0]
