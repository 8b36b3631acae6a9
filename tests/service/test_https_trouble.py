"""Senders that break off, stall, lie or want too much, and faults of our own: nobody else suffers, nothing is lost."""

import asyncio
import json

import pytest
from structlog.testing import capture_logs

from tests.https_running import MAX_BYTES, NOBODY, FakeStore, answer, serving, status_line, upload_head

TOKEN = "secrettoken77"


@pytest.fixture
def store():
    return FakeStore()


def with_address(address):
    return {"X-Forwarded-For": address}


# The body


@pytest.mark.parametrize("how", ["announced", "chunked"])
async def test_a_body_that_is_too_large_is_refused_and_not_read(store, db, how):
    async def chunks():
        for _ in range(MAX_BYTES // 10_000 + 1):
            yield b"x" * 10_000

    async with serving(store, db) as running:
        status, said = await running.post(b"x" * (MAX_BYTES + 1) if how == "announced" else chunks())
        assert (status, said["error"]) == (413, "too-large")
        assert (await running.post(b"x" * MAX_BYTES))[0] == 201
    assert [len(one.body) for one in store.kept] == [MAX_BYTES]


async def test_who_waits_for_a_go_ahead_gets_it_only_for_what_is_wanted(store, db):
    expect = "Expect: 100-continue"
    async with serving(store, db) as running:
        reader, writer = await running.raw(upload_head(4, expect, "Connection: close"))
        assert await status_line(reader) == b"HTTP/1.1 100 Continue"
        writer.write(b"body")
        assert b"HTTP/1.1 201 " in await answer(reader)
        for head, status in (
            (upload_head(MAX_BYTES + 1, expect), b"413"),
            (upload_head(4, expect, path="/v1/tlsrpt/unknown"), b"404"),
            (upload_head(4, "Expect: miracles"), b"417"),
        ):
            reader, _ = await running.raw(head)
            assert (await status_line(reader)).split()[1] == status


async def test_half_an_upload_is_not_kept(store, db):
    async with serving(store, db) as running:
        _, writer = await running.raw(upload_head(100) + b"half")
        writer.close()
        await writer.wait_closed()
        assert (await running.post(b"whole"))[0] == 201
    assert [one.body for one in store.kept] == [b"whole"]


@pytest.mark.parametrize(
    "limits",
    [
        {"seconds_between_bytes": 0.05},
        {"seconds_per_upload": 0.05},
        {"seconds_before_slow": 0.05, "min_bytes_per_second": 1_000_000},
    ],
)
async def test_who_stalls_is_told_that_it_is_too_slow_and_cut(store, db, limits):
    async with serving(store, db, seconds_to_linger=0.05, **limits) as running:
        reader, _ = await running.raw(upload_head(100) + b"half")
        said = await answer(reader)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"too-slow"' in said
    assert store.kept == []


async def test_who_sends_no_whole_head_is_cut(store, db):
    async with serving(store, db, trusted=NOBODY, seconds_per_head=0.05) as running:
        for beginning in (b"", b"POST /v1/tl", upload_head(4)[:-2]):
            reader, _ = await running.raw(beginning)
            assert await answer(reader) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"EHLO mail.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Length: 4\r\n\r\nbody",
        b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nbody",
        b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 500 + b"\r\n",
        b"POST /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_sound_http_is_refused_without_a_word_of_it_in_the_log(store, db, head):
    async with serving(store, db) as running:
        with capture_logs() as log:
            reader, _ = await running.raw(head)
            said = await answer(reader)
        assert said.split()[1] == b"400"
        assert [entry["event"] for entry in log] == ["not HTTP"]
        assert (await running.post(b"next"))[0] == 201


async def test_chunks_that_are_none_end_the_upload(store, db):
    head = b"POST /v1/tlsrpt HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serving(store, db) as running:
        reader, _ = await running.raw(head + b"zz\r\nbody\r\n")
        assert (await answer(reader)).split()[1] == b"400"
    assert store.kept == []


# Too many


async def test_too_many_requests_of_one_address_come_again_later_and_others_need_not(store, db):
    minute = 7 * 60.0
    async with serving(store, db, lambda: minute, max_requests_per_minute_and_address=3) as running:
        for _ in range(3):
            assert (await running.post(b"x", headers=with_address("2001:db8::1")))[0] == 201
        async with running.client.post("/v1/tlsrpt", data=b"x", headers=with_address("2001:db8::2")) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "60")
            assert (await response.json())["error"] == "too-many-requests"
        assert (await running.post(b"x", headers=with_address("2001:db8:0:1::1")))[0] == 201
        assert (await running.post(b"x"))[0] == 201, "the proxy itself is not limited"
        minute += 60
        assert (await running.post(b"x", headers=with_address("2001:db8::1")))[0] == 201


async def test_too_many_uploads_at_once_of_one_address_come_again_later_and_others_need_not(store, db):
    store.open.clear()
    async with serving(store, db, max_uploads_at_once_per_address=1) as running:
        first = asyncio.create_task(running.post(b"1", headers=with_address("198.51.100.1")))
        await store.began.wait()
        status, said = await running.post(b"2", headers=with_address("198.51.100.1"))
        assert (status, said["error"]) == (429, "too-many-at-once")
        other = asyncio.create_task(running.post(b"3", headers=with_address("198.51.100.2")))
        store.open.set()
        assert [(await first)[0], (await other)[0]] == [201, 201]


async def test_uploads_for_which_there_is_no_memory_come_again_later(store, db):
    large = b"x" * MAX_BYTES
    async with serving(store, db, max_bytes_in_memory=0) as running:
        half_ways = [await running.raw(upload_head(MAX_BYTES) + large[:-1]) for _ in range(8)]
        assert (await running.post(b"small"))[0] == 201, "small ones always fit"
        async with asyncio.timeout(10):
            while not running.figure("tlsrpt_http_requests_total", route="/v1/tlsrpt", status="503"):
                await running.get("/healthz")
        for _, writer in half_ways:
            writer.write(b"x")
            writer.close()


async def test_too_many_connections_of_one_address_are_cut_and_others_are_not(store, db):
    async with serving(store, db, trusted=NOBODY, max_connections_per_address=2) as running:
        first = [await running.raw(upload_head(4), "127.0.9.1") for _ in range(2)]
        reader, _ = await running.raw(upload_head(4), "127.0.9.1")
        assert await answer(reader) == b""
        assert (await running.post(b"x"))[0] == 201
        first[0][1].write(b"body")
        assert await status_line(first[0][0]) == b"HTTP/1.1 201 Created"
        assert running.figure("tlsrpt_http_refused_total", reason="connections-of-address") == 1


async def test_who_holds_all_connections_for_long_makes_room(store, db):
    limits = {"max_connections": 2, "seconds_until_giving_way": 0}
    async with serving(store, db, **limits) as running:
        held = [(await running.raw(upload_head(4)))[0] for _ in range(2)]
        assert (await running.post(b"x"))[0] == 201
        assert await answer(held[0]) == b""
        assert running.figure("tlsrpt_http_refused_total", reason="gave-way") >= 1


async def test_who_has_just_come_does_not_make_room(store, db):
    async with serving(store, db, max_connections=1) as running:
        held, writer = await running.raw(upload_head(4))
        reader, _ = await running.raw(upload_head(4))
        assert await answer(reader) == b""
        writer.write(b"body")
        assert await status_line(held) == b"HTTP/1.1 201 Created"
        assert running.figure("tlsrpt_http_refused_total", reason="connections") == 1


# Our own faults


async def test_a_fault_that_passes_soon_is_not_noticed_by_the_sender(store, db):
    store.faults = 1
    async with serving(store, db) as running:
        assert (await running.post(b"x"))[0] == 201


async def test_a_fault_that_lasts_is_told_and_the_upload_is_stored_all_the_same_when_it_is_over(store, db):
    store.open.clear()
    async with serving(store, db, seconds_to_answer=0.05) as running:
        async with running.client.post("/v1/tlsrpt", data=b"x") as response:
            assert (response.status, response.headers["Retry-After"]) == (503, "60")
        store.open.set()
        assert (await running.post(b"y"))[0] == 201
        assert sorted(one.body for one in store.kept) == [b"x", b"y"]


async def test_when_nobody_can_tell_whose_token_it_is_the_upload_waits_for_that(store, db):
    store.cannot_tell = True
    async with serving(store, db) as running:
        known, unknown = (asyncio.create_task(running.post(b"x", f"/v1/tlsrpt/{one}")) for one in (TOKEN, "unknown"))
        await store.began.wait()
        store.cannot_tell = False
        assert [(await known)[0], (await unknown)[0]] == [201, 404]


async def test_only_so_many_uploads_are_kept_for_later(store, db):
    store.faults = 1
    async with serving(store, db, max_kept_for_later=0) as running:
        status, said = await running.post(b"x")
        assert (status, said["error"]) == (503, "not-stored")


async def test_what_nobody_foresaw_is_our_fault_and_quotes_nothing(store, db):
    async def breaks(original):
        raise ValueError(original.body)

    store.store = breaks
    with capture_logs() as log:
        async with serving(store, db) as running:
            status, said = await running.post(b"hush", f"/v1/tlsrpt/{TOKEN}")
            assert (status, said["error"]) == (503, "not-stored")
            assert running.figure("tlsrpt_our_faults_total", source="https") == 1
    assert [entry["event"] for entry in log] == ["cannot receive"]
    assert "hush" not in json.dumps(log)
    assert "breaks" in log[0]["trace"]


async def test_no_token_gets_into_the_log(store, db):
    with capture_logs() as log:
        async with serving(store, db) as running:
            await running.post(b"x", f"/v1/tlsrpt/{TOKEN}")
            await running.post(b"", f"/v1/tlsrpt/{TOKEN}")
            await running.post(b"x", f"/v1/tlsrpt/unknown{TOKEN}")
    assert [entry["event"] for entry in log] == ["upload taken", "upload refused", "upload refused"]
    assert TOKEN not in json.dumps(log)


# The end


async def test_the_upload_of_a_sender_that_has_gone_is_stored_to_the_end(store, db):
    store.open.clear()
    async with serving(store, db) as running:
        _, writer = await running.raw(upload_head(4) + b"body")
        await store.began.wait()
        writer.transport.abort()
        store.open.set()
    assert [one.body for one in store.kept] == [b"body"]


async def test_a_stop_waits_for_a_body_on_its_way_and_takes_nothing_new(store, db):
    async with serving(store, db) as running:
        idle, _ = await running.raw(b"")
        reader, writer = await running.raw(upload_head(8, "Expect: 100-continue"))
        assert await status_line(reader) == b"HTTP/1.1 100 Continue"
        writer.write(b"half")
        stopping = asyncio.create_task(running.listener.stop(5))
        assert await answer(idle) == b""
        assert not stopping.done()
        writer.write(b"half")
        said = await answer(reader)
        await stopping
        assert b"HTTP/1.1 201 " in said
        assert b"Connection: close" in said
        with pytest.raises(ConnectionRefusedError):
            await running.raw(b"")
    assert [one.body for one in store.kept] == [b"halfhalf"]


async def test_a_stop_does_not_wait_for_ever(store, db):
    store.open.clear()
    async with serving(store, db) as running:
        reader, _ = await running.raw(upload_head(8) + b"half")
        storing, _ = await running.raw(upload_head(4) + b"body")
        await store.began.wait()
        async with asyncio.timeout(5):
            await running.listener.stop(0.05)
        assert await answer(reader) == b""
        assert b" 201 " not in await answer(storing)
