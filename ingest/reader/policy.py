"""One entry of a report's `policies`: JSON to `Policy` (RFC 8460 section 4.4)."""

from typing import Any

import msgspec

from ingest.reader.addresses import host_name
from ingest.reader.allowance import Allowance
from ingest.reader.dialect import ENTRY, POLICY, SUMMARY
from ingest.reader.failures import read_failures
from ingest.reader.numbers import MAX_COUNT, sessions
from ingest.reader.repairs import Repairs
from ingest.reader.words import lines, one_line, word
from storage.domain_name import canonical_domain
from storage.report import FailureDetail, Policy

_MAX_DOMAIN = 255
_MAX_POLICY_LINE = 1_000
_MAX_POLICY_LINES = 200
_MAX_NESTED_JSON = 64 * 2**10


def read_policy(entry: dict[str, Any], allowance: Allowance, repairs: Repairs) -> Policy:
    """Read an entry, nested as in the RFC or flat as in exports of other tools. Nothing in it is required."""
    parts = ENTRY.read(entry, repairs)
    policy = POLICY.read(_part(parts.get("policy"), entry), repairs)
    failures = read_failures(parts.get("failure-details"), allowance, repairs)
    successful, failed = _read_summary(_part(parts.get("summary"), entry), failures, repairs)
    policy_type = word(policy.get("policy-type"))
    if not policy_type:
        repairs.note("A policy does not say of which type it is.")
    return Policy(
        policy_type=policy_type,
        policy_domain=_domain(policy.get("policy-domain")),
        policy_strings=_policy_strings(policy.get("policy-string")),
        mx_hosts=_mx_hosts(policy.get("mx-host")),
        successful=successful,
        failed=failed,
        failures=failures,
    )


def _part(value: Any, otherwise: dict[str, Any]) -> dict[str, Any]:
    """Return the object, or the first of a list of objects; the flat entry itself where there is neither."""
    if isinstance(value, list):
        value = next((one for one in value[:10] if isinstance(one, dict)), None)
    return value if isinstance(value, dict) else otherwise


def _domain(value: Any) -> str | None:
    text = one_line(value, _MAX_DOMAIN).lower()
    return canonical_domain(text) or text or None


def _policy_strings(value: Any) -> tuple[str, ...]:
    if value is None or value == []:
        return ()
    entries = value if isinstance(value, list) else [value]
    if any(isinstance(entry, str) and entry.startswith("[") for entry in entries[:_MAX_POLICY_LINES]):
        value = [one for entry in entries[:_MAX_POLICY_LINES] for one in _unfolded(entry)]
    return lines(value, _MAX_POLICY_LINE, _MAX_POLICY_LINES)


def _unfolded(entry: Any) -> list[Any]:
    """Undo JSON within JSON: Microsoft sends all TLSA records as one string that holds an array."""
    if isinstance(entry, str) and entry.startswith("[") and len(entry) <= _MAX_NESTED_JSON:
        try:
            records = msgspec.json.decode(entry)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return [entry]
        return [record for record in records if not isinstance(record, list)]
    return [entry]


def _mx_hosts(value: Any) -> tuple[str, ...]:
    if value is None or value == []:
        return ()
    texts = lines(value, _MAX_POLICY_LINE, _MAX_POLICY_LINES)
    names = " ".join(texts).replace("mx:", " ").replace(",", " ").split()
    return tuple(host for name in names[:_MAX_POLICY_LINES] if (host := host_name(name)))


def _read_summary(summary: dict[str, Any], failures: tuple[FailureDetail, ...], repairs: Repairs) -> tuple[int, int]:
    """Return successful and failed sessions. The summary counts, even where the details add up to something else."""
    counts = SUMMARY.read(summary, repairs)
    if not counts:
        failed = min(sum(failure.failed_sessions or 0 for failure in failures), MAX_COUNT)
        repairs.note("A policy has no summary: its failures were added up from the details.")
        return 0, failed
    return (
        _count(counts, "total-successful-session-count", repairs),
        _count(counts, "total-failure-session-count", repairs),
    )


def _count(counts: dict[str, Any], key: str, repairs: Repairs) -> int:
    value = counts.get(key, 0)  # zero is what Google left out in 2019
    if value.__class__ is int and 0 <= value <= MAX_COUNT:
        return int(value)
    count = sessions(value)
    if count is None:
        repairs.note("A count of sessions is unusable and was taken as 0.")
    else:
        repairs.note("A count of sessions is not a number as RFC 8460 has it.")
    return count or 0
