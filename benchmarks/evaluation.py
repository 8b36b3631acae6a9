"""Alert rules: how long one domain's day takes, and how that grows with the history."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial

from benchmarks.history import SPREAD, SPREAD_TENTH, Shape, history
from benchmarks.rounds import interleaved
from benchmarks.traffic import NOW
from commands.alerts.evaluate import Evaluation, days_to_judge, judge_day
from commands.alerts.routing import Target
from storage.counting import mark_changed
from storage.database import Database
from storage.domains import Thresholds

ROUNDS = 3
DAYS = 300
"""Domain-days judged in a round: the newest day of as many domains as there are, then the day before."""
AIM_DAYS, AIM_SECONDS = 600_000, 10


class _Undone(Exception):
    """Takes back what a round wrote."""


def run() -> None:
    """Print milliseconds for each domain-day, and what the aim would need."""
    print(f"alert rules: {DAYS} changed domain-days a round, {ROUNDS} rounds, without the commit")
    with _database(SPREAD) as large, _database(SPREAD_TENTH) as small:
        runs = {"large": partial(_judge, large, SPREAD), "small": partial(_judge, small, SPREAD_TENTH)}
        for once in runs.values():
            once()
        found = interleaved(ROUNDS, runs)
    each = found["large"].median
    print(
        f"  {each:.2f} ms for each domain-day among {SPREAD.name}; growth {found['large'].over(found['small']).ratio()}"
    )
    needed = AIM_SECONDS / AIM_DAYS * 1000
    whole = each * AIM_DAYS / 60_000
    print(f"  10,000 domains × 60 days: {whole:.0f} min; the aim of {AIM_SECONDS} s needs {needed:.3f} ms each")


def _judge(database: Database, shape: Shape) -> float:
    """Return CPU milliseconds for each domain-day."""
    rules = Evaluation(Thresholds(failure_rate=0.05, min_failures=3), (Target("terminal", "console"),), timedelta())
    chosen = range(DAYS)
    days = [(1 + one % shape.domains, (NOW - timedelta(days=1 + one // shape.domains)).date()) for one in chosen]
    judged, took = 0, 0.0
    with suppress(_Undone), database.writing() as connection:
        mark_changed(connection, days, NOW)
        start = time.process_time()
        while judged < DAYS:
            for domain_id, day in days_to_judge(connection, rules, NOW):
                judge_day(connection, rules, domain_id, day, NOW)
                judged += 1
        took = time.process_time() - start
        raise _Undone
    return took / DAYS * 1000


@contextmanager
def _database(shape: Shape) -> Iterator[Database]:
    database = Database(f"sqlite:///{history(shape)}")
    try:
        yield database
    finally:
        database.close()
