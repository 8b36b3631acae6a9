"""Databases with a long history, made once and kept under `.bench/`: rows as reception would have written them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, text

from benchmarks.traffic import ALL, NOW, RESULTS, USUAL, Mix, sizes
from storage.database import Database
from storage.schema import HEAD, upgrade
from storage.tables import Domain, Failure, Report, ReportDomain, Reporter, ReportPolicy, table

FOLDER = Path(".bench")
ASKED = "example.com"
_AT_ONCE = 2000
_DETAILS_KNOWN = 2000

_TOTALS = (
    """INSERT INTO domain_day (domain_id, day, reports, successful, failed, longer_successful, longer_failed)
       SELECT domain_id, day, count(*), sum(successful), sum(failed), 0, 0 FROM report_domain GROUP BY 1, 2""",
    """INSERT INTO policy_day (domain_id, day, policy_type, mode, reports, successful, failed)
       SELECT domain_id, report.day, policy_type, mode, count(*), sum(successful), sum(failed)
       FROM report_policy JOIN report ON report.id = report_policy.report_id GROUP BY 1, 2, 3, 4""",
    """INSERT INTO failure_day (domain_id, day, result_type, mx_host, reporter_id, reports, sessions, longer_sessions)
       SELECT domain_id, failure.day, result_type, receiving_mx_hostname, reporter_id,
              count(DISTINCT report.id), sum(sessions), 0
       FROM failure JOIN report ON report.id = failure.report_id GROUP BY 1, 2, 3, 4, 5""",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How much history there is: every reporter sends a report about every domain for every day."""

    name: str
    domains: int
    reporters: int
    days: int = 60
    mix: Mix = USUAL


SPREAD = Shape("1,000 domains", 1000, 3)
"""180,000 reports, a million failure rows."""
SPREAD_TENTH = Shape("100 domains", 100, 3)
ONE = Shape("one domain", 1, 160, mix=ALL)
"""9,600 reports, a million failure rows, all of one domain."""
ONE_TENTH = Shape("one domain, a tenth", 1, 16, mix=ALL)
MANY = Shape("10,000 domains", 10_000, 1, days=30, mix=Mix("without failures", ((100, 0, 0),)))


def history(shape: Shape) -> Path:
    """Return the database file of a shape; it is made when it is not there yet, or has an older schema."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{shape.domains}x{shape.reporters}x{shape.days}-{HEAD}.db"
    if not path.exists():
        print(f"  making the history of {shape.name} ...", flush=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        database = Database(f"sqlite:///{unfinished}")
        upgrade(database)
        with database.writing() as connection:
            _fill(connection, shape)
        with database.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        unfinished.rename(path)
    return path


def domain_names(shape: Shape) -> list[str]:
    return [ASKED, *(f"domain{number:05d}.example" for number in range(1, shape.domains))]


def _fill(connection: Connection, shape: Shape) -> None:
    registered = {"first_seen_at": NOW, "registered_at": NOW, "registered_by": "terminal"}
    names = enumerate(domain_names(shape), 1)
    connection.execute(
        table(Domain).insert(), [registered | {"id": id_, "name": name, "token": f"token{id_}"} for id_, name in names]
    )
    reporters = [
        {"id": id_, "name": f"sender{id_}.example", "is_signer": True} for id_ in range(1, shape.reporters + 1)
    ]
    connection.execute(table(Reporter).insert(), reporters)
    batch = _Batch()
    for report in _reports(shape):
        batch.add(*report)
        if len(batch.reports) >= _AT_ONCE:
            batch.write(connection)
    batch.write(connection)
    for statement in _TOTALS:
        connection.execute(text(statement))


Row = dict[str, Any]


def _reports(shape: Shape) -> Iterator[tuple[Row, Row, list[Row]]]:
    """Yield the row of each report, of its one policy, and of its failures; the oldest day first."""
    random = Random(shape.name)
    known = [_detail(random) for _ in range(_DETAILS_KNOWN)]
    details = sizes(shape.mix, random)
    report_id = 0
    for age in range(shape.days, 0, -1):
        start = NOW.replace(hour=0) - timedelta(days=age)
        for domain_id in range(1, shape.domains + 1):
            for reporter_id in range(1, shape.reporters + 1):
                report_id += 1
                place = {"report_id": report_id, "domain_id": domain_id}
                day: Row = {"day": start.date()}
                chosen = random.choices(known, k=next(details))
                failures = [place | day | {"position": number} | detail for number, detail in enumerate(chosen)]
                policy = place | _policy(random, sum(one["sessions"] for one in failures))
                yield _report(report_id, reporter_id, start) | day, policy, failures


class _Batch:
    """Rows that are inserted together."""

    def __init__(self) -> None:
        self.reports: list[Row] = []
        self._parts: list[Row] = []
        self._policies: list[Row] = []
        self._failures: list[Row] = []

    def add(self, report: Row, policy: Row, failures: list[Row]) -> None:
        share = {name: policy[name] for name in ("report_id", "domain_id", "successful", "failed")}
        share |= {name: report[name] for name in ("reporter_id", "standing", "day")}
        self.reports.append(report)
        self._parts.append(share)
        self._policies.append(policy)
        self._failures += failures

    def write(self, connection: Connection) -> None:
        parts = (Report, self.reports), (ReportDomain, self._parts), (ReportPolicy, self._policies)
        for model, rows in (*parts, (Failure, self._failures)):
            if rows:
                connection.execute(table(model).insert(), rows)
                rows.clear()


def _report(report_id: int, reporter_id: int, start: Any) -> Row:
    key = f"{report_id:064x}"
    arrived = start + timedelta(hours=28)
    name = f"sender{reporter_id}.example"
    return {
        "id": report_id,
        "original_id": None,
        "reporter_id": reporter_id,
        "organisation": name,
        "contact_info": f"tlsrpt@{name}",
        "report_id": f"{report_id}@{name}",
        "started_at": start,
        "ended_at": start + timedelta(days=1, seconds=-1),
        "longer_than_a_day": False,
        "arrived_at": arrived,
        "sent_at": arrived,
        "source": "smtp",
        "dkim": "pass",
        "signer": name,
        "trust": "verified",
        "held": False,
        "standing": "counted",
        "family_key": key,
        "twin_key": key,
        "content_key": key,
        "copies": 1,
        "marks": [],
    }


def _policy(random: Random, failed: int) -> Row:
    return {
        "position": 0,
        "policy_type": "sts",
        "mode": "enforce",
        "policy_domain": ASKED,
        "host": "",
        "policy_strings": ["version: STSv1", "mode: enforce", "mx: *.example.com", "max_age: 604800"],
        "mx_hosts": ["*.example.com"],
        "successful": random.randint(1, 5000),
        "failed": failed,
        "chosen": True,
    }


def _detail(random: Random) -> Row:
    result, reason = random.choices(RESULTS, (40, 20, 15, 10, 10, 5))[0]
    return {
        "policy_position": 0,
        "result_type": result,
        "sessions": random.randint(1, 9),
        "sending_mta_ip": f"192.0.{random.randrange(256)}.{random.randrange(256)}",
        "receiving_mx_hostname": f"mx{random.choice((1, 1, 1, 2))}.example.com",
        "receiving_mx_helo": "",
        "receiving_ip": f"198.51.100.{random.randrange(1, 5)}",
        "reason_code": reason,
        "additional_information": "",
    }
