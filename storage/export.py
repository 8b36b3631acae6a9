"""Reports as rows for other programs: one for each policy entry and each failure detail, read as they are asked for.

What is in memory at a time is bounded, however much there is. The rows of one call show one state of the database.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select

from storage.standing import Standing
from storage.tables import Domain, Failure, Report, ReportDomain, Reporter, ReportPolicy, table
from storage.totals import within

REPORTS_AT_ONCE = 500
ROWS_AT_ONCE = 1000
POLICY, FAILURE = "policy", "failure"


class ExportRow(NamedTuple):
    """One row. None: not said, or not of this kind of row. Texts are as the sender wrote them."""

    row: str
    """`policy` or `failure`."""
    day: date
    domain: str
    reporter: str
    organization: str
    report_id: str
    report: int
    arrived_at: datetime
    dkim: str
    trust: str
    counted: bool
    """Whether it enters the totals: the report counts, and the entry is no second count of the same sessions."""
    policy_type: str
    mode: str
    policy_domain: str
    mx_host: str
    successful: int | None
    """Sessions; of policy rows only, as `failed`."""
    failed: int | None
    result_type: str | None
    sessions: int | None
    """Failed sessions of this detail; None where the sender gave no number."""
    sending_ip: str | None
    receiving_mx: str | None
    receiving_helo: str | None
    receiving_ip: str | None
    reason: str | None


class Scope(NamedTuple):
    """A domain whose reports are wanted."""

    domain_id: int
    name: str


def every_domain(connection: Connection) -> list[Scope]:
    """Return all domains, in alphabetical order."""
    domain = table(Domain).c
    return [Scope(row.id, row.name) for row in connection.execute(select(domain.id, domain.name).order_by(domain.name))]


def export_rows(connection: Connection, scopes: Sequence[Scope], first: date, last: date) -> Iterator[ExportRow]:
    """Give the rows of some domains and days: by domain as given, day, report, entry; details after their entry."""
    for scope in scopes:
        after = first, 0
        while keys := _next_reports(connection, scope.domain_id, after, last):
            yield from _rows(connection, scope, [report_id for _, report_id in keys])
            after = keys[-1]
            if len(keys) < REPORTS_AT_ONCE:
                break


def count_rows(connection: Connection, domain_id: int, first: date, last: date) -> int:
    """Return how many rows there are about a domain."""
    policies = select(func.count()).select_from(table(ReportDomain).join(table(ReportPolicy), _same_entry()))
    failures = select(func.count()).where(within(table(Failure).c, domain_id, first, last))
    number: int = connection.execute(policies.where(within(_PART, domain_id, first, last))).scalar_one()
    return number + connection.execute(failures).scalar_one()


_PART, _ENTRY, _REPORT, _DETAIL = (table(one).c for one in (ReportDomain, ReportPolicy, Report, Failure))


def _same_entry() -> Any:
    return (_ENTRY.domain_id == _PART.domain_id) & (_ENTRY.report_id == _PART.report_id)


_NEXT_REPORTS = (
    select(_PART.day, _PART.report_id)
    .where(
        _PART.domain_id == bindparam("domain_id"),
        _PART.day.between(bindparam("day"), bindparam("last")),
        or_(_PART.day > bindparam("day"), _PART.report_id > bindparam("report_id")),
    )
    .order_by(_PART.day, _PART.report_id)
    .limit(REPORTS_AT_ONCE)
)


def _next_reports(
    connection: Connection, domain_id: int, after: tuple[date, int], last: date
) -> Sequence[tuple[date, int]]:
    """Return (day, report id) of the reports that follow one, in that order."""
    asked = {"domain_id": domain_id, "day": after[0], "report_id": after[1], "last": last}
    return [(row.day, row.report_id) for row in connection.execute(_NEXT_REPORTS, asked)]


def _statement() -> Select[Any]:
    detail_of_entry = (_DETAIL.report_id == _ENTRY.report_id) & (_DETAIL.policy_position == _ENTRY.position)
    joined = table(ReportPolicy).join(table(Report), _REPORT.id == _ENTRY.report_id)
    joined = joined.join(table(Reporter), table(Reporter).c.id == _REPORT.reporter_id)
    names = ("policy_type", "mode", "policy_domain", "host", "mx_hosts", "successful", "failed", "chosen")
    details = ("sending_mta_ip", "receiving_mx_hostname", "receiving_mx_helo", "receiving_ip", "reason_code")
    return (
        select(
            *(_REPORT[name] for name in ("id", "day", "organisation", "report_id", "arrived_at", "dkim", "trust")),
            *(_REPORT.standing, table(Reporter).c.name.label("reporter"), _ENTRY.position),
            *(_ENTRY[name] for name in names),
            *(_DETAIL.position.label("detail"), _DETAIL.result_type, _DETAIL.sessions),
            *(_DETAIL[name] for name in details),
        )
        .select_from(joined.outerjoin(table(Failure), detail_of_entry))
        .where(
            _ENTRY.domain_id == bindparam("domain_id"),
            _ENTRY.report_id.in_(bindparam("reports", expanding=True)),
        )
        .order_by(_REPORT.day, _ENTRY.report_id, _ENTRY.position, _DETAIL.position)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )


_ROWS = _statement()


def _rows(connection: Connection, scope: Scope, reports: list[int]) -> Iterator[ExportRow]:
    before = None
    for found in connection.execute(_ROWS, {"domain_id": scope.domain_id, "reports": reports}):
        entry = found.id, found.position
        shared = _shared(found, scope.name)
        if entry != before:
            yield ExportRow._make((POLICY, *shared, found.successful, found.failed, *_NO_DETAIL))
            before = entry
        if found.detail is not None:
            yield ExportRow._make((FAILURE, *shared, None, None, *_detail(found)))


_NO_DETAIL = (None,) * 7


def _shared(found: Row[Any], domain: str) -> tuple[Any, ...]:
    """Return what an entry and its details have in common, from `day` to `mx_host`."""
    return (
        *(found.day, domain, found.reporter, found.organisation, found.report_id, found.id, found.arrived_at),
        *(found.dkim, found.trust, found.chosen and found.standing == Standing.COUNTED),
        *(found.policy_type, found.mode, found.policy_domain, " ".join(found.mx_hosts) or found.host),
    )


def _detail(found: Row[Any]) -> tuple[Any, ...]:
    return (
        *(found.result_type, found.sessions, found.sending_mta_ip, found.receiving_mx_hostname),
        *(found.receiving_mx_helo, found.receiving_ip, found.reason_code),
    )
