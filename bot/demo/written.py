"""Writes a made-up report down as JSON (RFC 8460 section 4.4), as its sender would. Pure."""

import json
from datetime import datetime, timedelta, timezone
from itertools import cycle

from bot.demo.cast import Receiver, Sender
from bot.demo.reports import MadeUpReport
from bot.demo.story import Failed

POLICY_URL = "https://mta-sts.{}/.well-known/mta-sts.txt"
FETCH_ERROR = "sts-policy-fetch-error"


def report_id(report: MadeUpReport) -> str:
    return f"{report.first:%Y%m%d}-{report.receiver.name}@{report.sender.domain}"


def report_text(report: MadeUpReport) -> bytes:
    """Return the report itself."""
    sender = report.sender
    return json.dumps(
        {
            "organization-name": sender.organisation,
            "date-range": {
                "start-datetime": _local(report.first, sender),
                "end-datetime": _local(report.last, sender),
            },
            "contact-info": f"tls-reports@{sender.domain}",
            "report-id": report_id(report),
            "policies": [_policy(report)],
        }
    ).encode()


def _local(moment: datetime, sender: Sender) -> str:
    return moment.astimezone(timezone(timedelta(hours=sender.zone_hours))).isoformat().replace("+00:00", "Z")


def _policy(report: MadeUpReport) -> dict[str, object]:
    what = report.what
    return {
        "policy": _policy_found(report.receiver),
        "summary": {
            "total-successful-session-count": what.sessions - what.failed,
            "total-failure-session-count": what.failed,
        },
        "failure-details": [detail for failed in what.failures for detail in _details(report, failed)],
    }


def _policy_found(receiver: Receiver) -> dict[str, object]:
    if not receiver.mode:
        return {"policy-type": "no-policy-found", "policy-domain": receiver.name}
    hosts = list(receiver.mx_hosts)
    lines = ["version: STSv1", f"mode: {receiver.mode}", *(f"mx: {host}" for host in hosts), "max_age: 604800"]
    return {"policy-type": "sts", "policy-string": lines, "policy-domain": receiver.name, "mx-host": hosts}


def _details(report: MadeUpReport, failed: Failed) -> list[dict[str, object]]:
    """Return a detail for each outgoing server of the sender that saw the failure."""
    addresses = report.sender.addresses[: failed.sessions]
    sessions = [0] * len(addresses)
    for place, _ in zip(cycle(range(len(addresses))), range(failed.sessions), strict=False):
        sessions[place] += 1
    return [
        {"result-type": failed.result_type, "sending-mta-ip": address, "failed-session-count": number}
        | _where(report.receiver, failed)
        for address, number in zip(addresses, sessions, strict=True)
    ]


def _where(receiver: Receiver, failed: Failed) -> dict[str, object]:
    if failed.mx_host:
        return {
            "receiving-mx-hostname": failed.mx_host,
            "receiving-ip": receiver.address_of(failed.mx_host),
        }
    if failed.result_type == FETCH_ERROR:
        return {"additional-information": POLICY_URL.format(receiver.name), "failure-reason-code": "HTTP 404"}
    return {}
