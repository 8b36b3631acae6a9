"""What an upload is: the bytes decide."""

import gzip
from datetime import UTC, datetime

import pytest

from ingest.delivery import MAIL, read_content
from ingest.https.original import original_of
from ingest.reader.mail import ReadLimits
from storage.arrival import Source
from tests.mails.build import frame, gzipped, mail, text

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
RECIPIENT = "abc@reports.example.net"
FORM = "multipart/form-data; boundary=xyz"


def form(content):
    head = b'Content-Disposition: form-data; name="f"; filename="a!b.json.gz"\r\nContent-Type: application/gzip\r\n\r\n'
    return b"--xyz\r\n" + head + content + b"\r\n--xyz--\r\n"


@pytest.mark.parametrize("said", ["", "application/tlsrpt+gzip", "text/html", FORM, "multipart/", "é"])
@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (text(), "application/json"),
        (b"\xef\xbb\xbf  " + text(), "application/json"),
        (gzip.compress(text()), "application/gzip"),
        (gzip.compress(gzip.compress(text())), "application/gzip"),
    ],
)
def test_a_report_is_read_whatever_the_sender_calls_it(said, body, media_type):
    original = original_of(body, said, RECIPIENT, NOW)
    assert (original.media_type, original.body, original.source) == (media_type, body, Source.HTTPS)
    assert original.recipients == (RECIPIENT,)
    assert len(read_content(original, ReadLimits()).found) == 1


def test_a_whole_mail_is_a_mail():
    original = original_of(mail(gzipped(text()), head=frame()), "application/octet-stream", RECIPIENT, NOW)
    assert original.media_type == MAIL
    assert len(read_content(original, ReadLimits()).found) == 1


@pytest.mark.parametrize("content", [text(), gzip.compress(text())])
def test_the_file_in_a_form_is_found_and_can_be_read_again(content):
    original = original_of(form(content), FORM, RECIPIENT, NOW)
    assert original.media_type == MAIL
    (found,) = read_content(original, ReadLimits()).found
    assert found.file_name == "a!b.json.gz"
