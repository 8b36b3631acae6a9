"""Mails without a readable report, each with the word for the reason."""

import base64
import gzip
import io
import zipfile
from collections.abc import Iterator

from tests.mails.build import HUMAN_PART, frame, gzipped, mail, multipart, part, text, zipped

DMARC = b'<?xml version="1.0"?>\n<feedback>\n<report_metadata/></feedback>'
BLANKS = b" " * (3 * 2**20)


def encrypted_zip() -> bytes:
    packed = bytearray(zipped(("report.json", text())))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed)


def bzip2_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("report.json", text())
    return packed.getvalue()


def wrong_checksum() -> bytes:
    packed = bytearray(gzipped())
    packed[-8] ^= 0xFF
    return bytes(packed)


def unreadable_mails() -> Iterator[tuple[str, bytes]]:
    """Yield (reason, mail); read with a limit of 2 MiB for a report."""
    yield "gzip-truncated", mail(gzipped()[:-20])
    yield "gzip-truncated", mail(gzipped()[:5])
    yield "gzip-damaged", mail(wrong_checksum())
    yield "gzip-damaged", mail(b"\x1f\x8b" + b"no gzip at all")
    yield "too-large-inflated", mail(gzip.compress(BLANKS))
    yield "too-large-inflated", mail(gzip.compress(gzip.compress(BLANKS)))
    yield "too-large-inflated", mail(zipped(("report.json", BLANKS)))
    yield "too-large-inflated", mail(b"[" + BLANKS + b"]", encoding="7bit")
    yield "encrypted-archive", mail(encrypted_zip())
    yield "zip-damaged", mail(zipped(("report.json", text()))[:-30])
    yield "zip-damaged", mail(bzip2_zip())
    yield "nested-too-deep", mail(gzipped(gzipped(gzipped())))
    yield "no-report", mail(zipped(("readme.txt", b"hello")))
    yield "no-report", mail(b"hello")
    yield "no-report", frame() + b"\r\nDear Sir or Madam,\r\n"
    yield "no-report", b""
    yield "empty-attachment", mail(b"")
    yield "no-boundary", mail().replace(b'; boundary="b1"', b"")
    yield "not-json", mail(b'{"organization-name": ')
    yield "not-a-report", mail(b'{"hello": "world"}')
    yield "not-a-report", mail(b"[1, 2, 3]")
    yield "not-a-report", mail(b"{}")
    yield "dmarc-report", mail(gzipped(DMARC), content_type="application/gzip")
    yield "dmarc-report", mail(zipped(("report.xml", DMARC)), content_type="application/zip")
    yield "dmarc-report", mail(DMARC, content_type="text/xml", encoding="8bit")
    yield (
        "bounce",
        multipart(
            HUMAN_PART,
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n",
            kind="multipart/mixed",
        ),
    )
    yield "bounce", multipart(HUMAN_PART, kind="multipart/report; report-type=delivery-status")
    yield "bounce", frame(From="Mail Delivery System <MAILER-DAEMON@mx.example>") + b"\r\nSorry.\r\n"
    yield "auto-reply", frame(Auto_Submitted="auto-replied (vacation)") + b"\r\nI am away.\r\n"
    yield "auto-reply", frame(Subject="Automatic reply: Report Domain: example.com") + b"\r\nI am away.\r\n"
    yield "auto-reply", frame(Subject="=?utf-8?q?Out_of_office?=") + b"\r\nI am away.\r\n"
    yield "gzip-truncated", frame(Auto_Submitted="auto-generated") + part(gzipped()[:-20])
    yield "gzip-truncated", multipart(HUMAN_PART, part(b""), part(gzipped()[:-20]), part(base64.b64encode(b"{}")))
