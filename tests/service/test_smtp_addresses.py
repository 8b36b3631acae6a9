"""Addresses: of recipients, and to listen on."""

import pytest

from ingest.listen import ListenAddress, parse_listen
from ingest.smtp.envelope import AddressKind, address_kind, split_address, split_path

DOMAIN = "reports.example.net"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("<a@b.example>", ("a@b.example", "")),
        ("<a@b.example> SIZE=1 BODY=8BITMIME", ("a@b.example", " SIZE=1 BODY=8BITMIME")),
        ("<>", ("<>", "")),
        ("<@relay.example,@other.example:a@b.example>", ("a@b.example", "")),
        ('<"a>b c"@d.example>', ('"a>b c"@d.example', "")),
        (r'<"a\"b"@d.example> X=1', (r'"a\"b"@d.example', " X=1")),
        ("a@b.example SIZE=1", ("a@b.example", " SIZE=1")),
        ("<" + "a" * 310 + "@b.example>", ("a" * 310 + "@b.example", "")),
        ("<jörg@bücher.example>", ("jörg@bücher.example", "")),
    ],
)
def test_the_path_is_taken_off_the_front(text, path):
    assert split_path(text) == path


@pytest.mark.parametrize(
    "text", ["", "<", "<a", "a>", "<a@b>c", "<a b@c>", "<<a@b>>", '<"a@b>', " <a@b>", "<" + "a" * 311 + "@b.example>"]
)
def test_what_is_no_path_is_none(text):
    assert split_path(text) is None


def test_a_hostile_path_is_judged_at_once():
    assert split_path('<"' + r"\"" * 100_000) is None
    assert split_path("<" + '""' * 100_000) is None


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("Tok@Reports.Example.NET.", ("Tok", DOMAIN)),
        ('"tls-reports"@reports.example.net', ("tls-reports", DOMAIN)),
        (r'"a\"b"@x.example', ('a"b', "x.example")),
        ("a@b@c.example", ("a@b", "c.example")),
        ("a@BÜCHER.example", ("a", "xn--bcher-kva.example")),
        ("postmaster", ("postmaster", "")),
        ("@x.example", ("", "x.example")),
        ("", ("", "")),
        ('"@x.example', ('"', "x.example")),
    ],
)
def test_an_address_is_a_local_part_and_a_canonical_domain(address, parts):
    assert split_address(address) == parts


@pytest.mark.parametrize("domain", ["\ud800.example", "a" * 300 + "ü", "\u2488com", "xn--\xfc", "ü..b", "\0ü"])
def test_a_domain_that_is_none_breaks_nothing(domain):
    found = split_address(f"x@{domain}")[1]
    assert found == domain.lower() or found.isascii()


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("k7f3@reports.example.net", AddressKind.TOKEN),
        ("K7F3@REPORTS.example.net.", AddressKind.TOKEN),
        ("tls-reports@reports.example.net", AddressKind.SHARED),
        ("TLS-Reports@Reports.Example.Net", AddressKind.SHARED),
        ('"tls-reports"@reports.example.net', AddressKind.SHARED),
        ("Postmaster@reports.example.net", AddressKind.POSTMASTER),
        ("postmaster", AddressKind.POSTMASTER),
        ("POSTMASTER", AddressKind.POSTMASTER),
        ("postmaster@elsewhere.example", AddressKind.FOREIGN),
        ("tls-reports@elsewhere.example", AddressKind.FOREIGN),
        ("tls-reports", AddressKind.FOREIGN),
        ("k7f3@sub.reports.example.net", AddressKind.FOREIGN),
        ("@reports.example.net", AddressKind.FOREIGN),
        ("postmaster@", AddressKind.FOREIGN),
        ("<>", AddressKind.FOREIGN),
        ("", AddressKind.FOREIGN),
    ],
)
def test_every_address_has_a_kind(address, kind):
    assert address_kind(address, DOMAIN, "tls-reports") is kind


def test_without_a_shared_address_there_is_none():
    assert address_kind("tls-reports@reports.example.net", DOMAIN, "") is AddressKind.TOKEN
    assert address_kind("@reports.example.net", DOMAIN, "") is AddressKind.FOREIGN


def test_the_report_domain_may_be_written_in_any_form():
    assert address_kind("k@xn--bcher-kva.example", "BÜCHER.example.", "x") is AddressKind.TOKEN


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("127.0.0.1:2525", (ListenAddress("127.0.0.1", 2525),)),
        ("127.0.0.1:2525, [::1]:25", (ListenAddress("127.0.0.1", 2525), ListenAddress("::1", 25))),
        ("[::]:25,0.0.0.0:25", (ListenAddress("::", 25), ListenAddress("0.0.0.0", 25))),
        (" LocalHost:0 ", (ListenAddress("localhost", 0),)),
        ("127.0.0.1:0,127.0.0.1:0", (ListenAddress("127.0.0.1", 0),) * 2),
        ("off", ()),
        (" OFF ", ()),
    ],
)
def test_addresses_to_listen_on_are_read(text, addresses):
    assert parse_listen(text) == addresses
    assert parse_listen(", ".join(map(str, addresses)) or "off") == addresses


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not host:port"),
        ("127.0.0.1", "not host:port"),
        (":25", "not host:port"),
        ("127.0.0.1:25,", "not host:port"),
        ("off,127.0.0.1:25", "not host:port"),
        ("127.0.0.1:smtp", "port is a number"),
        ("127.0.0.1:65536", "port is a number"),
        ("127.0.0.1:-1", "port is a number"),
        ("127.0.0.1:²", "port is a number"),
        ("127.0.0.1:" + "9" * 5000, "port is a number"),
        ("127.0.0.1:", "port is a number"),
        ("::1:25", "in brackets"),
        ("[::1:25", "in brackets"),
        ("[1.2.3.4]:25", "no IPv6 address"),
        ("ho st:25", "neither a host name"),
        ("-.:25", "neither a host name"),
        ("127.0.0.1:25, 127.0.0.1:25", "listed twice"),
    ],
)
def test_what_cannot_be_listened_on_is_said_in_a_sentence(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_listen(text)
