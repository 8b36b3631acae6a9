"""Uploads without end, number or sense against the real program: it bears them, and honest ones get in."""

import asyncio
import gzip
import json
import secrets
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from tests.hostile.attacked import HONEST, MIB, assert_honest_report_gets_in, forget_peak, peak_bytes
from tests.mails.build import text
from tests.program_mails import POLICY_DOMAIN

LARGEST = 10 * MIB
RETRY = b"Retry-After: 60"


@asynccontextmanager
async def connected(program, local):
    reader, writer = await asyncio.open_connection("127.0.0.1", program.http_port, local_addr=(local, 0))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def head(length, *more):
    lines = ("POST /v1/tlsrpt HTTP/1.1", "Host: x", f"Content-Length: {length}", *more)
    return "\r\n".join([*lines, "", ""]).encode()


async def upload(program, body, *more, local=HONEST):
    """Send one upload; return all that is answered, nothing when it is cut."""
    async with connected(program, local) as (reader, writer):
        with suppress(ConnectionError):
            writer.write(head(len(body), "Connection: close", *more) + body)
            return await reader.read()
        return b""


async def assert_honest_upload_gets_in(program):
    async with asyncio.timeout(10):
        answer = await upload(program, text((POLICY_DOMAIN, f"{secrets.token_hex(4)}.example.com")))
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    await assert_honest_report_gets_in(program)


async def test_many_slow_uploads_of_the_largest_size_are_borne(program):
    forget_peak(program)
    before = peak_bytes(program)

    async def send_slowly(stack, number):
        reader, writer = await stack.enter_async_context(connected(program, f"127.0.7.{1 + number // 15}"))
        with suppress(ConnectionError):
            writer.write(head(LARGEST))
            for _ in range(10 * 16 - 1):
                writer.write(b"x" * (MIB // 16))
                await writer.drain()
        return reader, writer

    async with AsyncExitStack() as stack:
        streams = await asyncio.gather(*(send_slowly(stack, number) for number in range(150)))
        await assert_honest_upload_gets_in(program)
        statuses = Counter()
        for reader, writer in streams:
            with suppress(ConnectionError):
                writer.write(b"x" * (MIB // 16))
                statuses[(await reader.readline())[9:12]] += 1
    assert statuses.keys() <= {b"202", b"503", b""}, "who found no room is told to come again"
    assert statuses[b"202"] >= 5
    assert peak_bytes(program) - before < 3 * 64 * MIB
    await assert_honest_upload_gets_in(program)


async def test_bombs_are_borne_however_they_are_packed(program):
    forget_peak(program)
    before = peak_bytes(program)
    plain = b" " * (400 * MIB)
    bomb = gzip.compress(plain, 1)
    del plain
    twice = gzip.compress(bomb)
    wide = json.dumps({"policies": [{}] * 500_000}).encode()
    deep = b"[" * 200_000
    for body in (bomb, twice, wide, deep, gzip.compress(deep)):
        answer = await upload(program, body, "Content-Encoding: gzip", local="127.0.8.1")
        assert answer.startswith((b"HTTP/1.1 202 ", b"HTTP/1.1 201 ")), answer
    assert peak_bytes(program) - before < 400 * MIB
    await assert_honest_upload_gets_in(program)


async def test_who_sends_many_requests_comes_again_later_and_others_need_not(program):
    async with connected(program, "127.0.9.1") as (reader, writer):
        writer.write(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n" * 650)
        writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
        said = await reader.read()
    assert 300 <= said.count(b" 200 OK") <= 600, "another minute may begin in between"
    assert said.count(RETRY) >= 50
    await assert_honest_upload_gets_in(program)


async def test_figures_are_not_for_strangers(program):
    async with connected(program, "127.0.10.1") as (reader, writer):
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 403 ")


async def test_refused_uploads_fill_no_log(program):
    before = len(program.log)
    await asyncio.gather(*(upload(program, b"", local="127.0.11.1") for _ in range(40)))
    assert len(program.log) - before < 10_000
