"""Reports one by one: lists, and one in full with its original."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.report import FailureDetail
from storage.tables import Domain, Failure, Original, Report, ReportDomain, Reporter, ReportPolicy, table

_REPORT, _PART = table(Report).c, table(ReportDomain).c


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as it stands in a list, with what it says about one domain."""

    id: int
    day: date
    reporter: str
    organisation: str
    report_id: str
    successful: int
    failed: int
    dkim: str
    trust: str
    standing: str
    arrived_at: datetime
    copies: int


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """A policy entry of a report, as sent."""

    domain: str
    """For which it counts."""
    policy_domain: str
    """What the sender names; empty when that is nothing."""
    host: str
    policy_type: str
    mode: str
    policy_strings: tuple[str, ...]
    mx_hosts: tuple[str, ...]
    successful: int
    failed: int
    chosen: bool
    failures: tuple[FailureDetail, ...]


@dataclass(frozen=True, slots=True)
class FullReport:
    """One report in full."""

    id: int
    day: date
    longer_than_a_day: bool
    reporter: str
    organisation: str
    contact_info: str
    report_id: str
    started_at: datetime | None
    ended_at: datetime | None
    arrived_at: datetime
    source: str
    dkim: str
    signer: str
    trust: str
    standing: str
    copies: int
    marks: tuple[str, ...]
    policies: tuple[PolicyEntry, ...]
    original: "KeptOriginal | None"


@dataclass(frozen=True, slots=True)
class KeptOriginal:
    """The bytes as they came."""

    media_type: str
    name: str
    body: bytes


def list_reports(
    connection: Connection, domain_id: int, first: date, last: date, limit: int, offset: int = 0
) -> list[ReportLine]:
    """Return a part of the reports about a domain's days, newest day first, held ones and revisions too."""
    statement = _lines().where(_PART.domain_id == domain_id, _PART.day.between(first, last))
    statement = statement.order_by(_PART.day.desc(), _PART.report_id.desc()).limit(limit).offset(offset)
    return [ReportLine(*row) for row in connection.execute(statement)]


def count_reports(connection: Connection, domain_id: int, first: date, last: date) -> int:
    statement = select(func.count()).where(_PART.domain_id == domain_id, _PART.day.between(first, last))
    return connection.execute(statement).scalar_one()


def _lines() -> Select[Any]:
    columns = (
        *(_REPORT.id, _PART.day, table(Reporter).c.name, _REPORT.organisation, _REPORT.report_id),
        *(_PART.successful, _PART.failed, _REPORT.dkim, _REPORT.trust, _PART.standing),
        *(_REPORT.arrived_at, _REPORT.copies),
    )
    joined = table(ReportDomain).join(table(Report), _REPORT.id == _PART.report_id)
    return select(*columns).select_from(joined.join(table(Reporter), table(Reporter).c.id == _PART.reporter_id))


def full_report(connection: Connection, report_id: int) -> FullReport | None:
    """Return a report with every entry, every detail and the original; None when there is no such report."""
    statement = select(table(Report), table(Reporter).c.name.label("reporter")).join(
        table(Reporter), table(Reporter).c.id == _REPORT.reporter_id
    )
    row = connection.execute(statement.where(_REPORT.id == report_id)).first()
    if row is None:
        return None
    values = {name: getattr(row, name) for name in FullReport.__slots__ if name in row._fields}
    values["marks"] = tuple(row.marks)
    return FullReport(
        **values, policies=entries(connection, report_id), original=_original(connection, row.original_id)
    )


def entries(connection: Connection, report_id: int) -> tuple[PolicyEntry, ...]:
    """Return the policy entries of a report in their order, with their failure details."""
    policy = table(ReportPolicy)
    statement = select(policy, table(Domain).c.name).join(table(Domain)).where(policy.c.report_id == report_id)
    details = _details(connection, report_id)
    return tuple(
        PolicyEntry(
            domain=row.name,
            policy_domain=row.policy_domain,
            host=row.host,
            policy_type=row.policy_type,
            mode=row.mode,
            policy_strings=tuple(row.policy_strings),
            mx_hosts=tuple(row.mx_hosts),
            successful=row.successful,
            failed=row.failed,
            chosen=row.chosen,
            failures=tuple(details.get(row.position, ())),
        )
        for row in connection.execute(statement.order_by(policy.c.position))
    )


def _details(connection: Connection, report_id: int) -> dict[int, list[FailureDetail]]:
    failure = table(Failure).c
    statement = select(table(Failure)).where(failure.report_id == report_id)
    found: dict[int, list[FailureDetail]] = {}
    for row in connection.execute(statement.order_by(failure.policy_position, failure.position)):
        found.setdefault(row.policy_position, []).append(_detail(row))
    return found


def _detail(row: Any) -> FailureDetail:
    return FailureDetail(
        result_type=row.result_type,
        failed_sessions=row.sessions,
        sending_mta_ip=row.sending_mta_ip,
        receiving_mx_hostname=row.receiving_mx_hostname,
        receiving_mx_helo=row.receiving_mx_helo,
        receiving_ip=row.receiving_ip,
        reason_code=row.reason_code,
        additional_information=row.additional_information,
    )


def _original(connection: Connection, original_id: int | None) -> KeptOriginal | None:
    if original_id is None:
        return None
    original = table(Original).c
    statement = select(original.media_type, original.name, original.body).where(original.id == original_id)
    row = connection.execute(statement).first()
    return KeptOriginal(row.media_type, row.name, row.body) if row else None
