"""Brings stored reports up to a new standing or better credentials, and the totals with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import arrival as arrivals
from storage.batch import Lifted, Newcomer
from storage.bulk import insert_with_ids
from storage.counting import Deltas, Place
from storage.names import domain_ids
from storage.proof import marks_with_proof_of
from storage.recheck import ask_again_about
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
    kept: dict[int, int] = field(default_factory=dict)
    """Originals that are stored: the identity of the value -> id."""

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
        if lifted.better:
            values |= self._kept_instead(lifted.better, before.report_id)
        self.connection.execute(update(table(Report)).where(table(Report).c.id == before.report_id).values(values))
        if before.original_id not in (None, values.get("original_id", before.original_id)):
            self._forget_original(before.original_id)

    def _kept_instead(self, better: Newcomer, report_id: int) -> Row:
        """Keep another copy than before: return its original, and what it proves."""
        original_id = self._id_of(better.original)
        if better.may_still_be_proven:
            ask_again_about(self.connection, [original_id], self.now)
        report = table(Report).c
        marks = self.connection.execute(select(report.marks).where(report.id == report_id)).scalar_one()
        return {
            "original_id": original_id,
            "dkim": better.arrival.dkim,
            "marks": marks_with_proof_of(better.arrival.marks, marks),
        }

    def _id_of(self, original: arrivals.Original) -> int:
        """Store an original once, though it may hold several reports."""
        if id(original) not in self.kept:
            rows = [original_row(original, self.now)]
            (self.kept[id(original)],) = insert_with_ids(self.connection, table(Original), rows)
        return self.kept[id(original)]

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
