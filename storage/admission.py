"""Lets a report count whose sender nothing proves: an operator vouches for it."""

from datetime import datetime

from sqlalchemy import Connection, select

from storage.arrival import Trust
from storage.batch import with_other_credentials
from storage.counting import Deltas, mark_changed
from storage.intake import OLD_NEWS
from storage.members import Stored, stored_report
from storage.names import reporter_ids
from storage.restatement import Restatement
from storage.standing import Credentials
from storage.tables import Report, ReportDomain, table


def admit(connection: Connection, report_id: int, now: datetime) -> bool:
    """Admit a report that is not verified; it counts from then on as its family and its twins allow.

    Must run in a writing transaction. The alert rules look at its day again, unless it came so long ago that it is
    history. Returns whether there was such a report.
    """
    found = stored_report(connection, report_id)
    if found is None or found.credentials.trust is not Trust.UNVERIFIED:
        return False
    report, part = table(Report).c, table(ReportDomain).c
    arrived_at = connection.execute(select(report.arrived_at).where(report.id == report_id)).scalar_one()
    is_news = arrived_at >= now - OLD_NEWS
    _restate(connection, found, now, is_news=is_news)
    if is_news:  # who vouches for a report that counts already makes it weigh more
        days = connection.execute(select(part.domain_id, part.day).where(part.report_id == report_id)).all()
        mark_changed(connection, [(row[0], row[1]) for row in days], now)
    return True


def _restate(connection: Connection, report: Stored, now: datetime, *, is_news: bool) -> None:
    credentials = Credentials(held=False, trust=Trust.ADMITTED, sent_at=report.credentials.sent_at, signer="")
    batch = with_other_credentials(connection, report, credentials)
    deltas = Deltas()
    change = Restatement(connection, reporter_ids(connection, batch.reporters()), deltas, now)
    for lifted in batch.lifted:
        change.restate(lifted, is_news=is_news)
    deltas.write(connection)
    mark_changed(connection, deltas.news, now)
