"""JSON to `Report`, whatever the sender's dialect (RFC 8460 section 4.4): tolerant, and saying what was mended."""

from datetime import datetime
from itertools import islice
from typing import Any

from ingest.reader.allowance import Allowance
from ingest.reader.dates import is_rfc3339, moment
from ingest.reader.dialect import DATE_RANGE, ENTRY, POLICY, REPORT
from ingest.reader.fingerprint import fingerprints
from ingest.reader.policy import read_policy
from ingest.reader.repairs import Repairs
from ingest.reader.words import one_line
from storage.report import Policy, Report

_MAX_NAME = 200
_MAX_CONTACT = 320
_MAX_ID = 300
_MAX_ENTRIES = 20_000
_WRAPPERS = ("report", "reports", "smtp_tls_reports", "smtp-tls-reports")
_MADE_ID_LENGTH = 32


def parse_reports(
    value: Any, allowance: Allowance, repairs: tuple[str, ...] = (), most: int | None = None
) -> tuple[Report, ...]:
    """Return the reports in a decoded JSON value: one, those of an array or of an export; none when it holds none.

    `repairs` were made before and are put in front of those made here; `most` bounds the number of reports,
    `allowance` that of their policies and failures. Never raises for odd content; RecursionError when the value is
    nested too deeply.
    """
    if isinstance(value, dict) and not _is_report(value):
        value = next((value[key] for key in _WRAPPERS if value.get(key)), None)
    entries = value if isinstance(value, list) else [value]
    if len(entries) > _MAX_ENTRIES:
        repairs = (f"Only the first {_MAX_ENTRIES} of {len(entries)} entries were looked at for reports.", *repairs)
    found = (entry for entry in entries[:_MAX_ENTRIES] if isinstance(entry, dict) and _is_report(entry))
    return tuple(_parse_report(entry, allowance, repairs) for entry in islice(found, most))


def _is_report(value: dict[str, Any]) -> bool:
    return bool(REPORT.translate(value)) or isinstance(value.get("policy"), dict)


def _parse_report(original: dict[str, Any], allowance: Allowance, before: tuple[str, ...]) -> Report:
    repairs = Repairs()
    for sentence in before:
        repairs.note(sentence)
    said = REPORT.read(original, repairs)
    content_hash, twin_hash = fingerprints(original)
    contact = one_line(said.get("contact-info"), _MAX_CONTACT)
    start, end = _date_range(said.get("date-range"), original, repairs)
    return Report(
        organisation=_organisation(said.get("organization-name"), contact, repairs),
        contact_info=contact,
        report_id=_report_id(said.get("report-id"), twin_hash, repairs),
        start=start,
        end=end,
        policies=_policies(said, original, allowance, repairs),
        content_hash=content_hash,
        twin_hash=twin_hash,
        repairs=repairs.sentences,
    )


def _organisation(value: Any, contact: str, repairs: Repairs) -> str:
    name = one_line(value, _MAX_NAME)
    if name:
        return name
    repairs.note("The report does not name its organisation.")
    return contact.rpartition("@")[2]


def _report_id(value: Any, twin_hash: str, repairs: Repairs) -> str:
    report_id = one_line(value, _MAX_ID)
    if report_id:
        return report_id
    repairs.note("The report has no id: one was made from its content.")
    return f"content-{twin_hash[:_MADE_ID_LENGTH]}"


def _date_range(value: Any, original: dict[str, Any], repairs: Repairs) -> tuple[datetime | None, datetime | None]:
    said = DATE_RANGE.translate(value if isinstance(value, dict) else original)
    start = _moment(said.get("start-datetime"), "start", repairs)
    end = _moment(said.get("end-datetime"), "end", repairs)
    return start, end


def _moment(value: Any, name: str, repairs: Repairs) -> datetime | None:
    when = moment(value)
    if when is None:
        repairs.note(f"The {name} of the report's range is missing or unreadable.")
    elif not is_rfc3339(value):
        repairs.note("A date is not written as RFC 3339 has it.")
    return when


def _policies(
    said: dict[str, Any], original: dict[str, Any], allowance: Allowance, repairs: Repairs
) -> tuple[Policy, ...]:
    entries = said.get("policies")
    if entries is None and (ENTRY.translate(original) or POLICY.translate(original)):
        repairs.note("The report has one policy at its top, as drafts of RFC 8460 had it.")
        entries = original
    elif isinstance(entries, dict):
        repairs.note("`policies` is a single policy instead of a list.")
    if isinstance(entries, dict):
        entries = [entries]
    if not isinstance(entries, list):
        entries = []
    usable = [entry for entry in entries[: allowance.take_policies(len(entries))] if isinstance(entry, dict)]
    if len(usable) < len(entries):
        repairs.note("Some entries of `policies` are empty, no objects, or too many, and were left out.")
    if not usable:
        repairs.note("The report holds no policy, so it counts nothing.")
    return tuple(read_policy(entry, allowance, repairs) for entry in usable)
