"""Nobody can take all of the SMTP server: connections, commands, mistakes, recipients, time."""

from ipaddress import ip_network

import pytest

from ingest.smtp.memory import SMALL_MAIL, Hold, MemoryBudget
from ingest.smtp.peers import Peers, plain_address
from tests.smtp_client import MemoryReceiver, RawClient, listening

TRUSTED = (ip_network("127.0.0.0/8"), ip_network("::1/128"), ip_network("10.0.0.0/8"))
STRANGER = "192.0.2.1"
OTHER = "192.0.2.2"
MEGABYTE = 2**20


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def test_one_connection_too_many_is_told_to_come_again(receiver):
    async with listening(receiver, max_connections=2) as (_, port):
        clients = [await RawClient.connect(port) for _ in range(2)]
        for client in clients:
            await client.greet()
        async with await RawClient.connect(port) as third:
            assert (await third.rest()).startswith(b"421 4.3.2 reports.example.net ")
        await clients[0].say(b"QUIT\r\n")
        await clients[0].rest()
        async with await RawClient.connect(port) as fourth:
            assert (await fourth.reply())[0].startswith("220 ")
        for client in clients:
            await client.close()


async def test_loopback_is_not_limited_by_address(receiver):
    async with listening(receiver, max_connections_per_address=1) as (_, port):
        clients = [await RawClient.connect(port) for _ in range(5)]
        for client in clients:
            assert (await client.reply())[0].startswith("220 ")
            await client.close()


def test_as_many_mails_are_taken_at_once_as_there_is_memory_for():
    budget = MemoryBudget(5 * MEGABYTE, per_address=5 * MEGABYTE)
    holds = [Hold(budget, STRANGER) for _ in range(8)]
    assert [hold.resize(MEGABYTE + SMALL_MAIL) for hold in holds] == [True] * 5 + [False] * 3
    holds[0].keep(0)
    assert holds[7].resize(MEGABYTE + SMALL_MAIL)


def test_one_address_cannot_take_the_memory_of_all():
    budget = MemoryBudget(5 * MEGABYTE, per_address=2 * MEGABYTE)
    assert [Hold(budget, STRANGER).resize(MEGABYTE + SMALL_MAIL) for _ in range(3)] == [True, True, False]
    assert Hold(budget, OTHER).resize(MEGABYTE + SMALL_MAIL)


def test_a_small_mail_is_taken_however_full_the_memory_is():
    budget = MemoryBudget(MEGABYTE, per_address=MEGABYTE)
    Hold(budget, STRANGER).keep(100 * MEGABYTE)
    assert Hold(budget, STRANGER).resize(SMALL_MAIL)
    assert not Hold(budget, OTHER).resize(SMALL_MAIL + 1)


@pytest.mark.parametrize(
    ("peername", "address"),
    [
        (("192.0.2.1", 25), "192.0.2.1"),
        (("::ffff:192.0.2.1", 25, 0, 0), "192.0.2.1"),
        (("fe80::1%eth0", 25, 0, 2), "fe80::1"),
        (("2001:db8::1", 25, 0, 0), "2001:db8::1"),
        ("", ""),
        (None, ""),
        ((), ""),
    ],
)
def test_the_address_of_a_peer_is_plain(peername, address):
    assert plain_address(peername) == address


@pytest.mark.parametrize(
    ("address", "limited_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("10.1.2.3", ""),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", "unknown"),
    ],
)
def test_limits_by_address_count_ipv6_by_the_prefix_of_one_owner_and_leave_out_trusted_networks(address, limited_as):
    assert Peers(TRUSTED).limited_as(address) == limited_as


async def test_commands_are_counted(receiver):
    async with listening(receiver, max_commands_per_session=5) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        await client.send(b"NOOP\r\n" * 20)
        replies = (await client.rest()).split(b"\r\n")
    assert [reply[:9] for reply in replies] == [b"250 2.0.0"] * 4 + [b"421 4.7.0", b""]


async def test_mistakes_are_counted(receiver):
    async with listening(receiver, max_mistakes_per_session=3) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        await client.send(b"FROB\r\n" * 20)
        replies = (await client.rest()).split(b"\r\n")
    assert [reply[:9] for reply in replies] == [b"500 5.5.1"] * 4 + [b"421 4.7.0", b""]


async def test_recipients_of_a_mail_are_counted(receiver):
    async with listening(receiver, max_recipients_per_mail=3) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        await client.say(b"MAIL FROM:<>\r\n")
        await client.send(b"RCPT TO:<token@reports.example.net>\r\n" * 4)
        assert [reply[:9] for reply in await client.replies(4)] == ["250 2.1.5"] * 3 + ["452 4.5.3"]
        assert (await client.say(b"DATA\r\n")).startswith("354")
        assert (await client.say(b"x\r\n.\r\n")).startswith("250 2.0.0 ")


@pytest.mark.parametrize("silent_after", [b"", b"EHLO c\r\n", b"NOO"])
async def test_silence_ends_a_session(receiver, silent_after):
    async with listening(receiver, seconds_per_command=0.1) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        await client.send(silent_after)
        assert b"421 4.4.2 reports.example.net " in await client.rest()


async def test_silence_within_a_mail_ends_a_session(receiver):
    async with listening(receiver, seconds_per_command=0.5) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        await client.send(b"half a mail\r\n")
        assert (await client.rest()).startswith(b"421 4.4.2 ")
    assert receiver.mails == []


async def test_a_session_that_never_ends_is_ended(receiver):
    limits = {"seconds_per_session": 0.6, "max_commands_per_session": 10**9, "max_commands_per_mail": 10**9}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        reply = "250"
        while reply.startswith("250"):
            reply = await client.say(b"NOOP\r\n")
        assert reply.startswith("421 4.4.2 ")


async def test_the_time_that_we_take_is_not_the_senders(receiver):
    receiver.gate.clear()
    limits = {"seconds_per_command": 0.4, "seconds_to_receive": 0.8}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.until_data()
        assert (await client.say(b"x\r\n.\r\n")).startswith("451 4.3.0 ")
        receiver.gate.set()


async def _ask_without_reading(client):
    while True:
        await client.send(b"HELP\r\n" * 10_000)


async def test_a_peer_that_does_not_read_is_dropped(receiver):
    limits = {"seconds_per_command": 0.2, "seconds_to_linger": 0.1, "max_commands_per_session": 10**9}
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        with pytest.raises(ConnectionError):
            await _ask_without_reading(client)
