"""One report in full for machines (`ask --json`). Pure."""

from typing import Any

from commands.data import rfc3339
from commands.report_original import file_name
from storage.report import FailureDetail
from storage.reports import FullReport, PolicyEntry
from storage.standing import Standing


def report_data(found: FullReport) -> dict[str, Any]:
    """Return everything that is known about a report but for the bytes of its original."""
    counts = found.standing == Standing.COUNTED
    return {
        "id": found.id,
        "day": found.day.isoformat(),
        "reporter": found.reporter,
        "organization": found.organisation,
        "contact_info": found.contact_info,
        "report_id": found.report_id,
        "from": rfc3339(found.started_at),
        "to": rfc3339(found.ended_at),
        "arrived_at": rfc3339(found.arrived_at),
        "source": found.source,
        "dkim": found.dkim,
        "signer": found.signer or None,
        "trust": found.trust,
        "counted": counts,
        "standing": found.standing,
        "copies": found.copies,
        "longer_than_a_day": found.longer_than_a_day,
        "marks": list(found.marks),
        "policies": [_entry_data(entry, counts=counts) for entry in found.policies],
        "original": _original_data(found),
    }


def _entry_data(entry: PolicyEntry, *, counts: bool) -> dict[str, Any]:
    return {
        "domain": entry.domain,
        "policy_domain": entry.policy_domain or None,
        "host": entry.host or None,
        "type": entry.policy_type,
        "mode": entry.mode or None,
        "policy_strings": list(entry.policy_strings),
        "mx_hosts": list(entry.mx_hosts),
        "successful": entry.successful,
        "failed": entry.failed,
        "counted": counts and entry.chosen,
        "failures": [_detail_data(detail) for detail in entry.failures],
    }


def _detail_data(detail: FailureDetail) -> dict[str, Any]:
    return {
        "result_type": detail.result_type,
        "sessions": detail.failed_sessions,
        "mx_host": detail.receiving_mx_hostname or None,
        "mx_helo": detail.receiving_mx_helo or None,
        "sending_ip": detail.sending_mta_ip or None,
        "receiving_ip": detail.receiving_ip or None,
        "reason": detail.reason_code or None,
        "additional_information": detail.additional_information or None,
    }


def _original_data(found: FullReport) -> dict[str, Any] | None:
    original = found.original
    if original is None:
        return None
    return {
        "name": file_name(f"report-{found.id}", original.media_type),
        "media_type": original.media_type,
        "bytes": len(original.body),
    }
