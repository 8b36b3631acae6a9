"""Made-up traffic that all benchmarks share: the same reports and mails in every run, each of them distinct."""

import base64
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""The benchmarks' clock; the newest reports are about the day before."""
RECIPIENT = "tls-reports@reports.example"
REPORTERS = tuple(f"sender{number:02d}.example" for number in range(27))
DOMAINS = ("example.com", *(f"domain{number:04d}.example" for number in range(1, 1000)))
HUGE = 5000
"""Failure details of the largest reports."""

RESULTS = (
    ("certificate-expired", "X509_V_ERR_CERT_HAS_EXPIRED"),
    ("certificate-host-mismatch", "X509_V_ERR_HOSTNAME_MISMATCH"),
    ("certificate-not-trusted", "X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT"),
    ("starttls-not-supported", ""),
    ("validation-failure", "tls handshake failure"),
    ("sts-policy-fetch-error", "timeout"),
)
_LEAST_BYTES, _MOST_BYTES = 2_000, 20_000
_LINE = 76


@dataclass(frozen=True, slots=True)
class Mix:
    """How many of a hundred reports have how many failure details."""

    name: str
    shares: tuple[tuple[int, int, int], ...]
    """(reports, fewest details, most details)."""


USUAL = Mix("98 %", ((61, 0, 0), (31, 1, 10), (8, 50, 50)))
"""Without the largest reports."""
ALL = Mix("all", ((60, 0, 0), (30, 1, 10), (8, 50, 50), (2, HUGE, HUGE)))


@dataclass(frozen=True, slots=True)
class Made:
    """A report, and what the mail around it says of it."""

    reporter: str
    domain: str
    start: datetime
    number: int
    details: int
    content: dict[str, Any]


def reports(count: int, mix: Mix, *, days: int = 30, domains: tuple[str, ...] = DOMAINS) -> Iterator[Made]:
    """Yield reports, no two by one reporter about one domain's day.

    The newest day comes first. With few domains and days there are more reporters than `REPORTERS`.
    """
    random = Random(f"{mix.name} {count}")
    details = sizes(mix, random)
    for number in range(count):
        age, rest = divmod(number, max(1, -(-count // days)))
        reporter, domain = divmod(rest, len(domains))
        start = NOW.replace(hour=0) - timedelta(days=1 + age)
        yield _report(number, _reporter(reporter), domains[domain], start, next(details), random)


def mail(made: Made) -> bytes:
    """Return the mail that carries a report: 2 to 20 kB by its header, more when the report needs it."""
    random = Random(made.number)
    body = json.dumps(made.content, separators=(",", ":")).encode()
    packed = gzip.compress(body, mtime=0)
    kind = b"application/tlsrpt+gzip"
    if made.details <= 10 and made.number % 10 == 0:
        packed, kind = body, b"application/tlsrpt+json"
    boundary = b"b%015d" % made.number
    parts = _human_part(made, boundary) + _report_part(made, boundary, kind, base64.encodebytes(packed))
    head = _head(made, boundary)
    wanted = int(_LEAST_BYTES * (_MOST_BYTES / _LEAST_BYTES) ** random.random())
    return (_trace(random, wanted - len(head) - len(parts)) + head + parts).replace(b"\n", b"\r\n")


def sizes(mix: Mix, random: Random) -> Iterator[int]:
    """Yield numbers of failure details without end: every hundred of them hold the mix exactly."""
    while True:
        hundred = [random.randint(least, most) for reports_, least, most in mix.shares for _ in range(reports_)]
        random.shuffle(hundred)
        yield from hundred


def _reporter(number: int) -> str:
    return REPORTERS[number] if number < len(REPORTERS) else f"sender{number}.example"


def _report(number: int, reporter: str, domain: str, start: datetime, details: int, random: Random) -> Made:
    failures = [_detail(domain, random) for _ in range(details)]
    end = start + timedelta(days=1, seconds=-1)
    content = {
        "organization-name": f"{reporter.partition('.')[0].title()} Inc.",
        "date-range": {"start-datetime": _rfc3339(start), "end-datetime": _rfc3339(end)},
        "contact-info": f"smtp-tls-reporting@{reporter}",
        "report-id": f"{_rfc3339(start)}_{domain}_{number}",
        "policies": [
            {
                "policy": {
                    "policy-type": "sts",
                    "policy-string": ["version: STSv1", "mode: enforce", f"mx: *.{domain}", "max_age: 604800"],
                    "policy-domain": domain,
                    "mx-host": [f"*.{domain}"],
                },
                "summary": {
                    "total-successful-session-count": random.randint(1, 5000),
                    "total-failure-session-count": sum(failure["failed-session-count"] for failure in failures),
                },
                "failure-details": failures,
            }
        ],
    }
    return Made(reporter, domain, start, number, details, content)


def _detail(domain: str, random: Random) -> dict[str, Any]:
    result, reason = random.choices(RESULTS, (40, 20, 15, 10, 10, 5))[0]
    host = f"mx{random.choice((1, 1, 1, 2))}.{domain}"
    detail = {
        "result-type": result,
        "sending-mta-ip": f"192.0.{random.randrange(256)}.{random.randrange(256)}",
        "receiving-mx-hostname": host,
        "receiving-ip": f"198.51.100.{random.randrange(1, 5)}",
        "failed-session-count": random.randint(1, 9),
    }
    return detail | ({"failure-reason-code": reason} if reason else {})


def _head(made: Made, boundary: bytes) -> bytes:
    subject = f"Report Domain: {made.domain}\n Submitter: {made.reporter}\n Report-ID: <{made.number}@{made.reporter}>"
    sent = (made.start + timedelta(days=1, hours=4)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"Date: {sent}\nFrom: TLS Reports <smtp-tls-reporting@{made.reporter}>\nTo: {RECIPIENT}\n"
        f"Subject: {subject}\nMessage-ID: <{made.number}@{made.reporter}>\n"
        f"TLS-Report-Domain: {made.domain}\nTLS-Report-Submitter: {made.reporter}\nTLS-Required: No\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type="tlsrpt";\n boundary="{boundary.decode()}"\n\n'
    ).encode()


def _human_part(made: Made, boundary: bytes) -> bytes:
    text = f"This is an aggregate TLS report from {made.reporter} about {made.domain}.\n"
    head = b"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 7bit\n\n"
    return b"--" + boundary + b"\n" + head + text.encode() + b"\n"


def _report_part(made: Made, boundary: bytes, kind: bytes, encoded: bytes) -> bytes:
    seconds = int(made.start.timestamp())
    suffix = "json.gz" if kind.endswith(b"gzip") else "json"
    name = f"{made.reporter}!{made.domain}!{seconds}!{seconds + 86399}!{made.number}.{suffix}"
    head = f'Content-Disposition: attachment;\n filename="{name}"\nContent-Transfer-Encoding: base64\n\n'
    return b"--" + boundary + b"\nContent-Type: " + kind + b"\n" + head.encode() + encoded + b"--" + boundary + b"--\n"


def _trace(random: Random, wanted: int) -> bytes:
    """Return what the mail's way adds to a header: Received fields, and the long opaque ones of large services."""
    fields: list[bytes] = []
    size = 0
    while size < wanted:
        field = _opaque(random, min(wanted - size, 1500)) if len(fields) % 3 == 2 else _received(random)
        fields.append(field)
        size += len(field)
    return b"".join(fields)


def _received(random: Random) -> bytes:
    address = f"203.0.113.{random.randrange(256)}"
    return (
        f"Received: from mail-{random.randrange(10**6)}.sender.example (mail.sender.example. [{address}])\n"
        f"        by mx.reports.example with ESMTPS id {random.randbytes(12).hex()}\n"
        f"        for <{RECIPIENT}>\n        (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\n"
        f"        Mon, 09 Mar 2026 04:{random.randrange(60):02d}:00 +0000 (UTC)\n"
    ).encode()


def _opaque(random: Random, size: int) -> bytes:
    text = base64.b64encode(random.randbytes(max(size * 3 // 4, 30)))
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return b"X-Antispam-Message-Data:\n" + b"".join(b"\t" + line + b"\n" for line in lines)


def _rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
