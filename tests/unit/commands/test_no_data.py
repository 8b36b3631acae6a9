"""An answer without data says what is missing and where to look: a sentence for each thing that applies."""

from datetime import timedelta

import pytest

from commands.domain_names import Subject
from commands.no_data import Reception, Waiting, no_data_yet
from commands.reply import Tone
from storage.arrival import Delivery, Original, QuarantineKind, Source
from tests.asking import answered, said, take, told
from tests.builders import DAY, NOW, policy
from tests.day_evidence import record

VERBS = ["status", "reporters", "reports", "failures"]


async def register(db, name="example.com", **more):
    return (await answered(db, f"domain add {name}", **more)).data["report_address"]


def unreadable(number, recipient, *, days_ago=1, kind=QuarantineKind.UNREADABLE):
    """A mail without a readable report."""
    original = Original(
        body=f"mail {number}".encode(),
        media_type="message/rfc822",
        source=Source.SMTP,
        arrived_at=NOW - timedelta(days=days_ago),
        recipients=("postmaster@reports.example.net", recipient),
    )
    return Delivery(original, kind=kind, reason="no-report", detail="no report in it")


@pytest.mark.parametrize("verb", VERBS)
async def test_a_registered_domain_without_any_report_is_told_what_is_missing(db, verb):
    address = await register(db)
    reply = await answered(db, f"{verb} example.com")
    assert reply.tone is Tone.NO_DATA
    assert reply.sentences == (
        "No report about this domain has been counted yet.",
        (
            f"It is registered: {address} belongs into the TXT record of _smtp._tls.example.com, "
            "and `domain show example.com` prints it."
        ),
        "The record must be published: `dig +short TXT _smtp._tls.example.com` shows what senders see.",
        "Senders report once a day: the first report comes 24 to 48 hours after the record is there.",
        "Only senders that support TLS reporting send any, the large mailbox providers among them.",
        "A domain to which nobody sends mail gets none.",
    )


@pytest.mark.parametrize("verb", VERBS)
async def test_a_bot_that_reads_a_mailbox_names_it_and_the_record_to_publish(db, verb):
    reading = {"report_domain": "localhost", "mailbox": "reports@imap.example.com:993/INBOX"}
    await register(db, **reading)
    text = " ".join((await answered(db, f"{verb} example.com", **reading)).sentences)
    assert "read from the mailbox reports@imap.example.com:993/INBOX" in text
    assert "`record example.com rua=ADDRESS`" in text
    assert "24 to 48 hours" in text
    assert "TLSRPT_REPORT_DOMAIN" not in text


@pytest.mark.parametrize("verb", VERBS)
async def test_a_domain_that_nobody_registered_is_offered_an_address(db, verb):
    reply = await answered(db, f"{verb} new.example")
    assert "Nothing is known about new.example" in reply.sentences[0]
    assert "`domain add new.example` gives it a report address" in reply.sentences[1]
    assert reply.sentences[2] == "Until then tls-reports@reports.example.net takes its reports as well."
    assert "`dig +short TXT _smtp._tls.new.example`" in reply.sentences[3]
    assert reply.data["domain"] == "new.example"
    assert said(reply).count("not registered") == 1


@pytest.mark.parametrize(
    ("come", "name"),
    [([], "new.example"), ([told()], "exmaple.com"), ([told()], "example.com"), ([told(held=True)], "example.com")],
    ids=["unknown", "misspelt", "with reports", "with held reports"],
)
async def test_status_says_once_that_a_domain_is_not_registered(db, come, name):
    take(db, *come)
    assert said(await answered(db, f"status {name}")).casefold().count("not registered") == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_a_misspelt_domain_is_answered_with_the_nearest_and_nothing_else(db, verb):
    take(db, told())
    reply = await answered(db, f"{verb} exmaple.com")
    assert len(reply.sentences) == 1
    assert "Did you mean example.com?" in reply.sentences[0]


@pytest.mark.parametrize("verb", VERBS)
async def test_a_bot_that_is_only_localhost_says_so_and_not_what_cannot_work(db, verb):
    await register(db, report_domain="localhost")
    reply = await answered(db, f"{verb} example.com", report_domain="localhost")
    text = said(reply)
    assert "TLSRPT_REPORT_DOMAIN" in text
    assert "`tlsrpt-bot send-report --domain example.com`" in text
    assert "dig" not in text
    assert "@localhost" not in text


@pytest.mark.parametrize("verb", ["status", "failures"])
async def test_reports_that_are_held_back_are_what_is_missing(db, verb):
    take(db, told(held=True, day=DAY - timedelta(days=100)))
    await register(db)
    reply = await answered(db, f"{verb} example.com")
    assert reply.sentences[0].startswith("1 report is held back and not counted")
    assert "`reports example.com` says why" in reply.sentences[0]
    assert "dig" not in said(reply)


@pytest.mark.parametrize("verb", VERBS)
async def test_mails_to_its_address_that_could_not_be_read_are_counted(db, verb):
    address = await register(db)
    take(
        db,
        unreadable(1, address),
        unreadable(2, address.upper()),
        unreadable(3, "tls-reports@reports.example.net"),
        unreadable(4, address, days_ago=31),
        unreadable(5, address, kind=QuarantineKind.BOUNCE),
    )
    reply = await answered(db, f"{verb} example.com")
    assert "2 mails to its address were taken in the last 30 days in which no report could be read" in said(reply)


@pytest.mark.parametrize("verb", VERBS)
async def test_older_data_is_pointed_to_and_the_way_is_a_command(db, verb):
    take(db, told(policy(90, 10), day=DAY - timedelta(days=100)))
    reply = await answered(db, f"{verb} example.com")
    assert reply.tone is Tone.NO_DATA
    (sentence,) = reply.sentences
    assert "The newest data is about 29 Nov 2025" in sentence
    shown = await answered(db, sentence.split("`")[1])
    assert shown.tone is not Tone.NO_DATA


@pytest.mark.parametrize("verb", VERBS)
async def test_where_there_is_data_nothing_is_missing(db, verb):
    await register(db)
    take(db, told(policy(9, 1)))
    text = said(await answered(db, f"{verb} example.com"))
    assert "dig" not in text
    assert "No report" not in text


async def test_a_report_without_a_session_is_not_pointed_to_by_itself(db):
    take(db, told(policy(0)))
    assert (await answered(db, "failures example.com")).sentences == ()


@pytest.mark.parametrize("verb", VERBS)
async def test_what_names_no_domain_is_not_offered_for_registration(db, verb):
    take(db, told(policy(policy_domain=None), held=True))
    text = said(await answered(db, f"{verb} unknown"))
    assert "domain add" not in text
    assert "_smtp._tls" not in text


def test_without_a_shared_address_none_is_promised():
    subject = Subject(record("new.example", registered=False), known=True)
    assert "Until then" in " ".join(no_data_yet(subject, Waiting(), Reception("reports.example.net", "tls")))
    assert "Until then" not in " ".join(no_data_yet(subject, Waiting(), Reception("reports.example.net", "")))
    assert "Until then" not in " ".join(no_data_yet(subject, Waiting(), Reception("localhost", "tls")))
