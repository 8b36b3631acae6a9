"""Result types that somebody invents: one alert, little work, and a bounded memory of them."""

from sqlalchemy import event

from commands.alerts.lifecycle import MOST_KEPT, sort_in
from commands.alerts.rules import Rule
from storage.evidence import MOST_PARTS, MOST_TYPES, day_evidence
from tests.alerting import Watch, broken, day, healthy
from tests.asking import told
from tests.builders import failure, policy
from tests.day_evidence import a_day, an_alert, failed, found, the_finding
from tests.standing_alerts import alerts, one_alert


def invented(number, sessions=5, first=0, **more):
    details = [failure(f"x{first + at:05}", sessions) for at in range(number)]
    return told(policy(10**6, number * sessions, *details), signer="evil.example", **more)


def with_history(db):
    watch = Watch(db)
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    return watch


def test_three_hundred_new_types_are_one_alert_that_names_three(db):
    watch = with_history(db)
    watch.takes(invented(300))
    assert alerts(db, "rule", "severity", "failed") == [("new-failure-type", "warning", MOST_TYPES * 5)]
    (title,) = watch.titles()
    assert [name in title for name in ("x00000", "x00001", "x00002", "x00003")] == [True, True, True, False]
    assert f"and {MOST_TYPES - 3} more." in title


def test_a_day_opens_one_alert_for_new_types_however_often_it_is_judged(db):
    watch = with_history(db)
    for number in range(5):
        watch.takes(invented(2, first=2 * number, report_id=str(number)))
    assert len(watch.titles()) == 1
    assert len(one_alert(db).result_types) == 10


def test_the_new_type_of_a_later_day_is_an_alert_of_its_own_while_the_first_goes_on(db):
    watch = with_history(db)
    for number in range(3):
        watch.on(day(number + 1))
        watch.takes(broken(number, 5, 995))
    watch.takes(broken(2, 5, 995, "starttls-not-supported", signer="b.example"))
    assert alerts(db, "result_types") == [(["certificate-expired"],), (["starttls-not-supported"],)]


def test_the_queries_for_a_day_are_as_many_for_many_types_as_for_one(db):
    watch = with_history(db)
    watch.takes(invented(1), invented(400, day=day(1)))
    assert _queries(db, day(0)) == _queries(db, day(1))


def test_only_the_types_and_hosts_with_the_most_sessions_are_looked_at(db):
    watch = with_history(db)
    hosts = [failure("many-hosts", 1, receiving_mx_hostname=f"mx{at}.example.com") for at in range(MOST_PARTS + 500)]
    types = [failure(f"x{at}", 10 + at) for at in range(MOST_TYPES)]
    bad = len(hosts) + sum(range(10, 10 + MOST_TYPES))
    watch.takes(told(policy(0, bad, *hosts, *types), signer="evil.example"))
    with db.reading() as connection:
        evidence = day_evidence(connection, 1, day(0), {})
    seen = {part.result_type for part in evidence.failures}
    assert (len(seen), "x0" in seen, "x1" in seen) == (MOST_TYPES, False, True)
    assert sum(part.sessions for part in evidence.failures if part.result_type == "many-hosts") == len(hosts)
    assert sum(part.mx_host.startswith("mx") for part in evidence.failures) <= MOST_PARTS


def test_fifty_thousand_types_are_judged_in_a_few_steps_each():
    counted = [_Counted(1) for _ in range(50_000)]
    evidence = a_day(*(failed(f"x{at}", one) for at, one in enumerate(counted)), ok=0, bad=50_000)
    ((_, _, types),) = found(evidence)
    assert len(types) == 40_000
    assert _Counted.additions < 500_000


def test_an_alert_remembers_no_more_than_it_may():
    alert = an_alert(1, *(f"x{at}" for at in range(MOST_KEPT)))
    (change,) = sort_in([the_finding(a_day(failed("x0", 60), failed("new", 50)))], [alert])
    assert change.after.result_types == alert.result_types


def test_what_is_found_by_the_rate_opens_its_own_alert_beside_that_of_the_new_types():
    by_rate = the_finding(a_day(failed("a")))
    known = an_alert(1, "b", rule=Rule.NEW_FAILURE_TYPE.value)
    (change,) = sort_in([by_rate], [known])
    assert not hasattr(change, "alert")


class _Counted(int):
    """A number that counts how often one like it is added to another."""

    additions = 0

    def __radd__(self, other):
        _Counted.additions += 1
        return int(other) + int(self)

    def __add__(self, other):
        _Counted.additions += 1
        return int(self) + int(other)


def _queries(db, of_day):
    made = []
    with db.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: made.append(call[2]))
        day_evidence(connection, 1, of_day, {})
    return len(made)
