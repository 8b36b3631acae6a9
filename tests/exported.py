"""Exported files as their readers see them."""

import csv
import io
import json

from tests.asking import answered

COLUMNS = [
    "row",
    "day",
    "domain",
    "reporter",
    "organization",
    "report_id",
    "report",
    "arrived_at",
    "dkim",
    "trust",
    "counted",
    "policy_type",
    "mode",
    "policy_domain",
    "mx_host",
    "successful",
    "failed",
    "result_type",
    "sessions",
    "sending_ip",
    "receiving_mx",
    "receiving_helo",
    "receiving_ip",
    "reason",
]


def read_csv(body):
    """Return the rows of a file as RFC 4180 says they stand there."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n")
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in found), "as many cells as columns"
    return found


async def exported(db, text="export example.com all", **more):
    """Return (reply, rows as a spreadsheet reads them)."""
    reply = await answered(db, text, **more)
    (file,) = reply.attachments
    assert (file.media_type, file.name.rpartition(".")[2]) == ("text/csv", "csv")
    return reply, read_csv(file.body)


async def exported_json(db, text="export example.com all json", **more):
    reply = await answered(db, text, **more)
    (file,) = reply.attachments
    assert (file.media_type, file.name.rpartition(".")[2]) == ("application/json", "json")
    return json.loads(file.body)
