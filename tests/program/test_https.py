"""Reports by HTTPS, whole: posted by curl, kept over kill -9, a lock and a stop; health and figures beside."""

import asyncio
import gzip
import json
import random
import sqlite3
from contextlib import closing
from math import isnan

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from tests.https_client import CURL, Uploading, curl
from tests.mails.build import text
from tests.program_mails import POLICY_DOMAIN, SUCCESSFUL
from tests.program_process import installed, running
from tests.program_slack import on
from tests.slack_faults import Broken

ROUNDS = 3
UPLOADS_PER_ROUND = 60
SEED = 8460
FAILED = (*SUCCESSFUL[:-1], "total-failure-session-count")


def report(domain, successful):
    return text((POLICY_DOMAIN, domain), (SUCCESSFUL, successful), (FAILED, 0), (("report-id",), f"id-{domain}"))


@pytest.fixture
async def program(folder):
    async with running(folder) as program:
        yield program


async def get(program, path, **more):
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{program.http_port}{path}", **more) as response,
    ):
        return response.status, await response.text()


@pytest.mark.skipif(not CURL, reason="curl is not installed")
async def test_curl_posts_reports_as_json_and_as_gzip(program):
    as_gzip, as_json = "Content-Type: application/tlsrpt+gzip", "Content-Type: application/tlsrpt+json"
    packed, plain = gzip.compress(report("a.example.com", 7)), report("b.example.com", 5)
    assert await curl(program, "/v1/tlsrpt", "-H", as_gzip, body=packed) == (201, {"outcome": "stored"})
    assert await curl(program, "/v1/tlsrpt", "-H", as_json, body=plain) == (201, {"outcome": "stored"})
    assert await curl(program, "/v1/tlsrpt", "-H", as_json, body=plain) == (200, {"outcome": "duplicate"})
    assert await curl(program, "/v1/tlsrpt", body=b"no report") == (202, {"outcome": "quarantined"})
    large = b" " * (11 * 2**20)
    assert (await curl(program, "/v1/tlsrpt", "-H", "Expect: 100-continue", body=large))[0] == 413
    assert (await curl(program, "/v1/tlsrpt", body=large))[0] == 413
    assert (await curl(program, "/v1/tlsrpt/nobody", body=plain))[0] == 404
    (added,) = await program.ask("domain add c.example.com")
    token = added["report_address"].partition("@")[0]
    assert (await curl(program, f"/v1/tlsrpt/{token}", body=report("c.example.com", 3)))[0] == 201
    assert token not in program.log
    assert await program.sessions() == {"a.example.com": 7, "b.example.com": 5, "c.example.com": 3}


async def test_what_was_answered_survives_kill_9_and_counts_once(folder):
    chance = random.Random(SEED)
    wanted = {f"d{number}.example.com": number for number in range(1, ROUNDS * UPLOADS_PER_ROUND + 1)}
    bodies = {domain: report(domain, total) for domain, total in wanted.items()}
    names = list(bodies)
    acknowledged: set[str] = set()
    async with installed(folder) as program:
        await program.start()
        for number in range(ROUNDS):
            some = names[number * UPLOADS_PER_ROUND : (number + 1) * UPLOADS_PER_ROUND]
            uploading = Uploading(program, {name: bodies[name] for name in some})
            task = asyncio.create_task(uploading.run())
            await uploading.until_begun(chance.randrange(5, UPLOADS_PER_ROUND - 10))
            program.kill()
            await task
            assert set(uploading.answers.values()) <= {201}
            acknowledged |= uploading.answers.keys()
            await program.start()
            kept = await program.sessions()
            assert acknowledged <= kept.keys(), "an upload that was answered with 201 is lost"
            assert kept == {domain: wanted[domain] for domain in kept}, "something counts twice, or was made up"
        assert 0 < len(kept) < len(wanted), "the crashes came too early or too late to prove anything"
        again = Uploading(program, bodies)
        await again.run()
        assert again.answers.keys() == wanted.keys()
        assert set(again.answers.values()) == {200, 201}
        assert await program.sessions() == wanted
        await program.stop()


async def test_a_database_that_is_locked_is_said_and_is_over_without_a_restart(program, folder):
    url = f"http://127.0.0.1:{program.http_port}/v1/tlsrpt"
    async with aiohttp.ClientSession() as client:
        with closing(sqlite3.connect(folder / "data" / "tlsrpt.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with client.post(url, data=report("a.example.com", 7)) as response:
                assert (response.status, response.headers["Retry-After"]) == (503, "60")
            other.execute("ROLLBACK")
        async with client.post(url, data=report("b.example.com", 5)) as response:
            assert response.status == 201
        await program.until(lambda: len(program.events("upload taken")) == 2)  # nobody had to come again
        async with client.post(url, data=report("a.example.com", 7)) as response:
            assert response.status == 200
    assert await program.sessions() == {"a.example.com": 7, "b.example.com": 5}


async def test_health_and_figures(program):
    assert await get(program, "/readyz") == (200, '{"status": "ready"}')
    uploading = Uploading(program, {"a": report("a.example.com", 1), "b": b"nothing"})
    await uploading.run()
    _, page = await get(program, "/metrics")
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert found["tlsrpt_reports_total", "stored", "https"] == 1
    assert found["tlsrpt_quarantined_total", "no-report"] == 1
    assert not isnan(found["tlsrpt_newest_report_age_seconds",])
    assert (await get(program, "/metrics", headers={"X-Forwarded-For": "198.51.100.1"}))[0] == 403


async def test_a_chat_that_is_away_is_not_ready_and_all_else_goes_on(folder, slack):
    async with running(folder, **on(slack)) as program:
        assert (await get(program, "/readyz"))[0] == 200
        slack.fail("socket", *[Broken(503)] * 10_000)
        await slack.drop()
        async with asyncio.timeout(20):
            status = 200
            while status == 200:
                status, page = await get(program, "/readyz")
        assert (status, json.loads(page)["not_ready"]) == (503, {"slack": "not connected"})
        uploading = Uploading(program, {"a": report("a.example.com", 1)})
        await uploading.run()
        assert uploading.answers == {"a": 201}


async def test_the_heartbeat_is_fetched_as_soon_as_all_is_well(folder):
    beats: list[str] = []

    async def beat(request):
        beats.append(request.path)
        return web.Response()

    application = web.Application()
    application.router.add_get("/{id}", beat)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/secret"
    async with running(folder, TLSRPT_HEARTBEAT_URL=url) as program:
        await program.until(lambda: beats)
        assert "secret" not in program.log
    await runner.cleanup()
    assert set(beats) == {"/secret"}
