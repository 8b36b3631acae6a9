"""Reports that are posted: what becomes of each, over a real connection and in a real database."""

import gzip
import json

import pytest
from aiohttp import FormData

from storage import domains
from storage.reception_tables import Quarantined
from storage.tables import Original, Report
from tests.asking import rows
from tests.builders import NOW
from tests.https_running import DOMAIN, SHARED, answer, real_store, serving, upload_head
from tests.mails.build import text


@pytest.fixture
async def running(db):
    async with real_store(db) as store, serving(store, db) as running:
        yield running


def registered_token(db):
    with db.writing() as connection:
        return domains.register(connection, "example.com", "somebody", NOW).token


async def test_a_report_is_on_disk_when_it_is_answered_and_its_copy_counts_once(running, db):
    body = gzip.compress(text())
    assert await running.post(body) == (201, {"outcome": "stored"})
    assert rows(db, Original, "body", "media_type", "source", "recipients") == [
        (body, "application/gzip", "https", [SHARED])
    ]
    assert await running.post(text()) == (200, {"outcome": "duplicate"})
    assert rows(db, Report, "source", "copies", "dkim") == [("https", 2, "unchecked")]


async def test_the_token_of_a_registered_domain_says_for_whom_it_came(running, db):
    token = registered_token(db)
    assert (await running.post(text(), f"/v1/tlsrpt/{token}"))[0] == 201
    assert rows(db, Original, "recipients") == [([f"{token}@{DOMAIN}"],)]


@pytest.mark.parametrize(
    "token", ["unknown", "postmaster", "tls-reports", "tls_reports", "a%00b", "%22x%22", "a@b", "é", "x" * 5_000, "%ff"]
)
async def test_whoever_has_no_token_of_ours_is_told_so_and_nothing_is_kept(running, db, token):
    status, said = await running.post(text(), f"/v1/tlsrpt/{token}")
    assert (status, said["error"]) == (404, "unknown-address")
    assert rows(db, Original) == []


async def test_a_token_in_other_spellings_of_a_mail_address_is_none(running, db):
    token = registered_token(db)
    for spelling in (f"%22{token}%22", f" {token}", f"{token}@{DOMAIN}"):
        assert (await running.post(text(), f"/v1/tlsrpt/{spelling}"))[0] == 404


async def test_without_a_shared_address_there_is_no_shared_url(db):
    async with real_store(db) as store:
        store._addresses._shared = ""
        async with serving(store, db) as running:
            assert (await running.post(text()))[0] == 404


@pytest.mark.parametrize("media_type", ["application/tlsrpt+json", "text/plain", "x", "application/gzip; é"])
async def test_no_media_type_is_refused(running, media_type):
    assert (await running.post(text(), headers={"Content-Type": media_type}))[0] == 201


@pytest.mark.parametrize("layers", [1, 2])
async def test_gzip_as_an_encoding_of_the_transfer_is_unpacked_once_and_twice(running, db, layers):
    body = text()
    for _ in range(layers):
        body = gzip.compress(body)
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/tlsrpt+gzip"}
    assert (await running.post(body, headers=headers))[0] == 201
    assert rows(db, Original, "body") == [(body,)], "what came is kept as it came"


async def test_a_bomb_is_kept_packed_and_not_unpacked(running, db):
    bomb = gzip.compress(b"0" * 100 * 2**20)
    assert await running.post(bomb, headers={"Content-Encoding": "gzip"}) == (202, {"outcome": "quarantined"})
    assert rows(db, Quarantined, "reason", "size") == [("too-large-inflated", len(bomb))]


async def test_a_form_with_a_file_is_read(running):
    form = FormData()
    form.add_field("file", gzip.compress(text()), filename="report.json.gz")
    assert (await running.post(form))[0] == 201


async def test_what_is_no_report_is_kept_and_its_sender_need_not_come_again(running, db):
    assert await running.post(b"hello") == (202, {"outcome": "quarantined"})
    assert rows(db, Quarantined, "reason") == [("no-report",)]


async def test_an_empty_body_is_a_mistake(running):
    status, said = await running.post(b"")
    assert (status, said["error"]) == (400, "empty")


async def test_a_body_in_chunks_is_taken(running):
    async def chunks():
        body = text()
        for start in range(0, len(body), 100):
            yield body[start : start + 100]

    assert (await running.post(chunks()))[0] == 201


async def test_several_uploads_come_over_one_connection(running):
    body = text()
    reader, writer = await running.raw((upload_head(len(body)) + body) * 3)
    writer.write(upload_head(len(body), "Connection: close") + body)
    said = await answer(reader)
    assert said.count(b"HTTP/1.1 201 ") == 1
    assert said.count(b"HTTP/1.1 200 ") == 3


@pytest.mark.parametrize("path", ["/v1/tlsrpt", "/v1/tlsrpt/abc"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_not_for_uploads(running, method, path):
    async with running.client.request(method, path) as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")


async def test_other_paths_lead_nowhere(running):
    for path in ("/", "/v1", "/v1/tlsrpt/", "/v1/tlsrpt/a/b", "/v1/tlsrpt/../../healthz/x", "/favicon.ico"):
        status, said = await running.post(text(), path)
        assert (status, json.dumps(said).count("not-found")) == (404, 1), path


async def test_a_mail_that_its_sender_posts_is_read_like_one(running, db):
    body = b"Subject: hello\r\nContent-Type: application/json\r\n\r\n" + text()
    assert (await running.post(body))[0] == 201
    assert rows(db, Original, "media_type") == [("message/rfc822",)]
