"""The PROXY protocol: believed from trusted networks only, and only as the very first thing that is said."""

import struct
from ipaddress import ip_address, ip_network

import pytest

from tests.smtp_client import MemoryReceiver, RawClient, listening

V1 = b"PROXY TCP4 192.0.2.7 203.0.113.1 51234 25\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
OTHER_NETWORKS = {"trusted": (ip_network("10.0.0.0/8"),)}


def v2(source="192.0.2.7", *, command=1, more=b""):
    address = ip_address(source)
    family = 0x11 if address.version == 4 else 0x21
    addresses = address.packed + bytes(len(address.packed)) + struct.pack("!HH", 51234, 25)
    return SIGNATURE + struct.pack("!BBH", 0x20 | command, family, len(addresses + more)) + addresses + more


@pytest.fixture
def receiver():
    return MemoryReceiver()


async def peer_after(receiver, header, **limits):
    """Send one mail behind a header; return from whom it is said to come."""
    async with listening(receiver, **limits) as (_, port), await RawClient.connect(port) as client:
        await client.send(header)
        await client.until_data()
        assert (await client.say(b"x\r\n.\r\n")).startswith("250 ")
    return receiver.mails[-1].peer


@pytest.mark.parametrize(
    ("header", "peer"),
    [
        (V1, "192.0.2.7"),
        (b"PROXY TCP6 2001:db8::7 2001:db8::1 51234 25\r\n", "2001:db8::7"),
        (b"PROXY TCP6 ::ffff:192.0.2.7 ::1 51234 25\r\n", "192.0.2.7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
        (v2(), "192.0.2.7"),
        (v2("2001:db8::7"), "2001:db8::7"),
        (v2(more=b"\x03\0\x04abcd"), "192.0.2.7"),
        (v2(command=0), "127.0.0.1"),
        (SIGNATURE + b"\x20\0\0\0", "127.0.0.1"),
        (b"", "127.0.0.1"),
    ],
)
async def test_a_trusted_proxy_says_from_whom_a_mail_comes_or_speaks_for_itself(receiver, header, peer):
    assert await peer_after(receiver, header) == peer


async def test_whoever_is_behind_a_proxy_is_limited_by_the_own_address(receiver):
    async with listening(receiver, max_connections_per_address=1) as (_, port):
        async with await RawClient.connect(port) as first, await RawClient.connect(port) as second:
            await first.send(V1)
            await first.greet()
            await second.send(V1 + b"EHLO c\r\n")
            assert [line[:9] for line in (await second.rest()).split(b"\r\n")] == [b"220 repor", b"421 4.7.0", b""]
            async with await RawClient.connect(port) as other:
                await other.send(V1.replace(b"192.0.2.7", b"192.0.2.8"))
                await other.greet()
        async with await RawClient.connect(port) as third:
            await third.send(V1)
            await third.greet()


@pytest.mark.parametrize("header", [V1, v2()])
async def test_a_stranger_is_not_believed(receiver, header):
    async with listening(receiver, **OTHER_NETWORKS) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        assert (await client.say(header)).startswith("50")


async def test_a_header_behind_a_command_is_not_believed(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.greet()
        assert (await client.say(V1)).startswith("500 5.5.1 ")


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY \r\n",
        b"PROXY TCP4\r\n",
        b"PROXY TCP4 a b 1 2\r\n",
        b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 203.0.113.1 70000 25\r\n",
        b"PROXY TCP4 192.0.2.7 203.0.113.1 51234 25 more\r\n",
        b"PROXY TCP4 192.0.2.7 203.0.113.1 51234 25" + b" " * 200 + b"\r\n",
        b"PROXY TCP4 192.0.2.7 203.0.113.1 51234 25\n",
        b"PROXY \xff\xfe\r\n",
        SIGNATURE + b"\x10\x11\0\x0c" + bytes(12),
        SIGNATURE + b"\x21\x11\0\x02" + bytes(2),
        SIGNATURE + b"\x2f\xff\0\0",
    ],
)
async def test_a_header_that_is_none_ends_the_connection(receiver, header):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        await client.send(header + b"EHLO c\r\n")
        assert (await client.rest()).startswith(b"421 4.7.0 reports.example.net Not a valid PROXY header")


async def test_a_header_that_breaks_off_ends_the_connection(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        await client.send(v2()[:20])
        client.send_eof()
        await client.rest()
    assert receiver.mails == []


async def test_an_empty_line_alone_is_answered_at_once(receiver):
    async with listening(receiver) as (_, port), await RawClient.connect(port) as client:
        await client.reply()
        assert (await client.say(b"\r\n")).startswith("500 5.5.1 ")
