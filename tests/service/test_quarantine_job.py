"""The daily message: once a day at most, by sender and reason, of what nobody was told of."""

from datetime import timedelta

import pytest

from bot.quarantine_job import HOUR, QuarantineNews
from commands.alerts.routing import Target
from storage.arrival import QuarantineKind
from storage.tables import OutboxMessage
from tests.asking import rows, take
from tests.builders import NOW, delivery
from tests.posting import Clock

TARGETS = (Target("slack", "#mail-ops"), Target("discord", "123"))


@pytest.fixture
def clock():
    found = Clock()
    found.now = NOW.replace(hour=HOUR, minute=0)
    return found


@pytest.fixture
def news(db, clock):
    return QuarantineNews(db, TARGETS, clock)


def comes(db, clock, body, sender="example.com", reason="gzip-truncated", kind=QuarantineKind.UNREADABLE):
    found = delivery(kind=kind, reason=reason, sender=sender, body=body, arrived_at=clock.now)
    take(db, found, now=clock.now)


def titles(db):
    return [reply["title"] for _, reply in rows(db, OutboxMessage, "id", "reply")]


async def test_each_channel_hears_of_it_with_the_reason_and_the_sender(db, clock, news):
    for number in range(3):
        comes(db, clock, b"%d" % number)
    clock.pass_(3_600)
    await news.run()
    assert titles(db) == ["3 mails of example.com could not be read: gzip truncated."] * 2
    assert [(platform, channel) for platform, channel in rows(db, OutboxMessage, "platform", "channel")] == [
        ("discord", "123"),
        ("slack", "#mail-ops"),
    ]


async def test_several_senders_stand_in_one_message(db, clock, news):
    comes(db, clock, b"1")
    comes(db, clock, b"2", sender="other.example", reason="not-json")
    clock.pass_(3_600)
    await news.run()
    assert titles(db) == ["2 mails could not be read."] * 2


async def test_the_first_waits_an_hour_for_company(db, clock, news):
    comes(db, clock, b"1")
    clock.pass_(3_599)
    await news.run()
    assert titles(db) == []
    clock.pass_(1)
    await news.run()
    assert len(titles(db)) == 2


async def test_it_is_told_once_a_day_however_much_comes(db, clock, news):
    for number in range(40):
        comes(db, clock, b"%d" % number)
        clock.pass_(1_200)
        await news.run()
    assert len(titles(db)) == len(TARGETS)
    clock.now = (clock.now + timedelta(days=1)).replace(hour=HOUR)
    await news.run()
    assert len(titles(db)) == 2 * len(TARGETS)


async def test_every_mail_is_counted_in_one_message(db, clock, news):
    told = 0
    for day in range(3):
        for number in range(day + 1):
            comes(db, clock, b"%d-%d" % (day, number))
        clock.pass_(86_400)
        await news.run()
    for title in titles(db)[::2]:
        told += int(title.split()[0])
    assert told == 6


async def test_a_bot_that_was_stopped_in_between_says_it_once(db, clock, news):
    comes(db, clock, b"1")
    clock.pass_(3_600)
    await news.run()
    comes(db, clock, b"2")
    clock.pass_(3_600)
    await QuarantineNews(db, TARGETS, clock).run()
    assert len(titles(db)) == 2


async def test_at_night_nobody_is_told(db, clock, news):
    clock.now = clock.now.replace(hour=HOUR - 3)
    comes(db, clock, b"1")
    clock.pass_(2 * 3_600)
    await news.run()
    assert titles(db) == []
    clock.pass_(3_600)
    await news.run()
    assert len(titles(db)) == 2


@pytest.mark.parametrize("kind", [one for one in QuarantineKind if one is not QuarantineKind.UNREADABLE])
async def test_what_never_was_a_report_is_filed_silently(db, clock, news, kind):
    comes(db, clock, b"1", kind=kind)
    clock.pass_(86_400)
    await news.run()
    assert titles(db) == []


async def test_where_nobody_listens_nothing_is_marked_as_told(db, clock, news):
    comes(db, clock, b"1")
    clock.pass_(3_600)
    await QuarantineNews(db, (), clock).run()
    await news.run()
    assert len(titles(db)) == 2
