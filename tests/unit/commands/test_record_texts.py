"""`rua=` and `mx=`: whatever is typed, it is refused with a sentence, or printed so that a strict reader takes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.question import UsageError
from commands.records.dns_record import TXT, DnsRecord, character_strings, zone_line
from commands.records.policy import Mode, policy_text, read_mx
from commands.records.rua import read_rua
from commands.records.tlsrpt import tlsrpt_record
from tests.publication_grammar import read_policy, read_tlsrpt, read_zone

PIECES = st.sampled_from(
    (
        *("mailto:", "https://", "http://", "a", "@", ".", "*", ",", ";", "!", "%", "2C", ":", "?", "#", "/", "é"),
        *("\\", '"', " ", "\t", "_", "-", "example", "net", "10m", "[", "]", "\u202e", "\x00", "\ud800", "|", "="),
        *("&", "1", "65536"),
    )
)
TYPED = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))


@pytest.mark.parametrize(
    ("typed", "uris"),
    [
        ("tls@example.net", ["mailto:tls@example.net"]),
        ("MailTo:Tls@Example.NET.", ["mailto:Tls@example.net"]),
        ("a@x.example, b@x.example ,a@x.example,", ["mailto:a@x.example", "mailto:b@x.example"]),
        ("a+tls_1@bücher.example", ["mailto:a+tls_1@xn--bcher-kva.example"]),
        ("a!b@x.example", ["mailto:a%21b@x.example"]),
        ("mailto:a%21b@x.example", ["mailto:a%21b@x.example"]),
        ("a%2Cb@x.example,mailto:a%3Bb@x.example", ["mailto:a%2Cb@x.example", "mailto:a%3Bb@x.example"]),
        ("mailto:a@x.example?subject=tls;1", ["mailto:a@x.example?subject=tls%3B1"]),
        ("HTTPS://C.Example:8443/v1;a=1!/%2C?q=a b", ["https://c.example:8443/v1%3Ba=1%21/%2C?q=a%20b"]),
        ("https://c.example", ["https://c.example"]),
        ("https://c.example/é", ["https://c.example/%C3%A9"]),
        ("https://c.example?x=1", ["https://c.example?x=1"]),
    ],
)
def test_destinations_are_printed_as_uris(typed, uris):
    found = read_rua(typed)
    assert list(found) == uris
    assert read_tlsrpt(tlsrpt_record("example.com", found).value) == uris


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (",", "names nothing"),
        ("example.net", "neither a mail address nor an https URL"),
        ("ftp://example.net", "neither"),
        ("javascript:alert(1)@x", "neither"),
        ("http://example.net/tls", "http"),
        ("a@b@", "not a mail address"),
        ("@example.net", "not a mail address"),
        ("a..b@example.net", "not a mail address"),
        ("a b@example.net", "not a mail address"),
        ("é@example.net", "not a mail address"),
        ("a@192.0.2.1", "not a mail address"),
        (f"{'a' * 65}@example.net", "not a mail address"),
        ("mailto:a@example.net!10m", "size limit"),
        ("mailto:a@example.net%2110M", "size limit"),
        ("mailto:50%@example.net", "hexadecimal"),
        ("https:example.net", "not an https URL"),
        ("https://user:secret@example.net/", "not an https URL"),
        ("https://example.net/#here", "not an https URL"),
        ("https://example.net:0/", "not an https URL"),
        ("https://example.net:65536/", "not an https URL"),
        ("https://192.0.2.1/", "not an https URL"),
        ("https://ex%61mple.net/", "not an https URL"),
        ("https:///path", "not an https URL"),
        ("https://example.net/%zz", "hexadecimal"),
        ("a@x.example,https://y.example/a,b", "%2C"),
    ],
)
def test_what_is_no_destination_is_refused_with_the_reason(typed, why):
    with pytest.raises(UsageError) as refusal:
        read_rua(typed)
    assert refusal.value.code == "bad-rua"
    assert why in refusal.value.message
    assert "`rua=" in refusal.value.message


@pytest.mark.parametrize(
    ("typed", "patterns"),
    [
        ("MX1.Example.COM.", ["mx1.example.com"]),
        ("mx1.example.com, *.example.net,mx1.example.com", ["mx1.example.com", "*.example.net"]),
        ("mail.bücher.example", ["mail.xn--bcher-kva.example"]),
    ],
)
def test_mx_hosts_are_printed_as_patterns(typed, patterns):
    found = read_mx(typed)
    assert list(found) == patterns
    assert read_policy(policy_text(Mode.TESTING, found))["mx"] == patterns


@pytest.mark.parametrize(
    "typed",
    [
        *(",", ".", "*", "*.", "mx1", "*.com", "mx*.example.com", "*.*.example.com", "a.*.example.com"),
        *("**.example.com", "192.0.2.1", "[192.0.2.1]", "2001:db8::1", "mx_1.example.com", "mx.example.com:25"),
        *("mx.example.com\nmx: x.y", "-mx.example.com", "mx..example.com", f"{'a' * 64}.example.com"),
        *("mailto:a@b.example", "mx 1.example.com"),
    ],
)
def test_what_is_no_host_is_refused_with_the_right_form(typed):
    with pytest.raises(UsageError) as refusal:
        read_mx(typed)
    assert refusal.value.code == "bad-mx"
    assert "`mx=mx1.example.com" in refusal.value.message


def test_the_old_form_of_a_wildcard_is_answered_with_the_new_one():
    with pytest.raises(UsageError, match=r"`\*\.example\.com`"):
        read_mx(".example.com")


@given(TYPED)
def test_any_destination_is_refused_or_printed_soundly(typed):
    try:
        uris = read_rua(typed)
    except UsageError:
        return
    record = tlsrpt_record("example.com", uris)
    assert read_zone(zone_line(record)) == {"_smtp._tls.example.com.": record.value}
    assert read_tlsrpt(record.value) == list(uris)


@given(TYPED)
def test_any_host_is_refused_or_printed_soundly(typed):
    try:
        patterns = read_mx(typed)
    except UsageError:
        return
    assert read_policy(policy_text(Mode.ENFORCE, patterns))["mx"] == list(patterns)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=700))
def test_any_text_survives_the_zone_file(text):
    assert read_zone(zone_line(DnsRecord("a.example", TXT, text))) == {"a.example.": text}
    assert all(len(string) <= 255 for string in character_strings(text))
