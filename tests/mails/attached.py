"""Mails that carry a good report in an unusual way: each must be read as if it were usual."""

import base64
import binascii
import quopri
from collections.abc import Iterator

from tests.mails.build import (
    FILE_NAME,
    HUMAN_PART,
    base64_lines,
    frame,
    gzipped,
    mail,
    multipart,
    part,
    text,
    zipped,
)

JSON_TYPE = "application/tlsrpt+json"
ENCODED = " base64"
"""The builder leaves a body alone that is encoded already."""
ONE_LINE = base64.b64encode(gzipped())
FOOTER = b"\r\n_______________\r\nOur list\r\nhttps://list.example\r\n"


def uuencoded(content: bytes) -> bytes:
    lines = [binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45)]
    return b"begin 644 report.json.gz\r\n" + b"".join(lines).replace(b"\n", b"\r\n") + b"`\r\nend\r\n"


def readable_mails() -> Iterator[tuple[str, bytes]]:
    """Yield (quirk, mail): the number is that of the kind of oddity, the words say what it is."""
    yield "01 gzip in base64", mail()
    yield from _encodings()
    yield from _types()
    yield from _packing()
    yield from _structure()
    yield from _names()


def _encodings() -> Iterator[tuple[str, bytes]]:
    yield "02 json in base64", mail(text(), content_type=JSON_TYPE)
    yield (
        "02 json quoted-printable",
        mail(quopri.encodestring(text()), content_type=JSON_TYPE, encoding="quoted-printable"),
    )
    yield "02 json 7bit", mail(text(), content_type=JSON_TYPE, encoding="7bit")
    yield "02 json 8bit", mail(text(), content_type=JSON_TYPE, encoding="8bit")
    yield "02 json without encoding", mail(text(), content_type=JSON_TYPE, encoding="")
    yield "18 encoding in capitals", mail(encoding="BASE64")
    yield "19 list footer below base64", mail(base64_lines(gzipped()) + FOOTER, encoding=ENCODED)
    yield "20 base64 without padding", mail(ONE_LINE.rstrip(b"="), encoding=ENCODED)
    yield "20 base64 without padding, and a list footer", mail(ONE_LINE.rstrip(b"=") + FOOTER, encoding=ENCODED)
    yield "21 gzip binary", mail(gzipped(), encoding="binary")
    yield "21 base64 without saying so", mail(ONE_LINE, encoding="")
    yield "21 says base64, is plain", mail(text(), encoding=ENCODED)
    yield "21 uuencode", mail(uuencoded(gzipped()), encoding="x-uuencode")


def _types() -> Iterator[tuple[str, bytes]]:
    for kind in (
        "application/gzip",
        "application/x-gzip",
        "application/octet-stream",
        "application/tlsrpt",
        "text/plain",
    ):
        yield f"03 gzip as {kind}", mail(content_type=kind)
    for kind in ("application/json", "text/json", "text/plain", "application/octet-stream"):
        yield f"04 json as {kind}", mail(text(), content_type=kind)
        yield f"04 json 7bit as {kind}", mail(text(), content_type=kind, encoding="7bit")
    yield "05 gzip by name and type, json by content", mail(text())
    yield "06 json by type, gzip by content", mail(content_type=JSON_TYPE)
    yield (
        "18 type in capitals",
        multipart(HUMAN_PART, part(gzipped(), "APPLICATION/TLSRPT+GZIP"), kind="MULTIPART/REPORT"),
    )
    yield "23 misspelled Content-Type", mail().replace(b"Content-Type:", b"ContentType:")


def _packing() -> Iterator[tuple[str, bytes]]:
    yield "07 zip", mail(zipped(("report.json", text())), content_type="application/zip")
    yield "07 zip labelled gzip", mail(zipped(("report.json", text())))
    yield "07 zip, report after a readme", mail(zipped(("readme.txt", b"hello"), ("x/", b""), ("report.json", text())))
    yield "07 gzip within zip", mail(zipped(("report.json.gz", gzipped())))
    yield "08 gzip and line end", mail(gzipped() + b"\r\n")
    yield "08 gzip and zeroes", mail(gzipped() + bytes(64))
    yield "09 two gzip members", mail(gzipped(text()[:300]) + gzipped(text()[300:]))
    yield "09 gzip twice", mail(gzipped(gzipped()))


def _structure() -> Iterator[tuple[str, bytes]]:
    yield "12 multipart/mixed", multipart(HUMAN_PART, part(gzipped()), kind="multipart/mixed")
    yield "12 multipart/alternative", multipart(HUMAN_PART, part(gzipped()), kind="multipart/alternative")
    yield "12 report first", multipart(part(gzipped()), HUMAN_PART)
    yield (
        "12 one multipart in another",
        multipart(
            HUMAN_PART,
            b'Content-Type: multipart/mixed; boundary="b2"\r\n\r\n--b2\r\n' + part(gzipped()) + b"\r\n--b2--\r\n",
        ),
    )
    yield "13 sole body gzip", frame() + part(gzipped())
    yield "13 sole body json", frame() + part(text(), JSON_TYPE, "7bit")
    yield "13 sole body without type", frame() + b"\r\n" + text()
    yield "13 sole body as text/plain", frame() + b"Content-Type: text/plain\r\n\r\n" + text()
    yield "14 html first", multipart(b"Content-Type: text/html\r\n\r\n<html><p>[report]</p></html>", part(gzipped()))
    yield "14 banner of a gateway first", multipart(b"\r\n[EXTERNAL] take care", part(gzipped()))
    yield "15 last boundary without dashes", multipart(HUMAN_PART, part(gzipped()), end=b"--b1\r\n")
    yield "15 last boundary missing", multipart(HUMAN_PART, part(gzipped()), end=b"")
    yield "16 bare LF", mail().replace(b"\r\n", b"\n")
    yield "16 an mbox line before the header", b"From tlsrpt@sender.example Tue Mar 10 04:00:00 2026\r\n" + mail()
    yield (
        "19 forwarded",
        multipart(HUMAN_PART, b"Content-Type: message/rfc822\r\n\r\n" + mail(), kind="multipart/mixed"),
    )
    yield (
        "19 forwarded in base64",
        multipart(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_lines(mail())),
    )


def _names() -> Iterator[tuple[str, bytes]]:
    for name, disposition in {
        "unquoted": f"attachment; filename={FILE_NAME}",
        "RFC 2231 pieces": f"attachment; filename*0*=us-ascii''{FILE_NAME[:20]};\r\n filename*1={FILE_NAME[20:]}",
        "RFC 2047": "attachment; filename==?utf-8?B?" + base64.b64encode(FILE_NAME.encode()).decode() + "?=",
        "in capitals": f'ATTACHMENT; FILENAME="{FILE_NAME.upper()}"',
        "inline": f'inline; filename="{FILE_NAME}"',
        "absent": "attachment",
        "unterminated": f'attachment; filename="{FILE_NAME}',
    }.items():
        yield f"17 file name {name}", mail(disposition=disposition)
    yield "17 no disposition", mail(disposition="")
    yield (
        "25 no subject, no TLS-Report fields",
        mail(head=frame(Subject="", TLS_Report_Domain="", TLS_Report_Submitter="")),
    )
