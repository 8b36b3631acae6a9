"""On which day and for which domain a report counts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from ingest.placing import Placing, place
from ingest.reader.frame import MailFrame
from storage.report import FailureDetail, Policy, Report

ARRIVED = datetime(2026, 3, 10, 4, tzinfo=UTC)
START = datetime(2026, 3, 9, tzinfo=UTC)
FRAME = MailFrame(report_domain="example.com", submitter="sender.example", subject_domain="example.com")
FILE_NAME = "sender.example!example.com!1773014400!1773100799!001.json.gz"


def policy(domain: str | None, kind: str = "sts", **more) -> Policy:
    return Policy(**({"policy_type": kind, "policy_domain": domain, "successful": 5} | more))


def report(*policies: Policy, **more) -> Report:
    values = {
        "organisation": "Sender Inc.",
        "contact_info": "tlsrpt@sender.example",
        "report_id": "1",
        "start": START,
        "end": START + timedelta(days=1, seconds=-1),
        "policies": policies or (policy("example.com"),),
        "content_hash": "c",
        "twin_hash": "t",
    } | more
    return Report(**values)


def placed(found: Report, **more) -> Placing:
    values = {
        "frame": FRAME,
        "file_name": "",
        "token_domain": "example.com",
        "recipients": (),
        "sent_at": ARRIVED,
        "arrived_at": ARRIVED,
        "now": ARRIVED,
    } | more
    return place(found, **values)


def where(found: Report, **more) -> list[tuple[str, str]]:
    return [(one.domain, one.host) for one in placed(found, **more).policies]


def test_a_healthy_report_counts_on_its_day_for_its_domain_without_marks():
    placing = placed(report())

    assert [(one.domain, one.host) for one in placing.policies] == [("example.com", "")]
    assert placing.day == date(2026, 3, 9)
    assert not placing.longer_than_a_day
    assert placing.marks == ()


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ({"frame": FRAME}, "example.com"),
        ({"frame": MailFrame(), "file_name": FILE_NAME}, "example.com"),
        ({"frame": None, "file_name": f"/var/in/{FILE_NAME}"}, "example.com"),
        ({"frame": MailFrame(subject_domain="example.org")}, "example.org"),
        ({"frame": MailFrame(report_domain="a.example", subject_domain="b.example")}, "a.example"),
        ({"frame": None, "token_domain": "example.net"}, "example.net"),
        ({"frame": None, "recipients": ("reports+example.org@in.example",)}, "example.org"),
        ({"frame": None, "recipients": ("reports@in.example", "TOKEN@in.example")}, "unknown"),
        ({"frame": None, "recipients": ("reports+weekly@in.example",)}, "unknown"),
        ({"frame": None, "file_name": "report.json"}, "unknown"),
        ({"frame": None, "file_name": "a!b"}, "unknown"),
        ({"frame": None, "file_name": "a!<b>!1!2.json"}, "unknown"),
    ],
)
def test_a_policy_that_names_no_domain_takes_it_from_what_came_along(given, domain):
    placing = placed(report(policy(None)), **({"token_domain": ""} | given))

    assert placing.policies[0].domain == domain
    assert any("names no domain" in mark for mark in placing.marks)


def test_what_the_report_says_wins_over_what_came_along():
    elsewhere = MailFrame(report_domain="a.example", subject_domain="b.example")

    assert where(report(), frame=elsewhere, file_name="s!c.example!1!2.json") == [("example.com", "")]


@pytest.mark.parametrize(
    ("policies", "given", "expected"),
    [
        pytest.param(
            [policy("mx1.example.com", "tlsa"), policy(None)],
            {},
            [("example.com", "mx1.example.com"), ("example.com", "")],
            id="Postfix: host, and a policy without domain",
        ),
        pytest.param(
            [policy("example.com"), policy("mx.provider.example", "tlsa")],
            {"frame": None, "token_domain": ""},
            [("example.com", ""), ("example.com", "mx.provider.example")],
            id="mox: another entry names the domain",
        ),
        pytest.param(
            [policy("mx.provider.example", "tlsa", mx_hosts=("mx.provider.example",))],
            {"frame": None},
            [("example.com", "mx.provider.example")],
            id="host that lists itself, domain by token",
        ),
        pytest.param(
            [policy("example.com"), policy("example.com", "tlsa")],
            {"token_domain": ""},
            [("example.com", ""), ("example.com", "")],
            id="Microsoft: sts and tlsa for the domain",
        ),
        pytest.param(
            [policy("other.example", "tlsa")],
            {"frame": MailFrame(report_domain="other.example"), "token_domain": "example.com"},
            [("other.example", "")],
            id="Microsoft: tlsa alone, to the address of another domain",
        ),
        pytest.param(
            [policy("mx.example.com", "tlsa")],
            {"frame": MailFrame(report_domain="other.example"), "token_domain": "example.com"},
            [("other.example", "mx.example.com")],
            id="domain hosted by the owner of the token",
        ),
        pytest.param(
            [policy("mx.example.com", "tlsa")],
            {"frame": MailFrame(report_domain="mx.example.com"), "token_domain": "example.com"},
            [("example.com", "mx.example.com")],
            id="report about the host, to the address of the domain",
        ),
        pytest.param(
            [policy(name, "tlsa", mx_hosts=("mx.example.com",)) for name in ("shared.example", "example.com")],
            {"frame": MailFrame(report_domain="mx.example.com"), "token_domain": ""},
            [("shared.example", ""), ("example.com", "")],
            id="mox: report about a host lists recipient domains",
        ),
        pytest.param(
            [policy("example.com", "tlsa")],
            {"frame": MailFrame(report_domain="mx.example.com"), "token_domain": ""},
            [("example.com", "")],
            id="parent of the host that the report is about",
        ),
        pytest.param(
            [policy("mx1.example.com", "sts")], {}, [("mx1.example.com", "")], id="only a tlsa entry names a host"
        ),
        pytest.param(
            [policy("mx1.example.com", "tlsa")],
            {"frame": None, "token_domain": ""},
            [("mx1.example.com", "")],
            id="nothing says what the report is about",
        ),
    ],
)
def test_a_tlsa_policy_of_an_mx_host_counts_for_the_domain_behind_it(policies, given, expected):
    assert where(report(*policies), **given) == expected


@pytest.mark.parametrize("kind", ["sts", "tlsa", "no-policy-found"])
@pytest.mark.parametrize(
    "name", ["<b>x</b>.example", "<!channel> @everyone.example", "[192.0.2.1]", "a.b" * 85, "5", "a`b.example", "*"]
)
def test_a_policy_for_what_is_no_domain_name_counts_for_none_and_says_so(name, kind):
    placing = placed(report(policy(name, kind, mx_hosts=(name,))), file_name=FILE_NAME)

    (one,) = placing.policies
    assert (one.domain, one.host, one.policy.policy_domain) == ("unknown", "", name)
    (mark,) = (mark for mark in placing.marks if mark.endswith(", which is no domain name."))
    assert mark.count("`") == 2
    assert len(mark) < 130


def test_what_is_no_domain_name_is_not_taken_for_the_domain_of_an_mx_host_either():
    policies = (policy("[192.0.2.1]"), policy("mx.example.com", "tlsa"))

    assert where(report(*policies), frame=None, token_domain="") == [("unknown", ""), ("mx.example.com", "")]


@pytest.mark.parametrize(
    ("start", "now"),
    [
        (None, ARRIVED),
        (datetime(2015, 12, 31, tzinfo=UTC), ARRIVED),
        (datetime(1, 1, 1, tzinfo=UTC), ARRIVED),
        (datetime(9999, 12, 31, tzinfo=UTC), ARRIVED),
        (ARRIVED + timedelta(seconds=1), ARRIVED),
    ],
    ids=["none", "too early", "year 1", "year 9999", "future"],
)
def test_an_impossible_start_is_replaced_by_the_day_before_arrival_and_marked(start, now):
    placing = placed(report(start=start), now=now)

    assert placing.day == date(2026, 3, 9)
    assert not placing.longer_than_a_day
    assert any("day before it was sent" in mark for mark in placing.marks)


@pytest.mark.parametrize(
    ("arrived", "day"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), date(2016, 1, 1)),
        (datetime(1, 1, 1, tzinfo=UTC), date(2016, 1, 1)),
        (datetime(2016, 1, 1, 12, tzinfo=UTC), date(2016, 1, 1)),
        (datetime(2016, 1, 3, tzinfo=UTC), date(2016, 1, 2)),
    ],
)
def test_the_day_before_the_mail_is_never_before_there_were_reports(arrived, day):
    assert placed(report(start=None), sent_at=arrived).day == day


@pytest.mark.parametrize(
    ("end", "is_long"),
    [
        (START + timedelta(hours=1), False),
        (START + timedelta(hours=23, minutes=59, seconds=59), False),
        (START + timedelta(days=1), False),
        (START + timedelta(hours=25), False),
        (START + timedelta(hours=26), True),
        (START + timedelta(days=7), True),
        (START - timedelta(hours=1), False),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(1, 1, 1, tzinfo=UTC), False),
        (None, False),
    ],
)
def test_a_report_counts_on_its_first_day_and_a_long_one_is_known(end, is_long):
    placing = placed(report(end=end))

    assert placing.day == date(2026, 3, 9)
    assert placing.longer_than_a_day == is_long
    assert any("covers" in mark for mark in placing.marks) == is_long


def test_the_day_is_that_of_the_start_in_utc_even_if_arrival_has_another_zone():
    arrived = datetime(2026, 3, 10, 3, tzinfo=UTC).astimezone(timezone(timedelta(hours=9)))

    assert placed(report(start=None), sent_at=arrived, now=arrived).day == date(2026, 3, 9)


@pytest.mark.parametrize(
    ("found", "given", "words"),
    [
        (report(), {"token_domain": "example.org"}, "address of example.org"),
        (report(), {"frame": replace(FRAME, submitter="other.example")}, "differs from the domain of the contact"),
        (report(), {"frame": replace(FRAME, report_domain="")}, "TLS-Report-Domain"),
        (report(), {"frame": replace(FRAME, submitter="")}, "TLS-Report-Submitter"),
        (report(), {"arrived_at": ARRIVED + timedelta(days=20)}, "came 20 days after"),
        (report(end=START - timedelta(hours=1)), {}, "ends before it starts"),
        (report(policy("example.com", failures=(FailureDetail("x", 3),))), {}, "summary counts none"),
        (report(repairs=("Something was mended.",)), {}, "Something was mended."),
    ],
)
def test_what_is_odd_is_marked_in_one_sentence(found, given, words):
    marks = placed(found, **given).marks

    assert len([mark for mark in marks if words in mark]) == 1
    assert all(mark.endswith(".") for mark in marks)


def test_a_file_by_itself_has_no_mail_to_be_odd():
    assert placed(report(), frame=None, arrived_at=ARRIVED + timedelta(days=400)).marks == ()


def test_marks_are_bounded():
    found = report(*[policy(None)] * 50, repairs=tuple(f"Repair {number}." for number in range(50)))

    assert len(placed(found).marks) == 20
