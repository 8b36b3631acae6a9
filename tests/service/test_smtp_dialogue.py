"""What the SMTP server says to what is said to it."""

import asyncio
import re
import smtplib
import socket

import pytest

from ingest.smtp.listener import ListenAddress, SmtpLimits, SmtpListener
from tests.smtp_client import MemoryReceiver, RawClient, listening

MAIL = b"MAIL FROM:<sender@example.org>\r\n"
RCPT = b"RCPT TO:<token@reports.example.net>\r\n"


@pytest.fixture
def receiver():
    return MemoryReceiver()


@pytest.fixture
async def client(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        yield client


async def test_ehlo_announces_what_senders_need_and_nothing_that_they_must_not_use(receiver):
    async with listening(receiver, max_message_bytes=12345) as (_, port), await RawClient.connect(port) as client:
        greeting = await client.reply()
        lines = await client.hello()
    assert greeting == ["220 reports.example.net ESMTP"]
    assert {line[4:] for line in lines} == {
        "reports.example.net",
        "PIPELINING",
        "SIZE 12345",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
        "HELP",
    }


async def test_a_mail_is_handed_over_with_its_envelope(client, receiver):
    await client.send(MAIL + RCPT + b"RCPT TO:<TLS-Reports@reports.example.net>\r\nDATA\r\n")
    assert [reply[:9] for reply in await client.replies(4)] == ["250 2.1.0", "250 2.1.5", "250 2.1.5", "354 End d"]
    assert (await client.say(b"Subject: x\r\n\r\nhello\r\n.\r\n")).startswith("250 2.0.0 stored")
    (mail,) = receiver.mails
    assert mail.body == b"Subject: x\r\n\r\nhello\r\n"
    assert mail.envelope_from == "sender@example.org"
    assert mail.recipients == ("token@reports.example.net", "TLS-Reports@reports.example.net")
    assert mail.peer == "127.0.0.1"


async def test_the_answer_says_what_became_of_the_mail(receiver):
    receiver.outcome = "duplicate"
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(b"x\r\n.\r\n")).startswith("250 2.0.0 duplicate")


async def test_the_answer_waits_for_the_commit(client, receiver):
    receiver.gate.clear()
    await client.send(MAIL + RCPT + b"DATA\r\n")
    await client.replies(3)
    await client.send(b"x\r\n.\r\n")
    await receiver.until_entered()
    answer = asyncio.create_task(client.reply())
    done, _ = await asyncio.wait({answer}, timeout=0.05)
    assert not done
    receiver.gate.set()
    assert (await answer)[0].startswith("250 2.0.0")


async def test_the_null_sender_is_an_empty_envelope_from(client, receiver):
    await client.send(b"MAIL FROM:<>\r\n" + RCPT + b"DATA\r\n")
    await client.replies(3)
    await client.say(b"x\r\n.\r\n")
    assert receiver.mails[0].envelope_from == ""


async def test_verbs_and_parameters_may_be_in_lower_case(client, receiver):
    assert (await client.say(b"mail from:<s@example.org> size=100 body=8bitmime smtputf8\r\n")).startswith("250 2.1.0")
    assert (await client.say(b"rcpt to:<token@reports.example.net>\r\n")).startswith("250 2.1.5")
    assert (await client.say(b"data\r\n")).startswith("354")
    assert (await client.say(b"x\r\n.\r\n")).startswith("250 2.0.0")
    assert len(receiver.mails) == 1


async def test_helo_does_as_well(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        assert await client.say(b"HELO old.example\r\n") == "250 reports.example.net"
        assert (await client.say(MAIL)).startswith("250 2.1.0")


async def test_a_whole_session_in_one_packet_is_answered_in_order(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.send(b"EHLO c\r\n" + MAIL + RCPT + b"DATA\r\nfirst\r\n.\r\n" + MAIL + RCPT + b"DATA\r\n")
        await client.send(b"second\r\n.\r\nQUIT\r\n")
        replies = [reply[:9] for reply in await client.replies(11)]
    taken = ["250 2.1.0", "250 2.1.5", "354 End d", "250 2.0.0"]
    assert replies == ["220 repor", "250 HELP", *taken, *taken, "221 2.0.0"]
    assert [mail.body for mail in receiver.mails] == [b"first\r\n", b"second\r\n"]


async def test_nothing_after_quit_is_obeyed(client, receiver):
    await client.say(MAIL)
    await client.send(b"QUIT\r\n" + RCPT + b"DATA\r\nx\r\n.\r\n")
    assert await client.rest() == b"221 2.0.0 Bye\r\n"
    assert receiver.asked == []


@pytest.mark.parametrize(
    "address",
    [
        b"someone@elsewhere.example",
        b"nobody@reports.example.net",
        b"token%elsewhere.example@reports.example.net",
        b"elsewhere.example!token@reports.example.net",
        b'"token@reports.example.net"@elsewhere.example',
        b"token@reports.example.net@elsewhere.example",
    ],
)
async def test_strangers_and_relay_attempts_are_refused(client, receiver, address):
    await client.say(MAIL)
    assert (await client.say(b"RCPT TO:<" + address + b">\r\n")).startswith("550 5.1.1 ")
    assert (await client.say(b"DATA\r\n")).startswith("554 5.5.1 ")
    assert receiver.mails == []


async def test_data_that_was_pipelined_behind_a_refused_recipient_is_refused(client):
    await client.send(MAIL + b"RCPT TO:<someone@elsewhere.example>\r\nDATA\r\n")
    assert [reply[:9] for reply in await client.replies(3)] == ["250 2.1.0", "550 5.1.1", "554 5.5.1"]


async def test_a_refused_recipient_does_not_spoil_the_others(client, receiver):
    await client.send(MAIL + b"RCPT TO:<someone@elsewhere.example>\r\n" + RCPT + b"DATA\r\n")
    assert [reply[:3] for reply in await client.replies(4)] == ["250", "550", "250", "354"]
    await client.say(b"x\r\n.\r\n")
    assert receiver.mails[0].recipients == ("token@reports.example.net",)


async def test_data_without_any_recipient_is_out_of_order(client):
    assert (await client.say(b"DATA\r\n")).startswith("503 5.5.1 ")
    await client.say(MAIL)
    assert (await client.say(b"DATA\r\n")).startswith("503 5.5.1 ")


async def test_a_reset_forgets_the_recipients(client):
    await client.send(MAIL + RCPT + b"RSET\r\nDATA\r\n")
    assert [reply[:9] for reply in await client.replies(4)] == ["250 2.1.0", "250 2.1.5", "250 2.0.0", "503 5.5.1"]


async def test_the_envelope_of_one_mail_is_not_that_of_the_next(client):
    await client.send(MAIL + RCPT + b"DATA\r\nx\r\n.\r\n")
    await client.replies(4)
    assert (await client.say(b"DATA\r\n")).startswith("503 5.5.1 ")


async def test_an_announced_size_over_the_limit_is_refused_at_once(client):
    assert (await client.say(b"MAIL FROM:<s@example.org> SIZE=1048577\r\n")).startswith("552 5.3.4 ")
    assert (await client.say(b"MAIL FROM:<s@example.org> SIZE=1048576\r\n")).startswith("250 2.1.0 ")


@pytest.mark.parametrize("parameters", ["SIZE=²", "SIZE=-1", "SIZE=", "SIZE=1e9", "BODY=BINARYMIME", "=", "\u0663"])
async def test_nonsense_in_parameters_is_the_senders_mistake(client, parameters):
    reply = await client.say(f"MAIL FROM:<s@example.org> {parameters}\r\n".encode())
    assert reply.startswith("501 5.5.4 ")


async def test_unknown_parameters_are_refused(client):
    assert (await client.say(b"MAIL FROM:<s@example.org> RET=HDRS\r\n")).startswith("555 5.5.4 ")
    await client.say(MAIL)
    assert (await client.say(b"RCPT TO:<token@reports.example.net> NOTIFY=NEVER\r\n")).startswith("555 5.5.4 ")


@pytest.mark.parametrize(
    "line",
    [b"MAIL", b"MAIL FROM", b"MAIL FROM:", b"MAIL FROM:<", b"MAIL FROM:<a b@c>", b"MAIL FROM:>", b'MAIL FROM:<"a@c>'],
)
async def test_a_broken_sender_path_is_refused_and_the_session_goes_on(client, line):
    assert re.match(r"(501 5\.5\.4|553 5\.1\.3) ", await client.say(line + b"\r\n"))
    assert (await client.say(MAIL)).startswith("250 2.1.0 ")


async def test_vrfy_and_expn_tell_nothing(client, receiver):
    answers = {await client.say(b"VRFY " + name + b"\r\n") for name in (b"token@reports.example.net", b"nobody", b"")}
    assert len(answers) == 1
    assert answers.pop().startswith("252 ")
    assert (await client.say(b"EXPN list\r\n")).startswith("502 5.5.1 ")
    assert receiver.asked == []


async def test_help_helps_and_auth_and_chunking_are_not_offered(client):
    assert (await client.say(b"HELP\r\n")).startswith("214 2.0.0 ")
    assert (await client.say(b"AUTH PLAIN AGEAYg==\r\n")).startswith("502 5.5.1 ")
    assert (await client.say(b"BDAT 5 LAST\r\n")).startswith("502 5.5.1 ")
    assert (await client.say(b"STARTTLS\r\n")).startswith("502 5.5.1 ")


@pytest.mark.parametrize("line", [b"", b"\0", b"NOOP \xff", b"NOOP a\rb", b"FROB", b"EHLOx", "NOOP \u202e".encode()])
async def test_a_line_that_is_no_command_is_refused_and_the_session_goes_on(client, line):
    assert re.match(r"50[01] 5\.5\.[12] ", await client.say(line + b"\r\n"))
    assert (await client.say(b"NOOP\r\n")).startswith("250 2.0.0 ")


@pytest.mark.parametrize("length", [2_100, 65_536, 70_000, 300_000])
async def test_an_overlong_command_is_one_mistake(client, length):
    assert (await client.say(b"NOOP " + b"x" * length + b"\r\n")).startswith("500 5.5.2 ")
    assert (await client.say(b"NOOP\r\n")).startswith("250 2.0.0 ")


async def test_every_reply_after_ehlo_carries_an_enhanced_status_code(client):
    lines = [b"NOOP", b"RSET", b"DATA", b"DATA x", b"RCPT TO:<a@b>", b"MAIL x", b"VRFY x", b"HELP", b"FROB", b"RSET x"]
    lines += [b"AUTH", MAIL.strip(), MAIL.strip(), b"RCPT TO:<a@b>", b"RCPT x", RCPT.strip(), b"QUIT"]
    for line in lines:
        reply = await client.say(line + b"\r\n")
        assert re.match(r"([245])\d\d \1\.\d+\.\d+ \S", reply), (line, reply)


async def test_mail_before_ehlo_is_out_of_order(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        assert (await client.say(MAIL)).startswith("503 5.5.1 ")
        assert (await client.say(b"EHLO\r\n")).startswith("501 ")


async def test_an_internationalized_recipient_is_asked_for_as_it_came(client, receiver):
    await client.say(b"MAIL FROM:<s@example.org> SMTPUTF8\r\n")
    assert (await client.say("RCPT TO:<jörg@bücher.example>\r\n".encode())).startswith("550 5.1.1 ")
    assert receiver.asked == ["jörg@bücher.example"]


def _send_by_smtplib(port):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=10) as smtp:
        return smtp.sendmail(
            "s@example.org", ["token@reports.example.net"], b"Subject: x\r\n\r\n.dot\r\n" + b"y" * 3000
        )


async def test_smtplib_delivers_a_long_line(receiver):
    async with listening(receiver) as (_, port):
        assert await asyncio.to_thread(_send_by_smtplib, port) == {}
    assert receiver.mails[0].body == b"Subject: x\r\n\r\n.dot\r\n" + b"y" * 3000 + b"\r\n"


async def test_several_addresses_are_listened_on(receiver):
    listener = SmtpListener(receiver, hostname="h", limits=SmtpLimits(1000))
    await listener.start([ListenAddress("127.0.0.1", 0), ListenAddress("127.0.0.1", 0)])
    first, second = listener.ports
    assert first != second
    for port in (first, second):
        async with await RawClient.connect(port) as client:
            assert await client.reply() == ["220 h ESMTP"]
    await listener.stop(1)
    assert listener.ports == ()


async def test_when_one_address_is_taken_none_is_listened_on(receiver):
    listener = SmtpListener(receiver, hostname="h", limits=SmtpLimits(1000))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="address already in use"):
            await listener.start([ListenAddress("127.0.0.1", 0), ListenAddress(*taken.getsockname())])
    assert listener.ports == ()
