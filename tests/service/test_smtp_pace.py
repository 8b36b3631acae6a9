"""Slow senders, and senders that hold up all others: honest ones are borne, the others are cut."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from ingest.metrics import ReceptionMetrics
from ingest.smtp.listener import SmtpLimits
from tests.smtp_client import MemoryReceiver, RawClient, listening


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def drip(client, bytes_at_once, seconds=10.0):
    """Send ever more, little by little, until the other side says something; return how much, and what it said."""
    loop = asyncio.get_running_loop()
    answer = asyncio.ensure_future(client.reply())
    sent, end = 0, loop.time() + seconds
    while not answer.done() and loop.time() < end:
        await client.send(b"x" * bytes_at_once)
        sent += bytes_at_once
        await asyncio.wait({answer}, timeout=0.01)
    return sent, answer


async def test_a_mail_that_drips_in_is_cut_though_it_never_pauses(receiver):
    limits = {"min_bytes_per_second": 10_000, "seconds_before_slow": 0.3}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        _, answer = await drip(client, 1)
        assert (await answer)[-1].startswith("421 4.4.2 reports.example.net The mail comes too slowly")
    assert receiver.mails == []


async def test_a_mail_over_a_slow_link_is_taken_though_it_lasts(receiver):
    limits = {"min_bytes_per_second": 1_000, "seconds_before_slow": 0.3}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        sent, answer = await drip(client, 100, seconds=1)
        await client.send(b"\r\n.\r\n")
        assert (await answer)[-1].startswith("250 ")
    assert len(receiver.mails[0].body) == sent + 2


def test_as_it_is_set_one_byte_a_second_ends_after_a_minute_and_a_modem_brings_a_large_mail():
    limits = SmtpLimits(10 * 2**20)
    assert limits.seconds_before_slow / (1 - 1 / limits.min_bytes_per_second) < 65
    over_the_slowest_link = limits.seconds_per_session * limits.min_bytes_per_second
    assert over_the_slowest_link > 1_500_000


async def test_when_every_connection_is_taken_who_is_silent_for_longest_makes_room(receiver):
    endless = {"max_commands_per_session": 10**6, "max_commands_per_mail": 10**6}
    async with listening(receiver, max_connections=3, seconds_until_giving_way=0.2, **endless) as (_, port):
        silent = [await RawClient.connect(port) for _ in range(3)]
        for client in silent:
            await client.greet()
        answer = "421"
        while answer.startswith("421"):
            assert (await silent[0].say(b"NOOP\r\n")).startswith("250 ")
            async with await RawClient.connect(port) as client:
                answer = (await client.reply())[-1]
        assert b"421 4.3.2 reports.example.net Too busy" in await silent[1].rest()
        assert (await silent[0].say(b"NOOP\r\n")).startswith("250 ")
        assert (await silent[2].say(b"NOOP\r\n")).startswith("250 ")
        for client in silent:
            await client.close()


async def test_who_is_silent_for_a_moment_makes_no_room(receiver):
    async with listening(receiver, max_connections=1) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        async with await RawClient.connect(port) as other:
            assert (await other.rest()).startswith(b"421 4.3.2 ")
        assert (await client.say(b"NOOP\r\n")).startswith("250 ")


async def test_a_mail_that_is_being_stored_makes_no_room(receiver):
    receiver.gate.clear()
    limits = {"max_connections": 1, "seconds_until_giving_way": 0.0}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"x\r\n.\r\n")
        await receiver.until_entered()
        async with await RawClient.connect(port) as other:
            assert (await other.rest()).startswith(b"421 4.3.2 ")
        receiver.gate.set()
        assert (await client.reply())[-1].startswith("250 ")


async def test_a_mail_much_too_large_is_cut(receiver):
    limits = {"max_message_bytes": 1_000, "max_bytes_to_discard": 500_000}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"x" * 501_001)  # what is left unread may cost the client the reply
        assert await client.rest() == b"552 5.3.4 The mail is much too large, closing\r\n"


async def test_every_refusal_is_counted_by_its_reason(receiver):
    registry = CollectorRegistry()

    def refused(reason):
        return registry.get_sample_value("tlsrpt_smtp_refused_total", {"reason": reason})

    limits = {"max_mistakes_per_session": 1, "max_connections": 1, "seconds_per_command": 0.3}
    async with listening(receiver, metrics=ReceptionMetrics(registry), **limits) as (_, port):
        async with await RawClient.connect(port) as client, await RawClient.connect(port) as other:
            await other.rest()
            await client.send(b"FROB\r\nFROB\r\n")
            await client.rest()
        async with await RawClient.connect(port) as client:
            await client.rest()
        assert [refused(one) for one in ("connections", "mistakes", "timeout", "no-memory")] == [1, 1, 1, None]
