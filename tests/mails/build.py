"""Builds one healthy report and the mail around it; every test changes one thing of it."""

import base64
import copy
import gzip
import io
import json
import zipfile
from typing import Any

from ingest.reader.allowance import Allowance

ABSENT = object()
"""As a value: the key is left out."""

POLICY = ("policies", 0, "policy")
SUMMARY = ("policies", 0, "summary")
FAILURE = ("policies", 0, "failure-details", 0)
FILE_NAME = "sender.example!example.com!1773014400!1773100799!001.json.gz"

_HEALTHY: dict[str, Any] = {
    "organization-name": "Sender Inc.",
    "date-range": {"start-datetime": "2026-03-09T00:00:00Z", "end-datetime": "2026-03-09T23:59:59Z"},
    "contact-info": "tlsrpt@sender.example",
    "report-id": "2026-03-09T00:00:00Z_example.com",
    "policies": [
        {
            "policy": {
                "policy-type": "sts",
                "policy-string": ["version: STSv1", "mode: enforce", "mx: mx1.example.com", "max_age: 604800"],
                "policy-domain": "example.com",
                "mx-host": ["mx1.example.com"],
            },
            "summary": {"total-successful-session-count": 590, "total-failure-session-count": 10},
            "failure-details": [
                {
                    "result-type": "certificate-expired",
                    "sending-mta-ip": "192.0.2.10",
                    "receiving-mx-hostname": "mx1.example.com",
                    "receiving-mx-helo": "mx1.example.com",
                    "receiving-ip": "198.51.100.7",
                    "failed-session-count": 10,
                    "failure-reason-code": "X509_V_ERR_CERT_HAS_EXPIRED",
                }
            ],
        }
    ],
}


def report(*changes: tuple[tuple[Any, ...], Any]) -> dict[str, Any]:
    """The healthy report as JSON value, with values put (or left out) at the given paths."""
    value = copy.deepcopy(_HEALTHY)
    for path, new in changes:
        place: Any = value
        for step in path[:-1]:
            place = place[step]
        if new is ABSENT:
            del place[path[-1]]
        else:
            place[path[-1]] = new
    return value


def generous() -> Allowance:
    """Enough for any report of a test."""
    return Allowance(policies=1_000, failures=50_000)


def text(*changes: tuple[tuple[Any, ...], Any]) -> bytes:
    """The same as JSON text."""
    return json.dumps(report(*changes), indent=1).encode()


def gzipped(content: bytes | None = None) -> bytes:
    return gzip.compress(text() if content is None else content, mtime=0)


def zipped(*files: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def base64_lines(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def part(
    body: bytes,
    content_type: str = "application/tlsrpt+gzip",
    encoding: str = "base64",
    disposition: str = f'attachment; filename="{FILE_NAME}"',
) -> bytes:
    """One MIME part; the body is encoded here only when the encoding is base64 in any case."""
    fields = [
        ("Content-Type", content_type),
        ("Content-Disposition", disposition),
        ("Content-Transfer-Encoding", encoding),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields if value)
    return head.encode() + b"\r\n" + (base64_lines(body) if encoding.lower() == "base64" else body)


HUMAN_PART = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThis is an aggregate TLS report.\r\n"


def frame(**fields: str) -> bytes:
    """The header of the mail, without Content-Type; a field is changed or left out (empty) by its name with `_`."""
    values = {
        "From": "TLS Reports <tlsrpt@sender.example>",
        "To": "TOKEN@reports.example.net",
        "Date": "Tue, 10 Mar 2026 04:00:00 +0000",
        "Message-ID": "<1@sender.example>",
        "Subject": "Report Domain: example.com Submitter: sender.example Report-ID: <1@sender.example>",
        "TLS-Report-Domain": "example.com",
        "TLS-Report-Submitter": "sender.example",
        "MIME-Version": "1.0",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in values.items() if value).encode()


def multipart(
    *parts: bytes,
    head: bytes | None = None,
    kind: str = 'multipart/report; report-type="tlsrpt"',
    end: bytes = b"--b1--\r\n",
) -> bytes:
    opening = (frame() if head is None else head) + f'Content-Type: {kind}; boundary="b1"\r\n\r\n'.encode()
    return opening + b"".join(b"--b1\r\n" + one + b"\r\n" for one in parts) + end


def mail(body: bytes | None = None, *, head: bytes | None = None, **options: str) -> bytes:
    """A mail as RFC 8460 section 5.3 has it, with one report part."""
    return multipart(HUMAN_PART, part(gzipped() if body is None else body, **options), head=head)
