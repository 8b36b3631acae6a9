"""A made-up TLS report as a mail, for the first smoke test."""

import gzip
import json
import secrets
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

SUCCESSFUL = 97
SENDER = "sample.invalid"


def sample_mail(domain: str, failures: int, recipient: str, now: datetime) -> bytes:
    """Return a mail with a report about yesterday: 97 sessions went well, `failures` found an expired certificate."""
    body = json.dumps(sample_report(domain, failures, now)).encode()
    start = _midnight(now) - timedelta(days=1)
    end = start + timedelta(days=1, seconds=-1)
    mail = EmailMessage()
    mail["From"] = f"tls-reports@{SENDER}"
    mail["To"] = recipient
    mail["Date"] = format_datetime(now)
    mail["Subject"] = f"Report Domain: {domain} Submitter: {SENDER} Report-ID: <{secrets.token_hex(8)}@{SENDER}>"
    mail["TLS-Report-Domain"] = domain
    mail["TLS-Report-Submitter"] = SENDER
    mail.set_content("A made-up TLS report, sent by `tlsrpt-bot send-report`.\n")
    mail.add_attachment(
        gzip.compress(body),
        maintype="application",
        subtype="tlsrpt+gzip",
        filename=f"{SENDER}!{domain}!{start.timestamp():.0f}!{end.timestamp():.0f}!001.json.gz",
    )
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def sample_report(domain: str, failures: int, now: datetime) -> dict[str, object]:
    """Return the report itself (RFC 8460 section 4.4)."""
    start = _midnight(now) - timedelta(days=1)
    end = start + timedelta(days=1, seconds=-1)
    host = f"mx1.{domain}"
    detail = {
        "result-type": "certificate-expired",
        "sending-mta-ip": "192.0.2.10",
        "receiving-mx-hostname": host,
        "receiving-ip": "198.51.100.7",
        "failed-session-count": failures,
    }
    return {
        "organization-name": "Made-up Sender",
        "date-range": {"start-datetime": _rfc3339(start), "end-datetime": _rfc3339(end)},
        "contact-info": f"tls-reports@{SENDER}",
        "report-id": secrets.token_hex(8),
        "policies": [
            {
                "policy": {
                    "policy-type": "sts",
                    "policy-string": ["version: STSv1", "mode: testing", f"mx: {host}", "max_age: 604800"],
                    "policy-domain": domain,
                    "mx-host": [host],
                },
                "summary": {"total-successful-session-count": SUCCESSFUL, "total-failure-session-count": failures},
                "failure-details": [detail] if failures else [],
            }
        ],
    }


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
