"""Who hears of an alert: subscribed channels by domain and level, else the settings; later messages follow."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.outbox import Outbox
from commands.alerts.routing import Target, once_per_channel, routed
from commands.alerts.rules import Severity
from storage.subscriptions import SubscriptionRecord
from storage.tables import OutboxMessage, table
from tests.alerting import OPS, Watch, broken, day, healthy
from tests.asking import READER, answered, rows, told
from tests.builders import NOW, failure, policy
from tests.fake_transport import FakeTransport
from tests.standing_alerts import alerts

CONSOLE = Target("terminal", "console")
TEAM = Target("slack", "C0TEAM99")


def subscription(level="warning", *, alerts=True, channel="C0TEAM99", platform="slack", domain="example.com"):
    return SubscriptionRecord(platform, channel, domain, alerts, True, level, NOW, "slack:U1")


@pytest.mark.parametrize(
    ("severity", "level", "hears"),
    [
        ("info", "info", True),
        ("info", "warning", False),
        ("info", "critical", False),
        ("warning", "info", True),
        ("warning", "warning", True),
        ("warning", "critical", False),
        ("critical", "info", True),
        ("critical", "warning", True),
        ("critical", "critical", True),
    ],
)
def test_a_channel_hears_its_level_and_what_is_worse(severity, level, hears):
    assert (TEAM in routed(Severity(severity), [subscription(level)], ())) is hears


@pytest.mark.parametrize("severity", ["info", "warning", "critical"])
def test_the_settings_hear_from_warning_on_where_no_subscription_routes(severity):
    told = routed(Severity(severity), [], (CONSOLE, OPS))
    assert told == (() if severity == "info" else (CONSOLE, OPS))


def test_a_subscription_takes_the_place_of_the_settings_but_not_of_the_terminal():
    assert routed(Severity.WARNING, [subscription()], (CONSOLE, OPS)) == (CONSOLE, TEAM)
    assert routed(Severity.INFO, [subscription("info")], (CONSOLE, OPS)) == (TEAM,)


@pytest.mark.parametrize("other", [subscription("critical"), subscription(alerts=False)], ids=["level", "digest"])
def test_a_subscription_that_does_not_route_leaves_the_alert_to_the_settings(other):
    assert routed(Severity.WARNING, [other], (OPS,)) == (OPS,)


def test_a_channel_that_is_subscribed_twice_hears_once():
    both = [subscription(), subscription("info", domain="")]
    assert routed(Severity.WARNING, both, ()) == (TEAM,)


def test_a_channel_that_is_known_by_its_name_and_by_its_id_hears_once():
    by_name = Target("slack", "#team")

    def id_of(_platform, channel):
        return "C0TEAM99" if channel == "#team" else channel

    assert once_per_channel((TEAM, by_name, TEAM), id_of) == (TEAM,)
    assert once_per_channel((by_name, OPS, TEAM), id_of) == (by_name, OPS)
    assert once_per_channel((Target("discord", "C0TEAM99"), by_name), id_of)[1:] == (by_name,)


async def subscribe(db, text, channel):
    await answered(db, f"subscribe {text} channel={channel}")


def heard(db):
    """(channel, tone) of every message, in order."""
    return [(row[1], row[2]["tone"]) for row in sorted(rows(db, OutboxMessage, "id", "channel", "reply"), key=_id)]


def _id(row):
    return row[0]


@pytest.fixture
def watch(db):
    """Rules with the terminal and one channel in the settings, after days without any fault."""
    watch = Watch(db, CONSOLE, OPS)
    watch.takes(*(healthy(-number, 1_000) for number in range(1, 5)))
    return watch


def rare(number=0):
    """A day that is worth an info."""
    return broken(number, bad=1, ok=999)


async def test_an_alert_goes_to_the_channels_of_its_domain_and_of_all_domains(watch):
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    await subscribe(watch.db, "all", "discord:1234")
    await subscribe(watch.db, "other.example", "slack:C0OTHER9")
    watch.takes(broken())
    assert heard(watch.db) == [("console", "warning"), ("1234", "warning"), ("C0TEAM99", "warning")]


async def test_without_a_subscription_it_goes_to_the_settings(watch):
    await subscribe(watch.db, "other.example", "slack:C0OTHER9")
    await subscribe(watch.db, "example.com digest", "slack:C0TEAM99")
    watch.takes(broken())
    assert heard(watch.db) == [("console", "warning"), ("#mail-ops", "warning")]


async def test_an_info_is_heard_where_it_was_asked_for_from_beginning_to_end(watch):
    await subscribe(watch.db, "all level=info", "slack:C0TEAM99")
    watch.takes(rare())
    assert heard(watch.db) == [("C0TEAM99", "info")]
    watch.on(day(9))
    watch.takes(healthy(3, 1_000))
    assert watch.closes() == 1
    assert heard(watch.db) == [("C0TEAM99", "info"), ("C0TEAM99", "ok")]


async def test_an_info_that_gets_worse_reaches_the_others_and_ends_for_all(watch):
    await subscribe(watch.db, "example.com level=info", "slack:C0INFO99")
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    watch.takes(rare())
    watch.takes(broken(1, bad=10, ok=990))
    assert heard(watch.db) == [
        ("C0INFO99", "info"),
        ("console", "warning"),
        ("C0INFO99", "warning"),
        ("C0TEAM99", "warning"),
    ]
    watch.on(day(9))
    watch.takes(healthy(3, 1_000))
    assert watch.closes() == 1
    assert heard(watch.db)[4:] == [("console", "ok"), ("C0INFO99", "ok"), ("C0TEAM99", "ok")]


async def test_a_channel_of_the_level_critical_hears_nothing_of_a_warning_and_its_end(watch):
    await subscribe(watch.db, "example.com level=critical", "slack:C0CRIT99")
    watch.takes(broken())
    watch.on(day(9))
    watch.takes(healthy(3, 9_000))
    assert watch.closes() == 1
    assert {channel for channel, _ in heard(watch.db)} == {"console", "#mail-ops"}


async def test_those_who_heard_of_it_are_told_that_it_got_worse_though_it_is_routed_elsewhere_now(watch):
    watch.takes(broken(enforce=True))
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    watch.takes(broken(1, enforce=True), broken(1, enforce=True, signer="microsoft.com"))
    assert alerts(watch.db, "severity") == [("critical",)]
    assert heard(watch.db)[2:] == [("console", "critical"), ("C0TEAM99", "critical"), ("#mail-ops", "critical")]


async def test_who_unsubscribes_is_told_the_end_of_what_was_begun(watch):
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    watch.takes(broken())
    await answered(watch.db, "unsubscribe example.com channel=slack:C0TEAM99")
    watch.on(day(9))
    watch.takes(healthy(3, 9_000))
    watch.closes()
    assert ("C0TEAM99", "ok") in heard(watch.db)


async def test_a_channel_known_by_its_name_and_by_its_id_hears_the_rest_once(watch):
    watch.takes(broken(enforce=True))
    with watch.db.writing() as connection:
        columns = table(OutboxMessage).c
        sent = update(table(OutboxMessage)).where(columns.channel == "#mail-ops")
        connection.execute(sent.values(state="sent", reference="C0TEAM99/1712345.678"))
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    watch.takes(broken(1, enforce=True), broken(1, enforce=True, signer="microsoft.com"))
    assert heard(watch.db)[2:] == [("console", "critical"), ("C0TEAM99", "critical")]


async def test_two_names_of_one_channel_are_one_once_a_message_got_there(watch):
    await subscribe(watch.db, "all", "slack:C0TEAM99")
    await subscribe(watch.db, "example.com", "slack:#team")
    watch.takes(broken())
    with watch.db.writing() as connection:
        columns = table(OutboxMessage).c
        sent = update(table(OutboxMessage)).where(columns.channel == "#team")
        connection.execute(sent.values(state="sent", reference="C0TEAM99/1712345.678"))
    before = len(heard(watch.db))
    await subscribe(watch.db, "other.example", "slack:#team")
    bad = policy(10, 50, failure(sessions=50), policy_domain="other.example")
    watch.takes(told(bad, signer="google.com"))
    assert heard(watch.db)[before:] == [("console", "warning"), ("#team", "warning")]


async def test_what_is_routed_to_a_platform_that_is_not_connected_goes_to_the_settings(watch):
    await subscribe(watch.db, "example.com", "discord:1234")
    watch.rules = replace(watch.rules, platforms=frozenset({"terminal", "slack"}))
    watch.takes(broken())
    assert heard(watch.db) == [("console", "warning"), ("#mail-ops", "warning")]


async def test_every_message_has_a_key_of_its_own_however_long_the_names_are(db):
    long_names = [Target("slack", "#" + "x" * 200 + str(number)) for number in range(3)]
    watch = Watch(db, *long_names)
    watch.takes(healthy(-1), broken())
    keys = [row[0] for row in rows(db, OutboxMessage, "key")]
    assert len(set(keys)) == 3
    assert max(map(len, keys)) <= 128


async def test_after_a_restart_no_channel_hears_it_again(watch):
    await subscribe(watch.db, "all level=info", "slack:C0TEAM99")
    watch.takes(broken())
    before = heard(watch.db)
    again = Watch(watch.db, CONSOLE, OPS)
    again.now = watch.now + timedelta(hours=1)
    again.takes(broken(signer="microsoft.com"))
    assert heard(watch.db) == before


async def test_what_was_left_for_a_subscribed_channel_is_sent_there(watch):
    await subscribe(watch.db, "example.com", "slack:C0TEAM99")
    watch.takes(broken())
    slack = FakeTransport()
    await Outbox(watch.db, {"slack": slack}, lambda: watch.now).send_due()
    assert [channel for channel, _, _ in slack.posted] == ["C0TEAM99"]


async def test_notes_of_the_day_and_of_the_three_days_before_stand_in_the_alert(watch):
    for days_before, text in ((4, "too old"), (3, "new certificate"), (0, "mx1 restarted"), (-1, "after the fault")):
        watch.on(day(-days_before))
        await answered(watch.db, f"note example.com {text}", READER, now=watch.now)
    watch.takes(broken())
    noted = [sentence for sentence in watch.said()[-1].sentences if sentence.startswith("Noted: ")]
    assert noted == [
        "Noted: 6 Mar, slack:U0READER: new certificate",
        "Noted: 9 Mar, slack:U0READER: mx1 restarted",
    ]
    assert watch.said()[-1].sentences[-3].startswith("Fix: ")


async def test_of_many_notes_the_newest_three_stand_in_the_alert(watch):
    for number in range(6):
        await answered(watch.db, f"note example.com change {number}", now=NOW - timedelta(days=1))
    watch.takes(broken())
    noted = [sentence[-8:] for sentence in watch.said()[-1].sentences if sentence.startswith("Noted: ")]
    assert noted == ["change 3", "change 4", "change 5"]


async def test_notes_about_other_domains_stay_where_they_are(watch):
    await answered(watch.db, "domain add other.example")
    await answered(watch.db, "note other.example unrelated", now=NOW - timedelta(days=1))
    watch.takes(broken())
    assert not any("unrelated" in sentence for sentence in watch.said()[-1].sentences)
