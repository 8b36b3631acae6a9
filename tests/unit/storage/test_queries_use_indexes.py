"""Every statement that a full database will see is served by an index, however large its tables grow."""

import re
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event

from bot.outbox import Outbox
from bot.quarantine_job import QuarantineNews
from bot.retention_job import Retention
from commands.alerts.routing import Target
from commands.registry import commands
from storage.arrival import DkimVerdict, QuarantineKind, Trust
from storage.quarantine_room import LOOK_EVERY
from storage.recheck import PAUSES, ReadAgain, begin_due, is_any_due, original_to_read
from tests.alerting import Watch, broken, day, healthy
from tests.asking import answered, take, told
from tests.builders import NOW, arrival, changed, delivery, failure, policy, report
from tests.fake_transport import UNREACHABLE, FakeTransport

GROWING = {
    *("report", "report_domain", "report_policy", "failure", "domain_day", "policy_day", "failure_day"),
    *("reporter", "original", "outbox_message", "quarantined", "alert", "changed_day", "note", "dkim_recheck"),
}
ALLOWED_SCANS: dict[str, str] = {}
"""Part of a statement -> why it may look at every row. None today."""
QUESTIONS = (
    *("status", "status 7d", "status all", "status example.com", "status example.com all", "status unknown.example"),
    *("failures example.com", "failures example.com 7d certificate-expired", "explain frobnicate"),
    *("reporters example.com", "reports example.com", "report 1", "explain", "help"),
    *("set d1.example", "set d1.example min-failures=4"),
    *("domain add d1.example", "domain show d1.example", "domain list", "domain remove d1.example"),
    *("status page=2", "reports example.com page=2", "report 1 page 2", "domain list page=2"),
    *("domain add silent.example", "status silent.example", "reports silent.example", "reporters silent.example"),
    *("note d1.example mx1 rotated", "note d1.example", "note remove 1", "status d1.example"),
    *("subscribe d1.example channel=slack:#d1", "subscriptions", "unsubscribe d1.example channel=slack:#d1"),
    *("unverified", "unverified page=2", "unverified show 55", "unverified admit 55"),
    *("quarantine", "quarantine filed", "quarantine show 1", "quarantine retry 1", "quarantine retry all"),
    "quarantine delete 1",
    *("record d1.example mx=mx.d1.example", "export example.com all", "export d1.example 7d json", "doctor"),
)
HISTORY_READ_BY_DOMAIN = {
    "alert": "a domain has few alerts",
    "note": "a domain has few notes: people write them",
    "domain_day": "the oldest and the newest day: one narrow row a day, 400 a year",
}
"""Tables of which a statement may read all that there is of one domain -> why."""
ENDS_OF_AN_INDEX = re.compile(r"SELECT (min|max)\((\w+)\.day\) AS \w+\s+FROM \2\s+WHERE \2\.domain_id = \?\)")
"""The first or last day alone: SQLite goes to that end of the index and reads one row."""
ALL_OF_A_DOMAIN = re.compile(r"SEARCH (\w+?)(?:_\d+)? USING .*\(domain_id=\?\)")
SCAN = re.compile(r"SCAN (\w+?)(?:_\d+)?(?: |$)")


class Statements:
    """What was executed: each text once, with the values of one execution."""

    def __init__(self):
        self.seen = {}

    def note(self, _connection, _cursor, statement, parameters, _context, executemany):
        first = parameters[0] if executemany else parameters
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")):
            self.seen.setdefault(statement, first)


@contextmanager
def watched(db):
    """Note everything that is executed on a database."""
    statements = Statements()
    for engine in (db._readers, db._writer):
        event.listen(engine, "before_cursor_execute", statements.note)
    yield statements
    for engine in (db._readers, db._writer):
        event.remove(engine, "before_cursor_execute", statements.note)


def plan_of(db, statement, parameters):
    """Return the steps of SQLite's plan, without ANALYZE: as a young database plans."""
    with db.reading() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def fill(db):
    """Store traffic of several domains: copies, revisions, twins, held and unreadable mails."""
    for number in range(6):
        entry = policy(90, 10, failure(sessions=10), policy_domain=f"d{number}.example")
        take(db, *(told(entry, day=day(-past), report_id=f"{number}-{past}", signer="a.example") for past in range(9)))
    take(db, told(policy(5), held=True), told(policy(5), held=True))
    take(db, told(policy(5)), told(policy(6), arrived_at=NOW))
    take(db, told(policy(5), signer="signer.example", organisation="Sender Inc."))
    take(db, told(policy(5, 2, failure("frobnicate", 2), policy_domain="odd.example")))
    twin = report(policy(77), report_id="one"), report(policy(77), report_id="two")
    take(db, delivery(arrival(twin[0])), delivery(arrival(twin[1])))
    take(db, delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", body=b"?"))


def judge_again(db):
    """Do what becomes of a mail whose DKIM key could not be looked up: once decided, once given up."""
    for number in range(2):
        one = arrival(report(policy(3), report_id=f"undecided-{number}"), dkim=DkimVerdict.TEMPERROR, held=True)
        take(db, delivery(one, body=b"undecided %d" % number))
    now = NOW
    for pause in PAUSES:
        now += pause
        with db.writing() as connection:
            assert is_any_due(connection, now)
            first = begin_due(connection, now, 10)[0]
            original = original_to_read(connection, first)
    take(db, ReadAgain(original, (one,), original_id=first))
    lifted = changed(one, dkim=DkimVerdict.PASS, signer="a.example", trust=Trust.VERIFIED, held=False)
    take(db, ReadAgain(original, (lifted,), original_id=first + 1))


async def fill_quarantine(db, now):
    """Store so many unreadable mails that room has to be looked for, and tell of them."""
    for start in range(0, LOOK_EVERY, 8):
        mails = (f"? {number}".encode() for number in range(start, start + 8))
        take(db, *(delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", body=body) for body in mails))
    await QuarantineNews(db, [Target("slack", "#mail-ops")], lambda: now).run()


async def live(db):
    """Do once everything that the program does with its database."""
    fill(db)
    judge_again(db)
    await fill_quarantine(db, NOW + timedelta(hours=2))
    watch = Watch(db)
    watch.now += timedelta(minutes=5)
    while watch.judges():
        pass
    watch.takes(healthy(-1), broken(0, enforce=True), broken(0, enforce=True, signer="b.example"))
    watch.on(day(9))
    watch.takes(healthy(3, 1_000))
    watch.closes()
    for text in QUESTIONS:
        await answered(db, text)
    await Retention(db, timedelta(days=1), timedelta(days=3), lambda: watch.now).run()
    slack = FakeTransport()
    slack.faults.append(UNREACHABLE)
    outbox = Outbox(db, {"slack": slack}, lambda: watch.now)
    for _ in range(3):
        await outbox.send_due()


async def test_no_statement_reads_a_growing_table_from_end_to_end(db):
    with watched(db) as statements:
        await live(db)
    scans = []
    for statement, parameters in statements.seen.items():
        for step in plan_of(db, statement, parameters):
            found = SCAN.match(step)
            if found and found[1] in GROWING and not any(part in statement for part in ALLOWED_SCANS):
                scans.append(f"{step}\n    {' '.join(statement.split())}")
    assert scans == [], "\n" + "\n".join(scans)


async def test_no_statement_about_days_reads_the_whole_history_of_a_domain(db):
    with watched(db) as statements:
        await live(db)
    whole = []
    for statement, parameters in statements.seen.items():
        for step in plan_of(db, statement, parameters):
            found = ALL_OF_A_DOMAIN.match(step)
            if found and found[1] not in HISTORY_READ_BY_DOMAIN and not ENDS_OF_AN_INDEX.search(statement):
                whole.append(f"{step}\n    {' '.join(statement.split())}")
    assert whole == [], "\n" + "\n".join(whole)


async def test_what_is_watched_is_all_that_there_is(db):
    """The proof above is worth as much as the statements that it sees: each table read, each command asked."""
    with watched(db) as statements:
        await live(db)
    text = "\n".join(statements.seen)
    assert {name for name in GROWING if re.search(rf"FROM [^;]*\b{name}\b", text)} == GROWING
    assert {question.split()[0] for question in QUESTIONS} == set(commands())
    assert len(statements.seen) > 60


async def test_a_scan_would_be_noticed(db):
    with watched(db) as statements, db.reading() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM report WHERE organisation = 'x'")
    ((statement, parameters),) = statements.seen.items()
    assert SCAN.match(plan_of(db, statement, parameters)[0])[1] == "report"
