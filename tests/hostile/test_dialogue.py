"""Hostile SMTP dialogues with the real program: refused or borne, at a bounded cost, and nobody else suffers."""

import re

import pytest

from tests.hostile.attacked import (
    MIB,
    RECIPIENT,
    assert_honest_report_gets_in,
    forget_peak,
    peak_bytes,
)
from tests.program_mails import report_mail
from tests.smtp_client import RawClient

EHLO_LINES = 7
SOME_MEMORY = 64 * MIB
"""What any dialogue may take beside what the program takes at rest."""
MAIL = b"MAIL FROM:<a@sender.example>\r\n"
RCPT = b"RCPT TO:<" + RECIPIENT + b">\r\n"


@pytest.fixture
async def attacker(program, stranger):
    """A connection of an address of its own; afterwards memory is looked at, and an honest report gets in."""
    forget_peak(program)
    before = peak_bytes(program)
    async with await RawClient.connect(program.smtp_port, local=stranger) as client:
        yield client
    assert peak_bytes(program) - before < SOME_MEMORY
    await assert_honest_report_gets_in(program)


async def send_without_end(client):
    for _ in range(300):
        await client.send(b"x" * MIB)


async def codes_of_rest(client):
    return [line[:9].decode() for line in (await client.rest()).splitlines()]


@pytest.mark.parametrize("command", [b"NOOP", b"RSET", b"HELP", b"VRFY x", b"EHLO c", MAIL.strip()])
async def test_thousands_of_commands_that_lead_to_nothing_end_the_session(attacker, command):
    await attacker.greet()
    await attacker.send((command + b"\r\n") * 1_000)
    answers = await codes_of_rest(attacker)
    assert answers[-1] == "421 4.7.0"
    assert len(answers) < 350 * EHLO_LINES


@pytest.mark.parametrize(
    "junk",
    [
        b"\0" * 1_000,
        b"\xff\xfe" * 1_000,
        "EHLO ünï\u202e".encode(),
        b"EHLO a\rMAIL FROM:<a@b>",
        b"MAIL FROM:<a@b>\0<c@d>",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"x" * 500_000,
    ],
)
async def test_a_line_that_is_no_command_is_a_mistake_and_too_many_end_the_session(attacker, junk):
    await attacker.reply()
    await attacker.send((junk + b"\r\n") * 2)
    assert {reply[:3] for reply in await attacker.replies(2)} <= {"500", "501"}
    await attacker.send((b"FROB" + b"\r\n") * 100)
    assert (await codes_of_rest(attacker))[-1] == "421 4.7.0"


async def test_a_command_line_without_end_is_cut(attacker):
    await attacker.reply()
    with pytest.raises(ConnectionError):
        await send_without_end(attacker)


@pytest.mark.parametrize(
    "request_line", [b"POST / HTTP/1.1", b"get / HTTP/1.0", b"CONNECT a:25 HTTP/1.1", b"PRI * HTTP/2.0"]
)
async def test_a_browser_that_was_made_to_post_mail_is_cut_at_its_first_line(program, attacker, request_line):
    smuggled = b"EHLO c\r\n" + MAIL + RCPT + b"DATA\r\n" + report_mail("smuggled.example.com", 3) + b".\r\n"
    await attacker.send(request_line + b"\r\nHost: a\r\nContent-Type: text/plain\r\n\r\n" + smuggled)
    assert await codes_of_rest(attacker) == ["220 local", "421 4.7.0"]
    assert "smuggled.example.com" not in await program.sessions()


async def test_mail_that_is_pipelined_before_ehlo_is_out_of_order(attacker):
    await attacker.send(MAIL + RCPT + b"DATA\r\n" + b"QUIT\r\n")
    assert [code[:3] for code in await codes_of_rest(attacker)] == ["220", "503", "503", "503", "221"]


@pytest.mark.parametrize(
    "end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r\n\0.\r\n", b"\r\n.\0\r\n"]
)
async def test_no_second_mail_is_smuggled_behind_a_false_end(program, attacker, end):
    inner = MAIL + RCPT + b"DATA\r\n" + report_mail("smuggled.example.com", 3)
    await attacker.until_data(RECIPIENT)
    await attacker.send(b"Subject: x\r\n\r\nx" + end + inner + b"\r\n.\r\nQUIT\r\n")
    assert await codes_of_rest(attacker) == ["250 2.0.0", "221 2.0.0"]
    assert "smuggled.example.com" not in await program.sessions()


@pytest.mark.parametrize(
    "address",
    [
        b"victim@elsewhere.example",
        b"victim%elsewhere.example@localhost",
        b"elsewhere.example!victim@localhost",
        b'"tls-reports@localhost"@elsewhere.example',
        b"@localhost:victim@elsewhere.example",
        b"tls-reports@localhost@elsewhere.example",
        b"tls-reports@[127.0.0.1]",
        b"tls-reports@",
        b"victim",
    ],
)
async def test_nothing_is_relayed(attacker, address):
    await attacker.greet()
    await attacker.say(MAIL)
    assert re.match(r"55[03] 5\.1\.[13] ", await attacker.say(b"RCPT TO:<" + address + b">\r\n"))
    assert (await attacker.say(b"DATA\r\n")).startswith("5")


async def test_who_guesses_addresses_is_cut_and_learns_nothing_from_the_answers(attacker):
    await attacker.greet()
    await attacker.say(MAIL)
    unknown_token = await attacker.say(b"RCPT TO:<guess@localhost>\r\n")
    assert await attacker.say(b"RCPT TO:<guess@elsewhere.example>\r\n") == unknown_token
    await attacker.send(b"".join(b"RCPT TO:<guess%d@localhost>\r\n" % number for number in range(200)))
    answers = await codes_of_rest(attacker)
    assert answers[-1] == "421 4.7.0"
    assert len(answers) < 25


async def test_nobody_is_told_which_addresses_there_are(attacker):
    await attacker.greet()
    answers = {await attacker.say(b"VRFY " + name + b"\r\n") for name in (RECIPIENT, b"guess@localhost", b"postmaster")}
    assert len(answers) == 1
    assert (await attacker.say(b"EXPN " + RECIPIENT + b"\r\n")).startswith("502 ")
    assert RECIPIENT.decode() not in (await attacker.say(b"HELP\r\n"))


async def test_a_hundred_recipients_are_taken_and_the_others_come_again(attacker):
    await attacker.greet()
    await attacker.say(MAIL)
    await attacker.send(RCPT * 250)
    answers = [reply[:9] for reply in await attacker.replies(250)]
    assert answers == ["250 2.1.5"] * 100 + ["452 4.5.3"] * 150


@pytest.mark.parametrize("size", [b"0", b"10", b"9" * 1_000, b"-1", b"1e3", b"\xc2\xb2"])
async def test_a_size_that_is_a_lie_changes_nothing(attacker, size):
    await attacker.greet()
    answer = await attacker.say(b"MAIL FROM:<a@sender.example> SIZE=" + size + b"\r\n")
    if answer.startswith("250"):
        await attacker.send(RCPT + b"DATA\r\n")
        await attacker.replies(2)
        answer = await attacker.say(b"x" * (11 * MIB) + b"\r\n.\r\n")
    assert re.match(r"552 5\.3\.4|501 5\.5\.4", answer)


async def test_a_mail_without_end_is_cut(attacker):
    await attacker.until_data(RECIPIENT)
    with pytest.raises(ConnectionError):
        await send_without_end(attacker)


async def test_a_bounce_is_filed_and_nothing_is_sent_back(attacker):
    """There is no queue and no client in the program: it could not send a bounce."""
    await attacker.greet()
    await attacker.send(b"MAIL FROM:<>\r\n" + RCPT + b"DATA\r\n")
    await attacker.replies(3)
    bounce = (
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n"
    )
    assert (await attacker.say(bounce + b".\r\n")).startswith("250 2.0.0 ignored")
