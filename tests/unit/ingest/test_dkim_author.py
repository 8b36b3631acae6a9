"""Who a mail is from, whatever stands in its From header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dkim.author import MAX_FROM_BYTES, UnclearAuthorError, author_domain


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        (b" noreply-smtp-tls-reporting@google.com\r\n", "google.com"),
        (b" <tlsrpt-noreply@microsoft.com>\r\n", "microsoft.com"),
        (b' "Report, Subsystem: @evil.example" <noreply-tls@Stalwart.Example>\r\n', "stalwart.example"),
        (b" Reports (of the day (all)) <a@b.example> (really)\r\n", "b.example"),
        (b' "a \\" b@evil.example" <x@b.example>\r\n', "b.example"),
        (b' "odd local"@b.example\r\n', "b.example"),
        (b" reports@old.example <x@b.example>\r\n", "b.example"),
        (b" =?utf-8?B?QsO8cm8=?=\r\n <x@b.example.>\r\n", "b.example"),
        ("x@Bücher.example\r\n".encode(), "xn--bcher-kva.example"),
        (b"x@xn--bcher-kva.example\r\n", "xn--bcher-kva.example"),
        ("Bücher <x@b.example>\r\n".encode("latin-1"), "b.example"),
    ],
)
def test_one_address_gives_its_domain(value: bytes, domain: str) -> None:
    assert author_domain([value]) == domain


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\r\n",
        b" nobody\r\n",
        b" @b.example\r\n",
        b" a@\r\n",
        b" a@b.example, c@d.example\r\n",
        b" <a@b.example> <c@d.example>\r\n",
        b" <a@b.example\r\n",
        b" a@b@c.example\r\n",
        b" a b@c.example\r\n",
        b" team: a@b.example, c@d.example;\r\n",
        b" <@relay.example:a@b.example>\r\n",
        b" a@[192.0.2.1]\r\n",
        b" a@192.0.2.1\r\n",
        b" a@b..example\r\n",
        b" a@-b.example\r\n",
        b' "a@b.example\r\n',
        b" (a@b.example\r\n",
        b" a@b.example\x00.evil.example\r\n",
        b" a@" + b"b" * 64 + b".example\r\n",
        b" a@" + b"b." * 200 + b"example\r\n",
        b" " + b"(" * 3000 + b"a@b.example\r\n",
        b" a@" + "☃".encode() + b".example\r\n",
        b" a@" + b"b" * MAX_FROM_BYTES,
    ],
)
def test_anything_but_one_address_with_a_domain_is_unclear(value: bytes) -> None:
    with pytest.raises(UnclearAuthorError):
        author_domain([value])


def test_the_reason_names_how_many_headers_there_are() -> None:
    with pytest.raises(UnclearAuthorError, match="no From header"):
        author_domain([])
    with pytest.raises(UnclearAuthorError, match="2 From headers"):
        author_domain([b"a@b.example", b"a@b.example"])


@given(st.binary(max_size=200) | st.text(alphabet='a@.<>(),"\\;: é\r\n', max_size=40).map(str.encode))
def test_any_bytes_give_a_domain_or_are_unclear(value: bytes) -> None:
    try:
        domain = author_domain([value])
    except UnclearAuthorError:
        return
    assert domain == domain.lower()
    assert domain.isascii()
