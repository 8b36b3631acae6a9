"""Commands asked of a real database, as every platform asks them."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.dispatch import Answer, Dispatcher
from commands.context import Context
from commands.doctor import Examine, nobody_examines
from commands.question import Asker, Platform
from commands.registry import commands
from commands.reply import Reply
from storage.arrival import Delivery, Outcome, Trust
from storage.database import Database
from storage.domains import Thresholds
from storage.intake import take_in
from storage.report import Policy
from storage.tables import table
from tests.builders import DAY, NOW, arrival, delivery, policy, report
from tests.rereading import quarantine_reader

ADMIN = Asker(Platform.TERMINAL, "terminal", is_admin=True)
READER = Asker(Platform.SLACK, "slack:U0READER", is_admin=False, channel="slack:C0OPS")
THRESHOLDS = Thresholds(failure_rate=0.05, min_failures=3)


def take(db: Database, *deliveries: Delivery, now: datetime = NOW) -> list[tuple[Outcome, ...]]:
    """Store deliveries in one transaction."""
    with db.writing() as connection:
        return take_in(connection, deliveries, now)


def rows(db: Database, model: Any, *columns: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table, all columns or some, in order."""
    target = table(model)
    with db.reading() as connection:
        found = connection.execute(select(*(target.c[name] for name in columns)) if columns else select(target))
        return sorted(tuple(row) for row in found)


def told(*policies: Policy, day: date = DAY, signer: str = "", imported: bool = False, **more: Any) -> Delivery:
    """One report about a day, arriving at eight o'clock on the next: signed, imported, or merely claimed.

    `more` goes to the report, but for `arrived_at`, `held` and `copies_sent_at`.
    """
    eight = datetime.combine(day + timedelta(days=1), NOW.timetz()).replace(hour=8)
    arrived_at = more.pop("arrived_at", eight)
    placing = {name: more.pop(name) for name in ("held", "marks") if name in more}
    if imported:
        placing["trust"] = Trust.IMPORTED
    identity = {"organisation": more.pop("organisation", signer or "Sender Inc."), "days": more.pop("days", 1)}
    content = report(*policies, day=day, report_id=more.pop("report_id", f"{signer}-{day}"), **identity, **more)
    found = arrival(content, sent_at=arrived_at, signer=signer, **placing)
    return delivery(found, arrived_at=arrived_at, body=f"{signer} {day}".encode())


def days_of(first: date, number: int, ok: int = 100, bad: int = 0, signer: str = "sender.example") -> list[Delivery]:
    """Return one report for each of so many days."""
    return [told(policy(ok, bad), day=first + timedelta(days=offset), signer=signer) for offset in range(number)]


def dispatcher(
    db: Database,
    *,
    now: datetime = NOW,
    report_domain: str = "reports.example.net",
    mailbox: str = "",
    examine: Examine = nobody_examines,
) -> Dispatcher:
    """Return what answers commands, at a moment that stands still."""

    def context_for(asker: Asker) -> Context:
        return Context(
            database=db,
            clock=lambda: now,
            thresholds=THRESHOLDS,
            report_domain=report_domain,
            shared_address="tls-reports",
            mailbox=mailbox,
            asker=asker,
            examine=examine,
            read_again=quarantine_reader(db, now),
        )

    return Dispatcher(commands(), context_for)


async def ask(db: Database, text: str, asker: Asker = ADMIN, **more: Any) -> Answer:
    """Ask one line."""
    return await dispatcher(db, **more).answer(text, asker)


async def answered(db: Database, text: str, asker: Asker = ADMIN, **more: Any) -> Reply:
    """Ask one line that has an answer."""
    found = await ask(db, text, asker, **more)
    assert not found.code, found.message
    return found.reply


def said(reply: Reply) -> str:
    """Everything that people read in a reply, a line each, in the order in which it is drawn."""
    lines = [reply.title, *reply.sentences, *(f"{field.label}: {field.value}" for field in reply.fields)]
    for drawn in reply.tables:
        lines += [drawn.title, " | ".join(drawn.heads), *(" | ".join(row) for row in drawn.rows)]
    return "\n".join([*lines, reply.code, *reply.notes, reply.next_step])
