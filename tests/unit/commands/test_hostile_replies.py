"""Reports whose every field was written by an enemy, through every answer, as terminal and Slack draw it."""

import json
import re

import pytest

from bot.slack.render import render_message
from bot.terminal.render import render
from storage.arrival import PlacedPolicy, QuarantineKind
from storage.notes import write_note
from storage.report import FailureDetail
from storage.subscriptions import SubscriptionRecord, subscribe
from tests.alerting import Watch, day
from tests.asking import ask, told
from tests.builders import NOW, changed, delivery, policy
from tests.slack_limits import faults

ENEMIES = {
    "mentions": "<!channel> <@U0ADMIN> @here @everyone <!subteam^S1> <@&123>",
    "links": "<https://evil.example|example.com> [x](https://evil.example) https://evil.example",
    "markdown": "*bold* _it_ ~no~ `code` ```block``` > quote # head || spoiler ||",
    "markup": "[red]x[/red] [/] [link=https://evil.example]x[/link] :boom: &lt; &amp; <b>",
    "terminal": "\x1b[2J\x1b]0;title\x07\x1b]8;;https://evil.example\x07x\x9b31m",
    "direction": "\u202eexe.cod\u2066x\u2069\u200f\u061c\u200b\ufeff",
    "control": "a\x00b\x08c\rd\ne\tf\x7fg\x85h\u2028i\u2029j",
    "wide": "🙂👩‍👩‍👧 日本語 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "long": "x" * 10_000,
    "blank": " ",
    "nothing": "",
    "sql": "'; DROP TABLE report; --",
}
QUESTIONS = [
    *("status", "status example.com", "failures example.com", "reporters example.com", "reports example.com"),
    *("report 1", "status 2026-03-09", "failures example.com all", "set example.com", "domain show example.com"),
    *("note example.com", "subscriptions", "report 2 page=2", "failures example.com all page=2"),
    *("unverified", "unverified show 2", "unverified admit 2"),
    *("quarantine", "quarantine show 1", "quarantine retry 1", "quarantine retry all"),
]
UNFIT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def enemy_report(text, *, number):
    """Return a report that says `text` wherever a sender may say something."""
    detail = FailureDetail(
        result_type=text[:64],
        failed_sessions=40,
        sending_mta_ip=text,
        receiving_mx_hostname=text,
        receiving_mx_helo=text,
        receiving_ip=text,
        reason_code=text,
        additional_information=text,
    )
    entry = policy(
        *(50, 50, detail, FailureDetail(text[:60] + "-2", 9)),
        policy_type=text[:64],
        policy_strings=(text, "mode: " + text),
        mx_hosts=(text,) * 3,
    )
    made = told(entry, organisation=text, report_id=f"{text}{number}", contact_info=text, day=day(number))
    (one,) = made.arrivals
    placed = PlacedPolicy(entry, "example.com", host=text)
    body = b"From: %b\r\nSubject: %b\r\n\r\n%b" % ((text.encode(),) * 3)
    found = delivery(changed(one, policies=(placed,), marks=(text,)), arrived_at=NOW, body=body)
    return changed(found, original=changed(found.original, envelope_from=text, recipients=(text,) * 3))


def enemy_mail(text, *, number):
    """Return a mail without a report that says `text` wherever a sender may say something."""
    body = b"From: %b\r\nSubject: %b\r\n\r\n%b %d" % (*((text.encode(),) * 3), number)
    found = delivery(kind=QuarantineKind.UNREADABLE, reason="no-report", detail=text, sender=text[:200], body=body)
    return changed(found, original=changed(found.original, envelope_from=text, recipients=(text,) * 3, name=text[:200]))


def enemy_database(db, text):
    """Return what was said unasked about such reports."""
    watch = Watch(db)
    watch.takes(told(policy(100), day=day(-9)))
    with db.writing() as connection:
        watch.on(day(-5))
        write_note(connection, 1, text[:200], text, watch.now)
        hostile = SubscriptionRecord("slack", text[:200], text[:200], True, True, "info", watch.now, text[:200])
        subscribe(connection, hostile)
    watch.takes(enemy_report(text, number=-5), enemy_report(text, number=-4))
    watch.takes(*(enemy_mail(text, number=number) for number in range(2)))
    watch.on(day(30))
    watch.takes(*(told(policy(1_000), day=day(number), report_id=str(number)) for number in (2, 3)))
    watch.closes()
    said = watch.said()
    assert len(said) >= 2, "an alert and its recovery"
    return said


def check_terminal(reply):
    for width in (20, 80, 200):
        drawn = render(reply, width=width, colour=False)
        assert not UNFIT.search(drawn)
    assert "\x1b]" not in render(reply, width=80, colour=True)


def check_slack(reply):
    message = render_message(reply, share="status example.com")
    for blocks in (message.blocks, message.plain_blocks):
        assert faults(blocks) == []
        assert "mrkdwn" not in json.dumps(blocks)
    assert 1 <= len(message.text) <= 4_000
    assert not UNFIT.search(message.text)
    assert not re.search(r"<[!@#h]", message.text), "no mention, no link"


@pytest.mark.parametrize("name", ENEMIES)
async def test_no_text_of_a_stranger_breaks_out_of_an_answer(db, name):
    replies = enemy_database(db, ENEMIES[name])
    await ask(db, "domain add example.com")
    for question in QUESTIONS:
        found = await ask(db, question)
        assert found.code == "", f"{question}: {found.message}"
        json.dumps(dict(found.reply.data), allow_nan=False)
        replies.append(found.reply)
    for reply in replies:
        check_terminal(reply)
        check_slack(reply)


@pytest.mark.parametrize("name", ENEMIES)
async def test_no_text_of_an_asker_breaks_out_of_a_refusal(db, name):
    verbs = ("", "status ", "report ", "domain add ", "set example.com failure-rate=", "explain ", "reports page=")
    notes = ("note ", "note example.com ", "note remove ", "subscribe ", "subscribe all channel=", "unsubscribe ")
    await ask(db, "domain add example.com")
    for verb in (*verbs, *notes):
        found = await ask(db, f"{verb}{ENEMIES[name]}")
        assert found.code != "failed", found.message
        check_terminal(found.reply)
        check_slack(found.reply)


async def test_a_name_that_can_be_copied_stays_as_it_is(db):
    enemy_database(db, "mx-1.*_`~.example")
    reply = (await ask(db, "report 2")).reply
    assert "mx-1.*_`~.example" in render(reply, width=300, colour=False)
    assert "mx-1.*_`~.example" in json.dumps(render_message(reply).blocks)
