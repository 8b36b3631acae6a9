"""Sums of sessions are whole numbers, whatever SQLite made of them."""

from datetime import timedelta

from storage import totals
from storage.failure_totals import by_failure
from storage.tables import DomainDay, FailureDay, PolicyDay, table
from tests.asking import answered, take, told
from tests.builders import DAY, failure, policy

HUGE = float(2**63)


def with_sums_as_floats(db):
    """Store a report, and let its sums be what an addition past 64 bits leaves behind."""
    take(db, told(policy(90, 10, failure(sessions=10))))
    with db.writing() as connection:
        connection.execute(table(DomainDay).update().values(successful=HUGE, failed=HUGE))
        connection.execute(table(PolicyDay).update().values(successful=HUGE, failed=HUGE))
        connection.execute(table(FailureDay).update().values(sessions=HUGE))


def test_a_sum_that_became_a_float_is_read_as_a_whole_number(db):
    with_sums_as_floats(db)
    stretch = DAY - timedelta(days=1), DAY
    with db.reading() as connection:
        found = [
            totals.sessions(connection, 1, *stretch),
            *(one.sessions for one in totals.by_day(connection, 1, *stretch)),
            *(one.sessions for one in totals.by_policy(connection, 1, *stretch)),
            *(one.sessions for one in totals.overview(connection, *stretch)),
        ]
        (part,) = by_failure(connection, 1, *stretch).parts
    assert len(found) == 4
    assert {(one.successful, one.failed) for one in found} == {(2**63, 2**63)}
    assert {type(figure) for one in found for figure in (one.successful, one.failed)} == {int}
    assert (part.sessions, type(part.sessions)) == (2**63, int)


async def test_every_answer_about_such_a_domain_has_whole_figures(db):
    with_sums_as_floats(db)
    reply = await answered(db, "status example.com")
    assert {type(figure) for bar in reply.chart.bars for figure in (bar.successful, bar.failed)} == {int}
    assert (await answered(db, "failures example.com")).data["failures"][0]["sessions"] == 2**63
    assert (await answered(db, "status")).data["domains"][0]["sessions"]["failed"] == 2**63
