"""Loads what came for a domain without being counted, for answers that have no data."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from commands.context import Context
from commands.domain_names import Subject
from commands.no_data import UNREADABLE_DAYS, Reception, Waiting
from storage import quarantine, totals


def waiting_for(connection: Connection, subject: Subject, now: datetime) -> Waiting:
    """Return what waits; nothing is looked up for a domain that has data or that nobody knows."""
    if subject.newest_day is not None or not subject.known:
        return Waiting()
    record = subject.record
    since = now - timedelta(days=UNREADABLE_DAYS)
    return Waiting(
        held=totals.report_count(connection, record.id, date.min, date.max).held,
        unreadable=quarantine.unread_mails_to(connection, record.token, since) if record.token else 0,
    )


def reception_of(context: Context) -> Reception:
    return Reception(context.report_domain, context.shared_address, context.mailbox)
