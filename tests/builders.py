"""Makes reports, arrivals and databases for tests: healthy by default, one fault at a time on request."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from storage.arrival import Arrival, Delivery, DkimVerdict, Original, PlacedPolicy, Source, Trust
from storage.report import FailureDetail, Policy, Report

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 9)


def failure(result_type: str = "certificate-expired", sessions: int | None = 3, **more: Any) -> FailureDetail:
    more = {"receiving_mx_hostname": "mx1.example.com", "sending_mta_ip": "192.0.2.10"} | more
    return FailureDetail(result_type, sessions, **more)


def policy(ok: int = 10, bad: int = 0, *failures: FailureDetail, **more: Any) -> Policy:
    defaults: dict[str, Any] = {
        "policy_type": "sts",
        "policy_domain": "example.com",
        "policy_strings": ("version: STSv1", "mode: testing", "mx: mx1.example.com", "max_age: 86400"),
        "mx_hosts": ("mx1.example.com",),
    }
    return Policy(**(defaults | more), successful=ok, failed=bad, failures=failures)


def report(*policies: Policy, day: date = DAY, days: int = 1, report_id: str = "id-1", **more: Any) -> Report:
    start = datetime.combine(day, time(), UTC)
    values: dict[str, Any] = {
        "organisation": "Sender Inc.",
        "contact_info": "tlsrpt@sender.example",
        "report_id": report_id,
        "start": start,
        "end": start + timedelta(days=days, seconds=-1),
        "policies": policies or (policy(),),
    } | more
    body = repr(sorted((k, v) for k, v in values.items() if k != "report_id"))
    twin = hashlib.sha256(body.encode()).hexdigest()
    content = hashlib.sha256((body + values["report_id"]).encode()).hexdigest()
    return Report(**values, content_hash=content, twin_hash=twin)


def arrival(found: Report | None = None, *, sent_at: datetime = NOW, signer: str = "", **more: Any) -> Arrival:
    found = found or report()
    start = found.start or NOW
    values: dict[str, Any] = {
        "policies": tuple(PlacedPolicy(one, one.policy_domain or "unknown") for one in found.policies),
        "day": start.date(),
        "longer_than_a_day": found.end is not None and found.end - start > timedelta(hours=25),
        "dkim": DkimVerdict.PASS if signer else DkimVerdict.NONE,
        "trust": Trust.VERIFIED if signer else Trust.UNVERIFIED,
    } | more
    return Arrival(report=found, sent_at=sent_at, signer=signer, **values)


def delivery(
    *arrivals: Arrival, arrived_at: datetime = NOW, body: bytes = b"From: a@b\r\n\r\n", **more: Any
) -> Delivery:
    original = Original(body=body, media_type="message/rfc822", source=Source.SMTP, arrived_at=arrived_at)
    if "kind" in more:
        return Delivery(original=original, **more)
    return Delivery(original=original, arrivals=arrivals or (arrival(),), **more)


def changed(found: Arrival, **changes: Any) -> Arrival:
    return replace(found, **changes)
