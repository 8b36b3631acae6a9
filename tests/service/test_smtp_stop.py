"""The end of the SMTP server: what is in flight is finished, nothing is left open."""

import asyncio
import socket

import pytest

from ingest.smtp.listener import ListenAddress, SmtpLimits, SmtpListener
from tests.smtp_client import MemoryReceiver, RawClient, listening


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def test_an_idle_session_is_told_to_come_again_and_stopping_is_quick(receiver):
    async with listening(receiver) as (listener, port), await RawClient.connect(port) as client:
        await client.greet()
        async with asyncio.timeout(2):
            await listener.stop(60)
        assert (await client.rest()).startswith(b"421 4.3.2 reports.example.net ")


async def test_a_stopped_listener_takes_no_connection(receiver):
    async with listening(receiver) as (listener, port):
        await listener.stop(1)
        with pytest.raises(ConnectionRefusedError):
            await RawClient.connect(port)


async def test_a_mail_in_flight_is_finished_and_answered(receiver):
    receiver.gate.clear()
    async with listening(receiver) as (listener, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"first ha")
        stopping = asyncio.create_task(listener.stop(5))
        await client.send(b"lf\r\n.\r\n")
        await receiver.until_entered()
        assert not stopping.done()
        receiver.gate.set()
        rest = (await client.rest()).split(b"\r\n")
        await stopping
    assert [line[:9] for line in rest] == [b"250 2.0.0", b"421 4.3.2", b""]
    assert len(receiver.mails) == 1


async def test_a_transaction_that_was_begun_may_go_on_but_no_other_begins(receiver):
    async with listening(receiver) as (listener, port), await RawClient.connect(port) as client:
        await client.greet()
        await client.say(b"MAIL FROM:<>\r\n")
        stopping = asyncio.create_task(listener.stop(5))
        await client.send(b"RCPT TO:<token@reports.example.net>\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<>\r\n")
        assert [reply[:3] for reply in await client.replies(4)] == ["250", "354", "250", "421"]
        await stopping
    assert len(receiver.mails) == 1


async def test_after_the_grace_everything_is_closed(receiver):
    async with listening(receiver) as (listener, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"half")
        async with asyncio.timeout(3):
            await listener.stop(0.1)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.reply()
    assert receiver.mails == []


async def test_after_the_grace_a_store_that_hangs_is_given_up(receiver):
    before = asyncio.all_tasks()
    receiver.gate.clear()
    async with listening(receiver) as (listener, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"x\r\n.\r\n")
        await receiver.until_entered()
        async with asyncio.timeout(3):
            await listener.stop(0.1)
        assert asyncio.all_tasks() == before
    assert receiver.mails == []


async def test_nothing_runs_on_after_the_stop(receiver):
    before = asyncio.all_tasks()
    async with listening(receiver) as (listener, port):
        clients = [await RawClient.connect(port) for _ in range(5)]
        await clients[0].until_data()
        await clients[1].greet()
        clients[2].reset()
        await listener.stop(0.1)
        assert asyncio.all_tasks() == before
        for client in clients:
            await client.close()


async def test_stopping_what_was_never_started_or_stopped_before_is_nothing(receiver):
    listener = SmtpListener(receiver, hostname="h", limits=SmtpLimits(1000))
    await listener.stop(1)
    other = SmtpListener(receiver, hostname="h", limits=SmtpLimits(1000))
    await other.start([ListenAddress("127.0.0.1", 0)])
    await other.stop(1)
    await other.stop(1)
    assert other.ports == ()


async def test_a_connection_that_was_accepted_in_the_moment_of_the_stop_is_not_lost(receiver):
    async with listening(receiver) as (listener, port):
        with socket.create_connection(("127.0.0.1", port)) as client:
            await asyncio.sleep(0)  # the loop sees the connection ...
            await asyncio.sleep(0)  # ... and accepts it: its session is yet to be made
            async with asyncio.timeout(2):
                await listener.stop(60)
            client.settimeout(2)
            assert client.recv(100).startswith((b"421 4.3.2 ", b"220 "))
