"""Our own faults: the sender comes again, the log says what happened, and no secret is in it."""

import pytest
from structlog.testing import capture_logs

from ingest.smtp.listener import OurFault
from tests.smtp_client import MemoryReceiver, RawClient, listening

ENVELOPE = b"MAIL FROM:<sender@example.org>\r\nRCPT TO:<token@reports.example.net>\r\nDATA\r\n"


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def test_when_a_mail_cannot_be_kept_the_sender_is_told_to_come_again(receiver):
    receiver.trouble = OurFault("the disk is full")
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        with capture_logs() as logs:
            assert (await client.say(b"x\r\n.\r\n")).startswith("451 4.3.0 ")
        receiver.trouble = None
        await client.send(ENVELOPE + b"x\r\n.\r\n")
        assert (await client.replies(4))[-1].startswith("250 2.0.0 ")
    assert [(entry["event"], entry["reason"]) for entry in logs] == [("cannot receive", "the disk is full")]


async def test_when_recipients_cannot_be_looked_up_nothing_is_refused_for_good(receiver):
    receiver.trouble_with_recipients = OurFault("the database is down")
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        await client.send(ENVELOPE)
        assert [reply[:9] for reply in await client.replies(3)] == ["250 2.1.0", "451 4.3.0", "451 4.3.0"]
        receiver.trouble_with_recipients = None
        await client.send(b"RSET\r\n" + ENVELOPE)
        assert [reply[:3] for reply in await client.replies(4)] == ["250", "250", "250", "354"]


@pytest.mark.parametrize("kind", [RuntimeError, ConnectionError, EOFError, OSError, TimeoutError, RecursionError])
async def test_an_unforeseen_error_is_our_fault_too_and_the_session_goes_on(receiver, kind):
    receiver.trouble = receiver.trouble_with_recipients = kind("secret body")
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        with capture_logs() as logs:
            await client.send(ENVELOPE)
            assert [reply[:9] for reply in await client.replies(3)] == ["250 2.1.0", "451 4.3.0", "451 4.3.0"]
            receiver.trouble_with_recipients = None
            await client.send(b"RSET\r\n" + ENVELOPE + b"secret body\r\n.\r\n")
            assert (await client.replies(5))[-1].startswith("451 4.3.0 ")
        receiver.trouble = None
        await client.send(ENVELOPE + b"x\r\n.\r\n")
        assert (await client.replies(4))[-1].startswith("250 2.0.0 ")
    assert [entry["reason"] for entry in logs] == [kind.__name__] * 2
    assert "in receive" in logs[1]["trace"]
    assert "secret body" not in str(logs)


async def test_the_trace_names_causes_but_quotes_none(receiver):
    error = RuntimeError("outer secret")
    error.__cause__ = ValueError("inner secret")
    receiver.trouble = error
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        with capture_logs() as logs:
            await client.say(b"x\r\n.\r\n")
    assert "ValueError" in logs[0]["trace"]
    assert "RuntimeError" in logs[0]["trace"]
    assert "secret" not in str(logs)


async def test_a_receiver_that_takes_too_long_is_our_fault(receiver):
    receiver.gate.clear()
    async with listening(receiver, seconds_to_receive=0.05) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(b"x\r\n.\r\n")).startswith("451 4.3.0 ")
        assert (await client.say(b"NOOP\r\n")).startswith("250 2.0.0 ")
        receiver.gate.set()
    assert len(receiver.mails) == 1


async def test_a_mail_gets_one_line_in_the_log_without_its_addresses(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        with capture_logs() as logs:
            answer = await client.say(b"x\r\n.\r\n")
    (entry,) = logs
    assert entry.pop("mail") in answer
    assert entry == {
        "event": "mail taken",
        "log_level": "info",
        "outcome": "stored",
        "peer": "127.0.0.1",
        "size": 3,
        "tls": False,
    }


async def test_refused_recipients_are_logged_by_domain_and_not_without_end(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        with capture_logs() as logs:
            await client.say(b"MAIL FROM:<>\r\n")
            await client.send(b"RCPT TO:<someone@elsewhere.example>\r\n" * 100)
            await client.replies(100)
    assert 0 < len(logs) <= 20
    assert logs[0]["domain"] == "elsewhere.example"
    assert "someone" not in str(logs)


async def test_the_librarys_own_log_does_not_tell_recipients(receiver, caplog):
    caplog.set_level("INFO")
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.say(b"x\r\n.\r\n")
    assert "token@" not in caplog.text
