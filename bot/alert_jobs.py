"""The jobs of the alert rules: each day and each alert in a transaction of its own, so that a stop comes between."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime

import structlog

from commands.alerts.evaluate import Evaluation, close_if_over, days_to_judge, judge_day
from storage.alerts import open_alerts
from storage.database import Database, DatabaseUnavailable
from storage.evidence import forget_waiting

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]


async def judge_what_changed(database: Database, rules: Evaluation, clock: Clock) -> None:
    """Judge every day that has waited long enough. Raises DatabaseUnavailable; the days wait on then."""
    while days := await asyncio.to_thread(_waiting, database, rules, clock):
        for domain_id, day in days:
            await asyncio.to_thread(_judge, database, rules, domain_id, day, clock)


async def resolve_what_is_over(database: Database, rules: Evaluation, clock: Clock) -> None:
    """Resolve every alert whose fault is over. Raises DatabaseUnavailable."""
    for alert_id in await asyncio.to_thread(_open, database):
        await asyncio.to_thread(_resolve, database, rules, alert_id, clock)


def _waiting(database: Database, rules: Evaluation, clock: Clock) -> list[tuple[int, date]]:
    with database.reading() as connection:
        return days_to_judge(connection, rules, clock())


def _judge(database: Database, rules: Evaluation, domain_id: int, day: date, clock: Clock) -> None:
    try:
        with database.writing() as connection:
            judge_day(connection, rules, domain_id, day, clock())
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("a day cannot be judged: no alert comes of it", domain_id=domain_id, day=day.isoformat())
        with database.writing() as connection:
            forget_waiting(connection, [(domain_id, day)])


def _open(database: Database) -> list[int]:
    with database.reading() as connection:
        return [alert.id for alert in open_alerts(connection)]


def _resolve(database: Database, rules: Evaluation, alert_id: int, clock: Clock) -> None:
    try:
        with database.writing() as connection:
            close_if_over(connection, rules, alert_id, clock())
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("an alert cannot be looked at: it stays open", alert=alert_id)
