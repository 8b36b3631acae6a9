"""`quarantine`: what could not be read, why, and what can be done about it."""

import pytest

from commands.quarantine_message import daily_message
from commands.reply import Tone
from storage.arrival import QuarantineKind
from storage.quarantine_list import Group
from tests.asking import READER, answered, ask, said, take
from tests.builders import changed, delivery
from tests.program_mails import report_mail


def unread(body=b"From: a@b.example\r\nSubject: hi\r\n\r\n?", kind=QuarantineKind.UNREADABLE, **more):
    values = {"reason": "no-report", "detail": "There is no TLS report in it.", "sender": "b.example", **more}
    return delivery(kind=kind, body=body, **values)


async def test_without_any_there_is_nothing_to_do(db):
    reply = await answered(db, "quarantine")
    assert (reply.title, reply.tone, reply.next_step) == ("Every mail could be read.", Tone.OK, "status")
    assert (await answered(db, "quarantine retry all")).title == "There is nothing that could not be read."


async def test_they_are_listed_and_summed_up_by_sender_and_reason(db):
    take(db, *(unread(b"%d" % number) for number in range(3)), unread(b"x", reason="gzip-truncated", sender=""))
    reply = await answered(db, "quarantine")
    assert reply.title == "4 mails could not be read."
    groups, lines = reply.tables
    assert groups.rows == (("b.example", "no report", "3"), ("(not said)", "gzip truncated", "1"))
    assert [row[0] for row in lines.rows] == ["4", "3", "2", "1"]
    assert reply.data["groups"][0] == {"sender": "b.example", "reason": "no-report", "mails": 3}
    assert reply.next_step == "quarantine show 4"


async def test_many_of_them_have_pages(db):
    take(db, *(unread(b"%d" % number) for number in range(60)))
    reply = await answered(db, "quarantine page=2")
    assert reply.title == "60 mails could not be read, page 2 of 2."
    assert len(reply.tables[1].rows) == 10


async def test_what_never_was_a_report_is_counted_apart(db):
    take(db, unread(b"1", kind=QuarantineKind.BOUNCE), unread(b"2", kind=QuarantineKind.BOUNCE))
    take(db, unread(b"3", kind=QuarantineKind.AUTO_REPLY, reason="auto-reply"))
    reply = await answered(db, "quarantine")
    assert (reply.title, reply.tone) == ("Every mail could be read.", Tone.OK)
    assert reply.notes == ("Filed as what they are: 1 automatic reply, 2 bounces. `quarantine filed` lists them.",)
    filed = await answered(db, "quarantine filed")
    assert filed.title == "3 mails filed: no TLS reports, and never were."
    assert filed.tone is Tone.OK


async def test_one_is_shown_with_what_to_do_and_the_original(db):
    take(db, unread())
    reply = await answered(db, "quarantine show 1")
    assert reply.title == "Mail 1 could not be read: no report"
    assert "`quarantine delete 1` removes it" in said(reply)
    assert [(field.label, field.value) for field in reply.fields[:2]] == [("From", "a@b.example"), ("Subject", "hi")]
    (file,) = reply.attachments
    assert (file.name, file.body) == ("quarantined-1.eml", b"From: a@b.example\r\nSubject: hi\r\n\r\n?")
    assert [action.command for action in reply.actions] == ["quarantine retry 1", "quarantine delete 1"]


@pytest.mark.parametrize("reason", ["gzip-truncated", "too-large-inflated", "encrypted-archive", "reader-failed", "?"])
async def test_each_reason_has_an_advice(db, reason):
    take(db, unread(reason=reason))
    assert len((await answered(db, "quarantine show 1")).sentences[1]) > 40


async def test_bytes_that_are_no_text_are_not_shown(db):
    take(db, unread(bytes(range(256)) * 40))
    assert (await answered(db, "quarantine show 1")).code == ""


async def test_of_a_long_mail_the_beginning_is_shown(db):
    take(db, unread(b"Subject: x\r\n" * 1_000 + b"y" * 100_000))
    lines = (await answered(db, "quarantine show 1")).code.splitlines()
    assert len(lines) <= 20


async def test_one_that_can_be_read_today_is_stored(db):
    take(db, unread(report_mail("example.com", 90, 10)))
    reply = await answered(db, "quarantine retry 1")
    assert (reply.title, reply.private) == ("Mail 1 is read now: 1 report.", False)
    assert (await answered(db, "quarantine")).title == "Every mail could be read."
    assert (await answered(db, "reports example.com")).data["total"] == 1


async def test_all_are_read_again_and_what_stays_is_said_by_reason(db):
    take(db, unread(b"1"), unread(b"2"), unread(report_mail("example.com", 9)))
    take(db, unread(b"3", kind=QuarantineKind.BOUNCE))
    reply = await answered(db, "quarantine retry all")
    assert reply.title == "1 mail of 3 read now, 2 stay."
    assert reply.tables[0].rows == (("no report", "2"),)
    assert reply.data["read"] == [3]
    assert (await answered(db, "quarantine retry all")).title == "None of 2 mails can be read yet."


async def test_one_is_deleted_for_good(db):
    take(db, unread())
    reply = await answered(db, "quarantine delete 1")
    assert (reply.title, reply.private) == ("Mail 1 is deleted, with its original.", False)
    assert (await ask(db, "quarantine show 1")).code == "unknown-mail"
    assert (await ask(db, "quarantine delete 1")).code == "unknown-mail"
    assert (await ask(db, "quarantine retry 1")).code == "unknown-mail"


@pytest.mark.parametrize("text", ["quarantine show", "quarantine retry", "quarantine delete", "quarantine delete all"])
async def test_without_a_number_it_is_asked_for(db, text):
    answer = await ask(db, text)
    assert answer.code == "missing-argument"
    assert "Which mail?" in answer.message


@pytest.mark.parametrize("text", ["quarantine", "quarantine show 1", "quarantine retry all", "quarantine filed"])
async def test_it_is_for_admins(db, text):
    take(db, unread())
    assert (await ask(db, text, READER)).code == "not-allowed"


async def test_a_file_too_large_for_a_chat_is_not_attached(db):
    asker = changed(READER, is_admin=True)
    take(db, unread(b"x" * (9 * 2**20)))
    reply = (await ask(db, "quarantine show 1", asker)).reply
    assert reply.attachments == ()
    assert 'tlsrpt-bot ask "quarantine show 1" --save FOLDER' in said(reply)


def test_the_daily_message_names_the_sender_and_the_reason():
    reply = daily_message([Group("example.com", "gzip-truncated", 3)])
    assert reply.title == "3 mails of example.com could not be read: gzip truncated."
    assert daily_message([Group("", "no-report", 1)]).title == "1 mail could not be read: no report."


def test_the_daily_message_holds_the_largest_groups_and_counts_the_others():
    reply = daily_message([Group(f"s{number}.example", "no-report", 50 - number) for number in range(30)])
    assert len(reply.tables[0].rows) == 10
    assert reply.notes == ("And 20 other senders or reasons.",)
