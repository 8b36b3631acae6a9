"""Turns an arrival into rows, and rows back into what counts."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage.arrival import Arrival, Original, PlacedPolicy
from storage.columns import NAME_LENGTH
from storage.keys import content_key, family_key, twin_key
from storage.members import contact_domain
from storage.report import Policy
from storage.reports import PolicyEntry, entries
from storage.shares import Share, shares
from storage.standing import Credentials, Member

Row = dict[str, Any]


def member(arrival: Arrival) -> Member:
    """Return the arrival as one that competes with others."""
    credentials = Credentials(arrival.held, arrival.trust, arrival.sent_at, arrival.signer)
    return Member(
        content_key=content_key(arrival),
        family_key=family_key(arrival),
        twin_key=twin_key(arrival),
        organisation=arrival.report.organisation.casefold(),
        contact_domain=contact_domain(arrival.report.contact_info),
        credentials=credentials,
    )


def original_row(original: Original, now: datetime) -> Row:
    return {
        "kept_since": now,
        "arrived_at": original.arrived_at,
        "source": original.source,
        "media_type": original.media_type,
        "envelope_from": original.envelope_from[:NAME_LENGTH],
        "recipients": [address[:NAME_LENGTH] for address in original.recipients],
        "name": original.name[:NAME_LENGTH],
        "body": original.body,
    }


def report_row(arrival: Arrival, original: Original) -> Row:
    """Return the row but for what the batch decides: original, reporter, standing, credentials, copies."""
    report = arrival.report
    return {
        "organisation": report.organisation,
        "contact_info": report.contact_info,
        "report_id": report.report_id,
        "started_at": report.start,
        "ended_at": report.end,
        "day": arrival.day,
        "longer_than_a_day": arrival.longer_than_a_day,
        "arrived_at": original.arrived_at,
        "source": original.source,
        "dkim": arrival.dkim,
        "marks": list(arrival.marks),
    }


def policy_rows(arrival: Arrival, report_id: int, domain_ids: Mapping[str, int], chosen: set[int]) -> Iterator[Row]:
    for position, placed in enumerate(arrival.policies):
        policy = placed.policy
        yield {
            "report_id": report_id,
            "position": position,
            "domain_id": domain_ids[placed.domain],
            "policy_type": policy.policy_type,
            "mode": policy.mode,
            "policy_domain": policy.policy_domain or "",
            "host": placed.host,
            "policy_strings": list(policy.policy_strings),
            "mx_hosts": list(policy.mx_hosts),
            "successful": policy.successful,
            "failed": policy.failed,
            "chosen": position in chosen,
        }


def failure_rows(arrival: Arrival, report_id: int, domain_ids: Mapping[str, int]) -> Iterator[Row]:
    for policy_position, placed in enumerate(arrival.policies):
        for position, detail in enumerate(placed.policy.failures):
            yield {
                "report_id": report_id,
                "policy_position": policy_position,
                "position": position,
                "domain_id": domain_ids[placed.domain],
                "day": arrival.day,
                "result_type": detail.result_type,
                "sessions": detail.failed_sessions,
                "sending_mta_ip": detail.sending_mta_ip,
                "receiving_mx_hostname": detail.receiving_mx_hostname,
                "receiving_mx_helo": detail.receiving_mx_helo,
                "receiving_ip": detail.receiving_ip,
                "reason_code": detail.reason_code,
                "additional_information": detail.additional_information,
            }


def stored_shares(connection: Connection, report_id: int) -> Mapping[str, Share]:
    """Return the shares of a stored report, by domain, exactly as they were when it came."""
    return shares([_placed(entry) for entry in entries(connection, report_id)])


def _placed(entry: PolicyEntry) -> PlacedPolicy:
    policy = Policy(
        policy_type=entry.policy_type,
        policy_domain=entry.domain,
        policy_strings=entry.policy_strings,
        mx_hosts=entry.mx_hosts,
        successful=entry.successful,
        failed=entry.failed,
        failures=entry.failures,
    )
    return PlacedPolicy(policy, entry.domain, entry.host)


def chosen_positions(by_domain: Iterable[Share]) -> set[int]:
    """Return the positions of all entries that make a headline."""
    return {position for share in by_domain for position in share.chosen}
