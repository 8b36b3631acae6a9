"""Domain names: one spelling to compare, one to show."""

import pytest

from storage.domain_name import canonical_domain, display_domain


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.com", "example.com"),
        (" Example.COM. ", "example.com"),
        ("göpher.test", "xn--gpher-jua.test"),
        ("GÖPHER.TEST", "xn--gpher-jua.test"),
        ("example。com", "example.com"),
        ("xn--74h.example", "xn--74h.example"),
        ("_25._tcp.mx.example.com", "_25._tcp.mx.example.com"),
        ("localhost", "localhost"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        ("1.example", "1.example"),
    ],
)
def test_a_name_is_brought_to_one_spelling(text, name):
    assert canonical_domain(text) == name
    assert canonical_domain(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a..example",
        ".example",
        "-a.example",
        "a-.example",
        "a b.example",
        "a@b.example",
        "<b>x</b>.example",
        "https://example.com",
        "example.com/",
        "*.example.com",
        "192.0.2.1",
        "[192.0.2.1]",
        "2001:db8::1",
        "5",
        "a" * 64 + ".example",
        "a." * 127 + "example",
        "ä" * 100_000,
        "☺.example",
        "a\u202eb.example",
        "a\x00.example",
    ],
    ids=lambda text: repr(text[:20]),
)
def test_what_is_no_domain_name_is_none(text):
    assert canonical_domain(text) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("example.com", "example.com"),
        ("xn--gpher-jua.test", "xn--gpher-jua.test (göpher.test)"),
        ("xn--a.example", "xn--a.example"),
        ("xn--74h.example", "xn--74h.example"),
        ("<xn--gpher-jua.test>", "<xn--gpher-jua.test>"),
        ("unknown", "unknown"),
    ],
)
def test_a_name_is_shown_with_its_readable_form_where_that_is_valid(name, shown):
    assert display_domain(name) == shown
