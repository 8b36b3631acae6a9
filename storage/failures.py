"""Failure details: what lies behind a failed session."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select

from storage.standing import Standing
from storage.tables import Failure, Report, ReportPolicy, table

NEWEST_DETAILS = 5000
"""So many details are looked at for addresses and reasons; the counts come from the totals and are whole."""


@dataclass(slots=True)
class Evidence:
    """What the details say about one result type at one MX host. Counters of sessions, at least 1 a detail."""

    sending_ips: Counter[str] = field(default_factory=Counter)
    receiving_ips: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    policies: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(policy type, mode) under which the sessions failed."""


def evidence(
    connection: Connection, domain_id: int, first: date, last: date, result_type: str | None = None
) -> tuple[Mapping[tuple[str, str], Evidence], bool]:
    """Return the evidence by (result type, MX host), of one type or of all, and whether older details were left out."""
    failure, policy, report = table(Failure), table(ReportPolicy), table(Report)
    joined = failure.join(
        policy,
        (policy.c.report_id == failure.c.report_id) & (policy.c.position == failure.c.policy_position),
    ).join(report, report.c.id == failure.c.report_id)
    statement = (
        select(failure, policy.c.policy_type, policy.c.mode, policy.c.host)
        .select_from(joined)
        .where(failure.c.domain_id == domain_id, failure.c.day.between(first, last))
        .where(report.c.standing == Standing.COUNTED, policy.c.chosen)
        .order_by(failure.c.day.desc())
        .limit(NEWEST_DETAILS)
    )
    if result_type is not None:
        statement = statement.where(failure.c.result_type == result_type)
    found: dict[tuple[str, str], Evidence] = {}
    rows = connection.execute(statement).all()
    for row in rows:
        one = found.setdefault((row.result_type, row.receiving_mx_hostname or row.host), Evidence())
        weight = max(row.sessions or 0, 1)
        one.policies[row.policy_type, row.mode] += weight
        for counter, text in (
            (one.sending_ips, row.sending_mta_ip),
            (one.receiving_ips, row.receiving_ip),
            (one.reasons, row.reason_code),
        ):
            if text:
                counter[text] += weight
    return found, len(rows) == NEWEST_DETAILS
