"""Where a mail ends, and that its bytes come through as they were sent."""

import asyncio
import itertools
import random
import re

import pytest

from ingest.smtp.data import MessageData
from tests.smtp_client import MemoryReceiver, RawClient, listening

LIMIT = 1_000


def read(wire, cuts=(), limit=LIMIT):
    """Feed `wire` cut into pieces; the message data, and what is left after its end (None: no end)."""
    data = MessageData(limit)
    edges = [0, *sorted(cuts), len(wire)]
    for start, stop in itertools.pairwise(edges):
        rest = data.feed(wire[start:stop])
        if rest is not None:
            return data, rest + wire[stop:]
    return data, None


def stuffed(body):
    return re.sub(rb"(\A|\r\n)\.", rb"\1..", body)


@pytest.mark.parametrize(
    ("wire", "body"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"a\r\n.\r\n", b"a\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b".a\r\n.\r\n", b"a\r\n"),
        (b"a\r\n..b\r\n...\r\n.\r\n", b"a\r\n.b\r\n..\r\n"),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n\rb\r\n"),
        (b"a..b\n..c\r..d\r\n.\r\n", b"a..b\n..c\r..d\r\n"),
        (b"\x00\xff\r\r\n\n\r\n.\r\n", b"\x00\xff\r\r\n\n\r\n"),
    ],
)
def test_dot_stuffing_is_undone_after_crlf_only(wire, body):
    data, rest = read(wire + b"QUIT\r\n")
    assert (data.body, rest) == (body, b"QUIT\r\n")


@pytest.mark.parametrize(
    "false_end",
    [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r\n.\r\r\n", b"\r\n. \r\n", b"\r\n.\0\r\n"],
)
def test_only_crlf_dot_crlf_ends_a_mail(false_end):
    body = b"a" + false_end + b"MAIL FROM:<smuggled@example.org>\r\n"
    assert read(body)[1] is None
    data, rest = read(stuffed(body) + b".\r\n")
    assert (data.body, rest) == (body, b"")


def test_however_a_mail_is_cut_into_packets_it_is_the_same():
    draw = random.Random(8460)
    for _ in range(2_000):
        body = bytes(draw.choices(b"\r\n.ab", k=draw.randrange(30))) + b"\r\n"
        wire = stuffed(body) + b".\r\nNOOP\r\n"
        cuts = [draw.randrange(len(wire) + 1) for _ in range(draw.randrange(5))]
        data, rest = read(wire, cuts)
        assert (data.body, rest) == (body, b"NOOP\r\n"), (wire, cuts)


def test_a_mail_of_the_largest_size_is_taken_and_one_byte_more_is_not():
    for body in (b"x" * (LIMIT - 2) + b"\r\n", b".\r\n" * (LIMIT // 3) + b"x" * (LIMIT % 3)):
        line_end = b"" if body.endswith(b"\r\n") else b"\r\n"
        whole = body[: LIMIT - len(line_end)] + line_end
        wire = stuffed(whole) + b".\r\n"
        data, _ = read(wire, cuts=[len(wire) - 3])
        assert data.body == whole
        data, rest = read(stuffed(b"x" + whole) + b".\r\nQUIT\r\n")
        assert (data.dropped, data.body, rest) == (True, b"", b"QUIT\r\n")


def test_a_mail_over_the_limit_takes_no_memory():
    data = MessageData(LIMIT)
    for _ in range(100):
        assert data.feed(b"x" * LIMIT) is None
        assert data.held_bytes < 3 * LIMIT
    assert data.feed(b"\r\n.\r\n") == b""
    assert data.dropped
    assert data.held_bytes == 0


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def test_a_line_of_megabytes_comes_through(receiver):
    body = b'{"a":"' + b"x" * 3_000_000 + b'"}\r\n'
    async with listening(receiver, max_message_bytes=4_000_000) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(body + b".\r\n")).startswith("250 2.0.0 ")
    assert receiver.mails[0].body == body


async def test_bytes_come_through_as_they_were_sent(receiver):
    body = b"From: a\r\n\r\n" + bytes(range(256)) * 40 + b"\n.\n\r.\r\n..\n.\r\n"
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(stuffed(body) + b".\r\n")).startswith("250 2.0.0 ")
    assert receiver.mails[0].body == body


async def test_a_smuggled_command_is_content(receiver):
    body = b"one\n.\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<token@reports.example.net>\r\nDATA\r\ntwo\r\n"
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.say(body + b".\r\n")
    assert [mail.body for mail in receiver.mails] == [body]


async def test_a_mail_over_the_limit_is_refused_after_its_end_and_the_session_goes_on(receiver):
    async with listening(receiver, max_message_bytes=1_000) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(b"x" * 5_000_000 + b"\r\n.\r\n")).startswith("552 5.3.4 ")
        await client.send(b"MAIL FROM:<>\r\nRCPT TO:<token@reports.example.net>\r\nDATA\r\nok\r\n.\r\n")
        assert (await client.replies(4))[-1].startswith("250 2.0.0 ")
    assert [mail.body for mail in receiver.mails] == [b"ok\r\n"]


async def test_many_large_mails_at_once_are_put_off_before_memory_runs_out(receiver):
    limits = {"max_message_bytes": 1_000_000, "max_bytes_in_memory": 2_000_000}
    async with listening(receiver, **limits) as (_, port):
        clients = [await RawClient.connect(port) for _ in range(3)]
        for client in clients:
            await client.until_data()
        receiver.gate.clear()
        for client in clients[:2]:
            await client.send(b"x" * 900_000 + b"\r\n.\r\n")
            await receiver.until_entered()
        assert (await clients[2].say(b"x" * 900_000 + b"\r\n.\r\n")).startswith("452 4.3.1 ")
        receiver.gate.set()
        for client in clients[:2]:
            assert (await client.reply())[0].startswith("250 ")
        await clients[2].send(b"MAIL FROM:<>\r\nRCPT TO:<token@reports.example.net>\r\nDATA\r\n")
        await clients[2].replies(3)
        assert (await clients[2].say(b"x" * 900_000 + b"\r\n.\r\n")).startswith("250 ")
        for client in clients:
            await client.close()


async def test_a_sender_that_closes_its_half_before_the_reply_gets_it(receiver):
    receiver.gate.clear()
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"x\r\n.\r\nQUIT\r\n")
        client.send_eof()
        await receiver.until_entered()
        receiver.gate.set()
        rest = (await client.rest()).split(b"\r\n")
    assert rest[0].startswith(b"250 2.0.0 stored")
    assert rest[1].startswith(b"221 2.0.0")
    assert len(receiver.mails) == 1


async def test_a_mail_that_is_here_is_stored_even_when_its_sender_is_gone(receiver):
    receiver.gate.clear()
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"x\r\n.\r\n")
        await receiver.until_entered()
        client.reset()
        # Another session's answers prove that the server has seen the reset by now.
        async with await RawClient.connect(port) as other:
            await other.greet()
        receiver.gate.set()
    assert len(receiver.mails) == 1


async def test_a_mail_that_was_put_off_leaves_its_memory_to_others(receiver):
    limits = {"max_message_bytes": 1_000_000, "max_bytes_in_memory": 2_000_000}
    receiver.gate.clear()
    async with listening(receiver, **limits) as (_, port):
        clients = [await RawClient.connect(port) for _ in range(4)]
        for client in clients:
            await client.until_data()
        for client in clients[:2]:
            await client.send(b"x" * 900_000 + b"\r\n.\r\n")
            await receiver.until_entered()
        await clients[2].send(b"x" * 900_000)
        async with await RawClient.connect(port) as other:
            await other.greet()
        await clients[3].send(b"x" * 200_000 + b"\r\n.\r\n")
        await receiver.until_entered()
        receiver.gate.set()
        assert (await clients[3].reply())[0].startswith("250 ")
        assert (await clients[2].say(b"\r\n.\r\n")).startswith("452 4.3.1 ")
        for client in clients:
            await client.close()


@pytest.mark.parametrize("unfinished", [b"half a mail", b"x\r\n.\r", b"x\r\n.\n", b""])
async def test_a_mail_that_breaks_off_is_not_taken(receiver, unfinished):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(unfinished)
        client.send_eof()
        assert await client.rest() == b""
    assert receiver.mails == []


async def test_senders_side_by_side_do_not_mix(receiver):
    async def deliver(port, number):
        async with await RawClient.connect(port) as client:
            await client.until_data()
            for part in (b"mail ", str(number).encode(), b"\r\n.", b"\r\n"):
                await client.send(part)
            return await client.reply()

    async with listening(receiver) as (_, port):
        answers = await asyncio.gather(*(deliver(port, number) for number in range(50)))
    assert all(answer[0].startswith("250 2.0.0") for answer in answers)
    assert {mail.body for mail in receiver.mails} == {f"mail {number}\r\n".encode() for number in range(50)}
