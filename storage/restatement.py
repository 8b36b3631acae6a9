"""Brings stored reports up to a new standing or better credentials, and the totals with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, delete, update

from storage.arrival import DkimVerdict, Trust
from storage.batch import Lifted
from storage.bulk import insert_with_ids
from storage.counting import Deltas, Place
from storage.names import domain_ids
from storage.rows import Row, original_row, stored_shares
from storage.standing import Standing
from storage.tables import Original, Report, ReportDomain, table

ReporterIds = Mapping[tuple[str, bool], int]
"""(name, is a signer) -> id."""


@dataclass(frozen=True, slots=True)
class Restatement:
    """The changes of one transaction; what they do to the totals is added to `deltas`."""

    connection: Connection
    reporters: ReporterIds
    deltas: Deltas
    now: datetime

    def restate(self, lifted: Lifted, *, is_news: bool) -> None:
        """Change one stored report. `is_news`: the alert rules shall look at its day again."""
        before, credentials = lifted.before, lifted.credentials
        reporter_id = self.reporters[lifted.reporter]
        if (reporter_id, lifted.standing) != (before.reporter_id, before.standing):
            self._move_share(lifted, reporter_id, is_news=is_news)
        values: Row = {
            "reporter_id": reporter_id,
            "standing": lifted.standing,
            "copies": lifted.after.copies,
            "sent_at": credentials.sent_at,
            "signer": credentials.signer,
            "trust": credentials.trust,
            "held": credentials.held,
        }
        if credentials.signer:
            values["dkim"] = DkimVerdict.PASS
        elif credentials.trust is Trust.IMPORTED:
            values["dkim"] = DkimVerdict.UNCHECKED
        if lifted.original is not None:
            values["original_id"] = insert_with_ids(self.connection, table(Original), [original_row(lifted.original)])[
                0
            ]
        self.connection.execute(update(table(Report)).where(table(Report).c.id == before.report_id).values(values))
        if lifted.original is not None and before.original_id is not None:
            self._forget_original(before.original_id)

    def _move_share(self, lifted: Lifted, reporter_id: int, *, is_news: bool) -> None:
        before = lifted.before
        by_domain = stored_shares(self.connection, before.report_id)
        domains = domain_ids(self.connection, by_domain.keys(), self.now)
        for domain, share in by_domain.items():
            place = Place(domains[domain], before.reporter_id, before.day, before.longer_than_a_day)
            if before.standing is Standing.COUNTED:
                self.deltas.add(share, place, sign=-1)
            if lifted.standing is Standing.COUNTED:
                self.deltas.add(share, replace(place, reporter_id=reporter_id), sign=1)
            if is_news:
                self.deltas.news.add((domains[domain], before.day))
        part = table(ReportDomain)
        change = update(part).where(part.c.report_id == before.report_id)
        self.connection.execute(change.values(reporter_id=reporter_id, standing=lifted.standing))

    def _forget_original(self, original_id: int) -> None:
        """Remove an original to which nothing refers any more."""
        original, report = table(Original), table(Report)
        used = report.select().where(report.c.original_id == original_id).exists()
        self.connection.execute(delete(original).where(original.c.id == original_id, ~used))
