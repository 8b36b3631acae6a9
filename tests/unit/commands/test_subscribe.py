"""`subscribe`, `unsubscribe`, `subscriptions`: what a channel hears, said where it is typed."""

from dataclasses import replace

import pytest

from bot.dispatch import Dispatcher
from commands.channels import Channel, read_channel
from commands.context import Context
from commands.question import Asker, Platform, UsageError
from commands.registry import commands
from commands.reply import Tone
from tests.asking import READER, THRESHOLDS, answered, ask, said, take, told
from tests.builders import NOW

BOSS = Asker(Platform.SLACK, "slack:U0BOSS", is_admin=True, channel="slack:C0OPS99")
DISCORD_BOSS = Asker(Platform.DISCORD, "discord:7", is_admin=True, channel="discord:1234")


@pytest.fixture(autouse=True)
def known(db):
    take(db, told())


async def listed(db):
    rows = (await answered(db, "subscriptions")).data["subscriptions"]
    return [(row["channel"], row["domain"], row["alerts"], row["digest"], row["level"]) for row in rows]


@pytest.mark.parametrize(
    ("typed", "stored", "words"),
    [
        ("example.com", (True, True, "warning"), "example.com: alerts from warning on, and the digest."),
        ("example.com alerts", (True, False, "warning"), "example.com: alerts from warning on."),
        ("example.com digest", (False, True, "warning"), "example.com: the digest."),
        ("digest alerts example.com", (True, True, "warning"), "alerts from warning on, and the digest."),
        ("example.com level=INFO", (True, True, "info"), "example.com: all alerts, and the digest."),
        ("example.com alerts level=critical", (True, False, "critical"), "example.com: critical alerts."),
    ],
)
async def test_a_channel_hears_what_was_typed_and_both_unless_one_was(db, typed, stored, words):
    reply = await answered(db, f"subscribe {typed}", BOSS)
    assert reply.title.startswith("This channel hears of example.com: ")
    assert reply.title.endswith(words)
    assert (reply.private, reply.tone) == (False, Tone.WARNING), "nobody can tell whether the bot may post there"
    assert await listed(db) == [("slack:C0OPS99", "example.com", *stored)]


@pytest.mark.parametrize("level", ["info", "warning", "nonsense"])
async def test_a_level_for_the_digest_alone_is_refused_since_it_would_mean_nothing(db, level):
    refused = await ask(db, f"subscribe example.com digest level={level}", BOSS)
    assert refused.code == "bad-setting"
    assert "add `alerts`" in refused.message
    assert await listed(db) == []


async def test_all_domains_are_a_subscription_of_their_own(db):
    await answered(db, "subscribe example.com", BOSS)
    reply = await answered(db, "subscribe ALL alerts level=critical", BOSS)
    assert reply.title == "This channel hears of all domains: critical alerts."
    assert [row[:2] for row in await listed(db)] == [("slack:C0OPS99", "all"), ("slack:C0OPS99", "example.com")]


async def test_subscribing_again_changes_the_one_there_is(db):
    await answered(db, "subscribe example.com level=critical", BOSS)
    reply = await answered(db, "subscribe EXAMPLE.com. alerts", replace(BOSS, name="slack:U0OTHER"))
    assert reply.data["changed"]
    assert reply.sentences[0] == "Before: critical alerts, and the digest."
    assert reply.data["subscription"] == {
        "channel": "slack:C0OPS99",
        "domain": "example.com",
        "alerts": True,
        "digest": False,
        "level": "warning",
        "changed_at": "2026-03-10T12:00:00Z",
        "changed_by": "slack:U0OTHER",
    }
    assert await listed(db) == [("slack:C0OPS99", "example.com", True, False, "warning")]


async def test_what_comes_later_and_what_slack_asks_for_is_said(db):
    text = said(await answered(db, "subscribe example.com", BOSS))
    assert "Digests come with a later version" in text
    assert "`/invite`" in text
    assert "TLSRPT_ALERT_CHANNELS" in text
    alerts_alone = said(await answered(db, "subscribe example.com alerts", DISCORD_BOSS))
    assert "Digest" not in alerts_alone
    assert "/invite" not in alerts_alone


async def test_an_unknown_domain_is_subscribed_and_told_with_the_nearest(db):
    reply = await answered(db, "subscribe exmaple.com", BOSS)
    assert reply.tone is Tone.WARNING
    assert "Did you mean example.com?" in said(reply)
    assert "It is subscribed all the same." in said(reply)
    assert [row[1] for row in await listed(db)] == ["exmaple.com"]
    assert "exmaple.com" not in said(await answered(db, "status")), "a subscription makes no domain known"


async def test_a_platform_that_is_not_connected_is_named_with_its_tokens(db):
    def context_for(asker):
        return Context(db, lambda: NOW, THRESHOLDS, "reports.example.net", "tls", asker, platforms=frozenset({"slack"}))

    asked = Dispatcher(commands(), context_for)
    reply = await asked.reply("subscribe example.com channel=discord:1234", BOSS)
    assert reply.tone is Tone.WARNING
    assert "Discord is not connected: nothing gets there until DISCORD_TOKEN is set." in reply.sentences
    connected = await asked.reply("subscribe example.com", BOSS)
    assert "not connected" not in said(connected)


async def test_the_terminal_has_no_channel_and_scripts_name_one(db):
    refused = await ask(db, "subscribe example.com")
    assert refused.code == "no-channel"
    assert "`channel=slack:#mail-ops`" in refused.message
    reply = await answered(db, "subscribe example.com channel=slack:#mail-ops level=critical")
    assert reply.title.startswith("slack:#mail-ops hears of example.com: ")
    assert await listed(db) == [("slack:#mail-ops", "example.com", True, True, "critical")]
    assert (await ask(db, "unsubscribe example.com")).code == "no-channel"
    await answered(db, "unsubscribe example.com channel=slack:mail-ops")
    assert await listed(db) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("slack:#mail-ops", Channel("slack", "#mail-ops")),
        ("slack:mail-ops", Channel("slack", "#mail-ops")),
        ("SLACK:C0123ABCD", Channel("slack", "C0123ABCD")),
        ("slack:#post-büro", Channel("slack", "#post-büro")),
        ("discord:123456789012345678", Channel("discord", "123456789012345678")),
    ],
)
def test_a_channel_is_read_as_people_write_it(typed, meant):
    assert read_channel(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "#ops",
            "slack:",
            "slack:#",
            "slack:a,b",
            "discord:#general",
            "discord:",
            "terminal:console",
            "irc:#ops",
            ":",
        ),
        *("slack:" + "x" * 81, "slack:<!channel>", "slack:a\u202eb", "discord:" + "1" * 21, "slack:##", "discord:١٢٣"),
    ],
)
def test_what_is_no_channel_is_refused_with_what_is(typed):
    with pytest.raises(UsageError) as caught:
        read_channel(typed)
    assert caught.value.code == "bad-channel"
    assert "`channel=slack:#mail-ops`" in caught.value.message


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("subscribe", "missing-argument", "`subscribe` needs DOMAIN"),
        ("subscribe example.com level=warn", "bad-level", "Did you mean `warning`?"),
        ("subscribe example.com level=banana", "bad-level", "info, warning, critical"),
        ("subscribe example.com level", "bad-setting", "`level=…`"),
        ("subscribe example.com lvl=info", "unknown-setting", "Did you mean `level`?"),
        ("subscribe example.com alert", "unknown-choice", "Did you mean `alerts`?"),
        ("subscribe example.com channel=#ops", "bad-channel", "no channel"),
        ("unsubscribe example.com level=info", "unknown-setting", "`level`"),
        ("unsubscribe other.example", "not-subscribed", "It is subscribed to nothing."),
    ],
)
async def test_mistakes_are_named_and_nothing_is_stored(db, text, code, hint):
    found = await ask(db, text, BOSS)
    assert (found.code, hint in found.message) == (code, True), found.message
    assert found.reply.private
    assert await listed(db) == []


async def test_unsubscribing_takes_one_back_and_says_what_is_left(db):
    for typed in ("example.com", "all", "other.example"):
        await answered(db, f"subscribe {typed}", BOSS)
    reply = await answered(db, "unsubscribe all", BOSS)
    assert not reply.private
    assert reply.title == "This channel hears no more of all domains."
    assert "It still hears of example.com and other.example." in reply.sentences
    again = await ask(db, "unsubscribe all", BOSS)
    assert again.code == "not-subscribed"
    assert "It hears of example.com and other.example." in again.message


async def test_channels_do_not_touch_each_other(db):
    await answered(db, "subscribe example.com", BOSS)
    await answered(db, "subscribe example.com digest", DISCORD_BOSS)
    await answered(db, "unsubscribe example.com", BOSS)
    assert await listed(db) == [("discord:1234", "example.com", False, True, "warning")]


async def test_subscriptions_lists_every_channel_for_admins(db):
    assert "TLSRPT_ALERT_CHANNELS" in said(await answered(db, "subscriptions"))
    for number in range(20):
        await answered(db, f"subscribe d{number:02}.example alerts", BOSS)
    await answered(db, "subscribe all", DISCORD_BOSS)
    reply = await answered(db, "subscriptions", BOSS)
    assert reply.private
    assert reply.title == "21 subscriptions, page 1 of 2."
    assert reply.tables[0].rows[0] == (
        *("discord:1234", "all domains", "alerts from warning on, and the digest", "2026-03-10", "discord:7"),
    )
    assert len(reply.tables[0].rows) == 15
    second = await answered(db, reply.actions[0].command, BOSS)
    assert [row[1] for row in second.tables[0].rows] == [f"d{number}.example" for number in range(14, 20)]


@pytest.mark.parametrize("text", ["subscribe example.com", "unsubscribe example.com", "subscriptions"])
async def test_all_of_it_is_for_admins(db, text):
    assert (await ask(db, text, READER)).code == "not-allowed"
    assert await listed(db) == []
