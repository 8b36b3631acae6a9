"""Days and alerts over a real database: reports come, the rules run, and what was said can be read."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from commands.alerts.evaluate import Evaluation, close_if_over, days_to_judge, judge_day
from commands.alerts.routing import Target
from commands.reply import Reply
from commands.reply_form import from_form
from storage.alerts import open_alerts
from storage.arrival import Delivery
from storage.database import Database
from storage.tables import OutboxMessage, table
from tests.asking import THRESHOLDS, take, told
from tests.builders import DAY, NOW, failure, policy

DELAY = timedelta(seconds=60)
OPS = Target("slack", "#mail-ops")
ENFORCE = ("version: STSv1", "mode: enforce", "mx: mx1.example.com", "max_age: 86400")


class Watch:
    """The rules over a database, with a clock that is moved by hand."""

    def __init__(self, db: Database, *targets: Target, delay: timedelta = DELAY) -> None:
        self.db = db
        self.now = NOW
        self.rules = Evaluation(THRESHOLDS, targets or (OPS,), delay)

    def takes(self, *deliveries: Delivery) -> None:
        """Receive reports now, and let the rules run once the delay is over."""
        take(self.db, *deliveries, now=self.now)
        self.now += self.rules.delay
        self.judges()

    def judges(self) -> int:
        """Judge what waits long enough."""
        with self.db.reading() as connection:
            days = days_to_judge(connection, self.rules, self.now)
        for domain_id, day in days:
            with self.db.writing() as connection:
                judge_day(connection, self.rules, domain_id, day, self.now)
        return len(days)

    def closes(self) -> int:
        """Resolve what is over."""
        with self.db.writing() as connection:
            return sum(close_if_over(connection, self.rules, one.id, self.now) for one in open_alerts(connection))

    def on(self, day: date, hour: int = 12) -> None:
        """Move the clock to an hour of a day."""
        self.now = datetime(day.year, day.month, day.day, hour, tzinfo=NOW.tzinfo)

    def said(self) -> list[Reply]:
        """Return everything that was left for the channels, in order."""
        columns = table(OutboxMessage).c
        with self.db.reading() as connection:
            found = connection.execute(select(columns.reply).order_by(columns.id)).scalars()
            return [from_form(form) for form in found]

    def titles(self) -> list[str]:
        return [reply.title for reply in self.said()]


def day(number: int) -> date:
    """Return the day so many days after `DAY`."""
    return DAY + timedelta(days=number)


def broken(number: int = 0, bad: int = 50, ok: int = 50, *types: str, **more: Any) -> Delivery:
    """A report about a day on which sessions failed."""
    kinds = types or ("certificate-expired",)
    strings = {"policy_strings": ENFORCE} if more.pop("enforce", False) else {}
    details = [failure(type_, bad // len(kinds)) for type_ in kinds]
    more.setdefault("signer", "google.com")
    return told(policy(ok, bad, *details, **strings), day=day(number), **more)


def healthy(number: int = 0, ok: int = 100, **more: Any) -> Delivery:
    """A report about a day without any failure."""
    more.setdefault("signer", "google.com")
    return told(policy(ok), day=day(number), **more)
