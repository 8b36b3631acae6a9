"""Stores what came in: originals, reports, their rows and the totals, in one transaction for a whole batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import arrival as arrivals
from storage.arrival import Arrival, Delivery, Outcome, Source
from storage.batch import Batch, Newcomer, reporter_of, sort_out
from storage.bulk import insert_all, insert_with_ids
from storage.counting import Deltas, Place, mark_changed
from storage.names import domain_ids, reporter_ids
from storage.quarantine import keep_unread, note_what_was_tried, without_the_removed
from storage.recheck import ReadAgain, ask_again_about, note_what_was_read, without_the_settled
from storage.restatement import ReporterIds, Restatement
from storage.rows import Row, chosen_positions, failure_rows, member, original_row, policy_rows, report_row
from storage.shares import shares
from storage.standing import Member, Standing
from storage.tables import Failure, Original, Report, ReportDomain, ReportPolicy, table

OLD_NEWS = timedelta(days=14)
"""What arrived longer ago than this, or was imported and is about an older day, is history: nobody is alarmed."""

Ids = Mapping[str, int]


def take_in(connection: Connection, deliveries: Sequence[Delivery], now: datetime) -> list[tuple[Outcome, ...]]:
    """Store deliveries; return for each what became of it: one outcome for each report, or one for a mail without any.

    Must run in a writing transaction. Copies are counted once and revisions replace each other, within the batch as
    well as against what is stored; the order makes no difference to what counts.
    """
    deliveries = without_the_removed(connection, without_the_settled(connection, deliveries))
    batch = sort_out(connection, deliveries)
    reporters = reporter_ids(connection, batch.reporters())
    deltas = Deltas()
    kept = {id(one.original): one.original_id for one in deliveries if isinstance(one, ReadAgain)}
    if batch.newcomers:
        kept |= _insert_originals(connection, batch.newcomers, now)
        _insert_newcomers(connection, batch, reporters, deltas, kept, now)
    news = _keys_of_news(deliveries, now) if batch.lifted else frozenset()
    change = Restatement(connection, reporters, deltas, now, kept)
    for lifted in batch.lifted:
        change.restate(lifted, is_news=not news.isdisjoint(_keys_of(lifted.before.member)))
    deltas.write(connection)
    mark_changed(connection, deltas.news, now)
    note_what_was_read(connection, deliveries)
    note_what_was_tried(connection, deliveries)
    unread = keep_unread(connection, [delivery for delivery in deliveries if delivery.kind], now)
    outcomes = iter(unread)
    return [(next(outcomes),) if d.kind else found for d, found in zip(deliveries, batch.outcomes, strict=True)]


def _insert_newcomers(
    connection: Connection,
    batch: Batch,
    reporters: ReporterIds,
    deltas: Deltas,
    originals: Mapping[int, int],
    now: datetime,
) -> None:
    """Insert new reports with their parts. `originals`: the identity of an original -> its id."""
    names = {placed.domain for one in batch.newcomers for placed in one.arrival.policies}
    domains = domain_ids(connection, names, now)
    rows = [_full_report_row(one, batch.standings, reporters, originals[id(one.original)]) for one in batch.newcomers]
    ask_again_about(
        connection, (originals[id(one.original)] for one in batch.newcomers if one.may_still_be_proven), now
    )
    report_ids = insert_with_ids(connection, table(Report), rows)
    parts: dict[type, list[Row]] = {ReportPolicy: [], Failure: [], ReportDomain: []}
    for one, report_id in zip(batch.newcomers, report_ids, strict=True):
        standing = batch.standings[one.member.content_key]
        _add_parts(parts, deltas, one, report_id, domains, reporters[reporter_of(one.arrival)], standing, now)
    for model, part in parts.items():
        insert_all(connection, table(model), part)


def _insert_originals(connection: Connection, newcomers: Sequence[Newcomer], now: datetime) -> dict[int, int]:
    """Insert every original once, though it may hold several reports; return the ids by the identity of the values."""
    distinct = {id(one.original): one.original for one in newcomers}
    rows = [original_row(original, now) for original in distinct.values()]
    ids = insert_with_ids(connection, table(Original), rows)
    return dict(zip(distinct, ids, strict=True))


def _full_report_row(one: Newcomer, standings: Mapping[str, Standing], reporters: ReporterIds, original_id: int) -> Row:
    credentials = one.member.credentials
    return report_row(one.arrival, one.original) | {
        "original_id": original_id,
        "reporter_id": reporters[reporter_of(one.arrival)],
        "standing": standings[one.member.content_key],
        "family_key": one.member.family_key,
        "twin_key": one.member.twin_key,
        "content_key": one.member.content_key,
        "sent_at": credentials.sent_at,
        "signer": credentials.signer,
        "trust": credentials.trust,
        "held": credentials.held,
        "copies": one.copies,
    }


def _add_parts(
    parts: dict[type, list[Row]],
    deltas: Deltas,
    one: Newcomer,
    report_id: int,
    domains: Ids,
    reporter_id: int,
    standing: Standing,
    now: datetime,
) -> None:
    arrival = one.arrival
    by_domain = shares(arrival.policies)
    parts[ReportPolicy] += policy_rows(arrival, report_id, domains, chosen_positions(by_domain.values()))
    parts[Failure] += failure_rows(arrival, report_id, domains)
    for domain, share in by_domain.items():
        parts[ReportDomain].append(
            {
                "report_id": report_id,
                "domain_id": domains[domain],
                "day": arrival.day,
                "reporter_id": reporter_id,
                "standing": standing,
                "successful": share.successful,
                "failed": share.failed,
            }
        )
        if standing is Standing.COUNTED:
            deltas.add(share, Place(domains[domain], reporter_id, arrival.day, arrival.longer_than_a_day), sign=1)
            if _is_news(one.original, arrival, now):
                deltas.news.add((domains[domain], arrival.day))


def _keys_of_news(deliveries: Sequence[Delivery], now: datetime) -> frozenset[str]:
    """Return the keys of what is no history: stored reports that share one change because of it."""
    arrivals = (one for d in deliveries for one in d.arrivals if _is_news(d.original, one, now))
    return frozenset(key for arrival in arrivals for key in _keys_of(member(arrival)))


def _is_news(original: arrivals.Original, arrival: Arrival, now: datetime) -> bool:
    """Whether the alert rules shall look. A copied file looks as if it had just come, so its report's day counts."""
    oldest = now - OLD_NEWS
    is_old_file = original.source is Source.IMPORT and arrival.day < oldest.date()
    return original.arrived_at >= oldest and not is_old_file


def _keys_of(one: Member) -> tuple[str, str, str]:
    return one.content_key, one.family_key, one.twin_key
