"""The story of the demo: the same each time, true to life, and with its surprise kept for the end."""

import asyncio
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest
from publicsuffixlist import PublicSuffixList

from bot.demo.cast import BROKEN_POLICY, CAST, EXPIRED, HEALTHY, RECEIVERS, SAKURA, SEEBURG, SILENT, TINY, passers_by
from bot.demo.mails import mail_of
from bot.demo.reports import HISTORY_DAYS, history, to_come
from bot.demo.signing import DemoKey
from bot.demo.story import LAST_DAYS_OF_SILENT
from ingest.dkim.key import LookupStatus
from ingest.dkim.verdict import verify_dkim
from ingest.reader.mail import ReadLimits, read_mail
from storage.arrival import DkimVerdict

RECIPIENT = "tls-reports@localhost"
NOW = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
MOMENTS = [
    NOW,
    datetime(2026, 3, 9, 0, 0, tzinfo=UTC),  # the first moment of a Monday
    datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 3, 0, 0, 5, tzinfo=UTC),  # a Sunday, the history in the year before
    datetime(2028, 3, 1, 6, 0, tzinfo=UTC),  # the day after a leap day, a Wednesday
    datetime(2026, 7, 17, 12, 0, tzinfo=UTC),
]


def all_senders():
    return [sender.domain for sender in (*CAST, *passers_by())]


def day_of(report):
    return report.first.date()


def test_it_is_the_same_each_time():
    assert history(NOW) == history(NOW)
    assert list(to_come(NOW)) == list(to_come(NOW))


@pytest.mark.parametrize("now", MOMENTS)
def test_history_is_as_long_as_promised_in_order_and_never_in_the_future(now):
    reports = history(now)
    assert 1_500 < len(reports) < 2_400
    assert [one.sent_at for one in reports] == sorted(one.sent_at for one in reports)
    assert all(one.first < one.last < one.sent_at <= now for one in reports)
    assert min(map(day_of, reports)) == now.date() - timedelta(days=HISTORY_DAYS)
    assert {one.receiver.name for one in reports} == {one.name for one in RECEIVERS}
    assert 8 <= len({one.sender.domain for one in reports}) <= 12


@pytest.mark.parametrize("now", MOMENTS)
def test_no_report_comes_twice_and_all_that_come_are_about_yesterday(now):
    coming = list(to_come(now))
    known = {(one.receiver.name, one.sender.domain, one.first) for one in history(now)}
    assert len({(one.receiver.name, one.sender.domain, one.first) for one in (*history(now), *coming)}) == len(
        known
    ) + len(coming)
    assert {day_of(one) for one in coming} == {now.date() - timedelta(days=1)}
    assert {one.receiver for one in coming} == {HEALTHY, EXPIRED, BROKEN_POLICY}


@pytest.mark.parametrize("now", MOMENTS)
def test_the_healthy_domain_has_hardly_a_failure_until_the_second_report_that_comes(now):
    before = [one for one in history(now) if one.receiver is HEALTHY]
    failed = sum(one.what.failed for one in before)
    assert 0 < failed < 0.001 * sum(one.what.sessions for one in before)
    assert "starttls-not-supported" not in {part.result_type for one in before for part in one.what.failures}
    second = next(islice(to_come(now), 1, None))
    assert (second.receiver, second.what.failures[0].result_type) == (HEALTHY, "starttls-not-supported")
    assert second.what.failed > 0.1 * second.what.sessions


@pytest.mark.parametrize("now", MOMENTS)
def test_the_noise_is_nothing_new_when_the_last_two_weeks_begin(now):
    days = defaultdict(set)
    for one in history(now):
        for part in one.what.failures:
            days[one.receiver.name, part.result_type].add(day_of(one))
    two_weeks_ago = now.date() - timedelta(days=15)
    news = {name for name, seen in days.items() if min(seen) >= two_weeks_ago}
    assert news == {(EXPIRED.name, "certificate-expired"), (BROKEN_POLICY.name, "sts-policy-fetch-error")}


@pytest.mark.parametrize("now", MOMENTS)
def test_faults_and_silence_stand_where_the_story_puts_them(now):
    reports = history(now)
    today = now.date()
    expired = [one for one in reports if "certificate-expired" in {part.result_type for part in one.what.failures}]
    assert {part.mx_host for one in expired for part in one.what.failures if part.result_type.endswith("expired")} == {
        "mx2.shop.example"
    }
    assert min(day_of(one) for one in expired if not one.sender.weekly) == today - timedelta(days=6)
    last = max(day_of(one) for one in reports if one.receiver is SILENT)
    assert last == today - timedelta(days=LAST_DAYS_OF_SILENT)


def test_senders_behave_as_they_do_in_the_wild():
    reports = history(NOW)
    by_weekday = defaultdict(int)
    for one in reports:
        by_weekday[day_of(one).weekday()] += 0 if one.sender.weekly else one.what.sessions
    assert max(by_weekday[5], by_weekday[6]) < 0.6 * min(by_weekday[day] for day in range(5))
    assert {one.first.weekday() for one in reports if one.sender is SEEBURG} == {0}
    assert {one.first.hour for one in reports if one.sender is SAKURA} == {15}
    assert '"start-datetime": "2026-03-' in text_of(last_of(SAKURA))
    assert "+09:00" in text_of(last_of(SAKURA))


def last_of(sender):
    return [one for one in history(NOW) if one.sender is sender][-1]


def text_of(report):
    from bot.demo.written import report_text

    return report_text(report).decode()


def test_every_report_is_read_without_anything_to_mend():
    key = DemoKey(all_senders())
    for one in (*history(NOW)[-400:], *to_come(NOW)):
        read = read_mail(mail_of(one, RECIPIENT, key), ReadLimits(max_report_bytes=2**20))
        (found,) = read.found
        assert found.report.repairs == ()
        assert (found.report.start, found.report.end) == (one.first, one.last)
        (policy,) = found.report.policies
        assert (policy.successful + policy.failed, policy.failed) == (one.what.sessions, one.what.failed)
        assert sum(part.failed_sessions for part in policy.failures) == one.what.failed
        assert read.frame.report_domain == one.receiver.name


async def test_whoever_signs_is_verified_and_the_others_are_not():
    key = DemoKey(all_senders())
    verdicts = {}
    for one in (*map(last_of, CAST), next(one for one in to_come(NOW) if one.sender not in CAST)):
        result = await verify_dkim(
            mail_of(one, RECIPIENT, key), key, now=one.sent_at, suffixes=PublicSuffixList(), workers=asyncio.Semaphore()
        )
        verdicts[one.sender.domain] = (result.verdict, result.signer)
    assert verdicts.pop(TINY.domain) == (DkimVerdict.NONE, "")
    assert verdicts == {domain: (DkimVerdict.PASS, domain) for domain in verdicts}
    assert len(verdicts) == len(CAST)


async def test_a_mail_that_was_changed_is_not_verified():
    key = DemoKey(all_senders())
    one = last_of(CAST[0])
    mail = mail_of(one, RECIPIENT, key).replace(b"Subject: Report", b"Subject: Another report")
    result = await verify_dkim(mail, key, now=one.sent_at, suffixes=PublicSuffixList(), workers=asyncio.Semaphore())
    assert result.verdict is DkimVerdict.FAIL


async def test_the_key_of_the_demo_is_found_for_its_senders_alone():
    key = DemoKey(["bigmail.example"])
    assert (await key.key_record("demo._domainkey.bigmail.example")).status is LookupStatus.FOUND
    assert (await key.key_record("demo._domainkey.google.com")).status is LookupStatus.MISSING
    assert (await key.key_record("other._domainkey.bigmail.example")).status is LookupStatus.MISSING


def test_all_names_and_addresses_are_reserved_for_examples():
    for one in (*CAST, *passers_by()):
        assert one.domain.endswith(".example")
        assert all(address.startswith("192.0.2.") for address in one.addresses)
    for receiver in RECEIVERS:
        assert receiver.name.endswith(".example")
        assert receiver.network in ("198.51.100", "203.0.113")


def test_a_date_of_summer_time_changes_nothing():
    days = {day_of(one) for one in history(datetime(2026, 4, 1, 1, 0, tzinfo=UTC)) if one.receiver is HEALTHY}
    assert date(2026, 3, 29) in days
