"""A mail in a mailbox: when it came, to which of our addresses, and whether it was meant as a report."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.imap.letter import MOST_RECIPIENTS, is_meant_as_report, original_of
from ingest.reader.limits import ReadLimits
from storage.arrival import Source
from tests.builders import NOW

LIMITS = ReadLimits()
OURS = "@reports.example.net"
HEAD = b"""Return-Path: <bounce@sender.example>
Delivered-To: team@company.example
X-Original-To:
	abc@reports.example.net
to: "A, B" <TLS@reports.example.net>, other@elsewhere.example
Cc: c@reports.example.net
Date: Tue, 10 Mar 2026 04:00:00 +0000
Subject: Delivered-To: no@reports.example.net

To: body@reports.example.net
"""


def original(body=HEAD, stored_at=NOW - timedelta(hours=1)):
    return original_of(body, stored_at, lambda address: address.endswith(OURS), NOW)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_our_addresses_are_those_of_the_header(end):
    found = original(HEAD.replace(b"\n", end))
    assert found.recipients == ("abc@reports.example.net", "TLS@reports.example.net", "c@reports.example.net")
    assert found.envelope_from == "bounce@sender.example"
    assert (found.source, found.media_type) == (Source.IMAP, "message/rfc822")


@pytest.mark.parametrize("body", [b"", b"\n", b"\x00\xff", b"To:", b"To: @", b"Return-Path: <>\n\n", b"x" * 100_000])
def test_a_header_that_is_none_names_nobody(body):
    assert (original(body).recipients, original(body).envelope_from) == ((), "")


def test_a_header_beyond_measure_is_read_in_part_and_quickly():
    many = b"".join(b"Delivered-To: a%d@reports.example.net\r\n" % number for number in range(200_000))
    assert len(original(many).recipients) == MOST_RECIPIENTS
    original(b"To: " + b"a" * 10_000_000)
    original(b"To: " + b"a@" * 5_000_000)
    original(b"To:" + b"\n " * 5_000_000)


def test_a_mail_came_when_the_server_says():
    assert original().arrived_at == NOW - timedelta(hours=1)


@pytest.mark.parametrize("wrong", [None, NOW + timedelta(days=1), datetime(1970, 1, 1, tzinfo=UTC)])
def test_without_a_possible_time_it_came_just_now(wrong):
    assert original(stored_at=wrong).arrived_at == NOW


def test_an_old_mail_that_was_copied_into_the_mailbox_is_history():
    old = HEAD.replace(b"10 Mar 2026", b"10 Jan 2025")
    assert original(old).arrived_at == datetime(2025, 1, 10, 4, tzinfo=UTC)


def test_a_mail_that_was_long_on_its_way_is_news():
    late = HEAD.replace(b"10 Mar 2026", b"05 Mar 2026")
    assert original(late).arrived_at == NOW - timedelta(hours=1)


def mail(head=b"Subject: lunch", part=b"Content-Type: text/plain\r\n\r\nhello"):
    start = b"From: a@b.example\r\n" + head + b"\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    return start + b"--x\r\n" + part + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    "meant",
    [
        mail(head=b"TLS-Report-Domain: example.com"),
        mail(head=b"TLS-Report-Submitter: sender.example"),
        mail(head=b"Subject: Report Domain: example.com\r\n Submitter: sender.example Report-ID: <1>"),
        b'Content-Type: multipart/report; report-type="tlsrpt"; boundary=x\r\n\r\n--x--',
        mail(part=b"Content-Type: application/tlsrpt+gzip\r\n\r\nH4sI"),
        mail(part=b"Content-Type: Application/TLSRPT+json\r\n\r\n{"),
        mail(part=b'Content-Disposition: attachment; filename="a.example!b.example!1!2.json.gz"\r\n\r\nH4sI'),
        mail(part=b"Content-Type: application/gzip; name=a!b!1!2!001.JSON\r\n\r\nH4sI"),
        b"Content-Type: message/rfc822\r\n\r\n" + mail(part=b"Content-Type: application/tlsrpt+gzip\r\n\r\nH4sI"),
    ],
)
def test_what_is_meant_as_a_report(meant):
    assert is_meant_as_report(meant, LIMITS)


@pytest.mark.parametrize(
    "private",
    [
        b"",
        mail(),
        mail(head=b"Subject: Re: Report Domain: example.com Submitter: sender.example"),
        mail(head=b"Subject: report domain of example.com"),
        mail(part=b"Content-Type: application/json; name=data.json\r\n\r\n{}"),
        mail(part=b"Content-Type: application/gzip; name=wow!.json.gz\r\n\r\n"),
        mail(part=b"Content-Type: application/zip; name=a.example!b.example!1!2.xml.zip\r\n\r\nPK"),
        mail(part=b"Content-Type: text/plain\r\n\r\n> Content-Type: application/tlsrpt+gzip\r\n> TLS-Report-Domain: x"),
        mail(part=b"Content-Type: text/plain\r\n\r\nContent-Type: application/tlsrpt+gzip\r\nTLS-Report-Domain: x"),
    ],
)
def test_what_is_the_business_of_people(private):
    assert not is_meant_as_report(private, LIMITS)
