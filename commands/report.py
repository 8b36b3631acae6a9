"""`report ID`: one report in full, with the original attached."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from commands.context import Context
from commands.data import rfc3339
from commands.phrases import age, count
from commands.question import Command, Kind, Parameter, Question, UsageError
from commands.reply import Attachment, Field, Reply, Table, Tone
from commands.reports import STANDINGS, dkim_in_words
from storage.domain_name import display_domain
from storage.report import FailureDetail
from storage.reports import FullReport, KeptOriginal, PolicyEntry, full_report

MOST_ENTRIES = 20
MOST_DETAILS = 30
MOST_MARKS = 10
LARGEST_ATTACHMENT = 8 * 2**20
_ENDINGS = {
    "message/rfc822": "eml",
    "application/json": "json",
    "application/gzip": "json.gz",
    "application/zip": "zip",
}


async def answer(question: Question, context: Context) -> Reply:
    """Load and present; an id that nobody has is the asker's mistake."""
    number = question.values["id"]
    found = await context.read(lambda connection: full_report(connection, number))
    if found is None:
        raise UsageError("unknown-report", f"There is no report {number}. `reports DOMAIN` lists them.", "report ID")
    return present(found, context.clock())


REPORT = Command(
    name="report",
    summary="One report in full, with the original attached",
    answer=answer,
    parameters=(Parameter("id", Kind.NUMBER, "the number that `reports` shows", required=True),),
    examples=("report 17",),
)


def present(found: FullReport, now: datetime) -> Reply:
    """Say it. Pure."""
    entries = found.policies
    failed = any(entry.failed for entry in entries)
    return Reply(
        title=f"Report {found.id}: {found.reporter or '(not named)'} about {_about(entries)}, {found.day}",
        tone=Tone.WARNING if failed else Tone.PLAIN,
        sentences=tuple(_sentences(found)),
        fields=tuple(_fields(found, now)),
        tables=tuple(_tables(found)),
        notes=found.marks[:MOST_MARKS],
        next_step=f"status {entries[0].domain} {found.day}" if entries else "status",
        attachments=_attachments(found),
        data=_data(found),
    )


def _about(entries: Sequence[PolicyEntry]) -> str:
    names = list(dict.fromkeys(display_domain(entry.domain) for entry in entries))
    return names[0] + (f" and {len(names) - 1} more" if len(names) > 1 else "") if names else "no domain"


def _sentences(found: FullReport) -> list[str]:
    said = []
    if found.standing != "counted":
        said.append(f"It is kept and not counted: {STANDINGS[found.standing]}.")
    if found.longer_than_a_day:
        said.append("It covers more than a day; all of it stands on its first day, and rules about days leave it out.")
    if found.original is None:
        said.append("The original is no longer kept.")
    elif len(found.original.body) > LARGEST_ATTACHMENT:
        said.append("The original is too large to attach.")
    return said


def _fields(found: FullReport, now: datetime) -> list[Field]:
    signed = f"pass, signed by {found.signer}" if found.signer else dkim_in_words(found.dkim)
    fields = [
        Field("Organisation", found.organisation or "(not named)"),
        Field("Contact", found.contact_info or "–"),
        Field("Report id", found.report_id or "–"),
        Field("From", rfc3339(found.started_at) or "not readable"),
        Field("To", rfc3339(found.ended_at) or "not readable"),
        Field("Came", f"{rfc3339(found.arrived_at)} by {found.source}, {age(found.arrived_at, now)} ago"),
        Field("DKIM", signed),
        Field("Trust", found.trust),
    ]
    return [*fields, Field("Copies", f"came {found.copies} times, counts once")] if found.copies > 1 else fields


def _tables(found: FullReport) -> list[Table]:
    entries = found.policies
    counts = found.standing == "counted"
    tables = []
    if entries:
        heads = ("Domain", "Policy", "Mode", "Secure", "Failed", "Counts")
        rows = tuple(_entry_row(entry, counts=counts) for entry in entries[:MOST_ENTRIES])
        more = max(0, len(entries) - MOST_ENTRIES)
        tables.append(Table(heads, rows, title="Policies", numeric=frozenset({3, 4}), more=more))
    details = [detail for entry in entries for detail in entry.failures]
    if details:
        heads = ("Failure", "Sessions", "MX", "From", "To", "Reason given")
        rows = tuple(_detail_row(detail) for detail in details[:MOST_DETAILS])
        more = max(0, len(details) - MOST_DETAILS)
        tables.append(Table(heads, rows, title="Failure details", numeric=frozenset({1}), more=more))
    return tables


def _entry_row(entry: PolicyEntry, *, counts: bool) -> tuple[str, ...]:
    chosen = "yes" if entry.chosen else "same sessions as another row"
    host = f" (host {entry.host})" if entry.host else ""
    return (
        display_domain(entry.domain) + host,
        entry.policy_type or "–",
        entry.mode or "–",
        count(entry.successful),
        count(entry.failed),
        chosen if counts else "no",
    )


def _detail_row(detail: FailureDetail) -> tuple[str, ...]:
    return (
        detail.result_type or "(not named)",
        "not said" if detail.failed_sessions is None else count(detail.failed_sessions),
        detail.receiving_mx_hostname or "–",
        detail.sending_mta_ip or "–",
        detail.receiving_ip or "–",
        detail.reason_code or "–",
    )


def _attachments(found: FullReport) -> tuple[Attachment, ...]:
    original = found.original
    if original is None or len(original.body) > LARGEST_ATTACHMENT:
        return ()
    return (Attachment(_file_name(found, original), original.media_type, original.body),)


def _file_name(found: FullReport, original: KeptOriginal) -> str:
    return f"report-{found.id}.{_ENDINGS.get(original.media_type, 'bin')}"


def _data(found: FullReport) -> dict[str, Any]:
    return {
        "report": [
            {
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
                "counted": found.standing == "counted",
                "standing": found.standing,
                "copies": found.copies,
                "longer_than_a_day": found.longer_than_a_day,
                "marks": list(found.marks),
                "policies": [_entry_data(entry, counts=found.standing == "counted") for entry in found.policies],
                "original": _original_data(found),
            }
        ]
    }


def _entry_data(entry: PolicyEntry, *, counts: bool) -> dict[str, Any]:
    return {
        "domain": entry.domain,
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
        "name": _file_name(found, original),
        "media_type": original.media_type,
        "bytes": len(original.body),
    }
