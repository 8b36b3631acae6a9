"""Which domains may sign for which authors."""

import pytest
from publicsuffixlist import PublicSuffixList

from ingest.dkim.alignment import are_aligned, dns_labels, domain_name


@pytest.fixture(scope="module")
def suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@pytest.mark.parametrize(
    ("signer", "author"),
    [
        ("google.com", "google.com"),
        ("google.com", "mail.google.com"),
        ("mail.google.com", "google.com"),
        ("a.example.co.uk", "b.example.co.uk"),
        ("xn--bcher-kva.example", "post.xn--bcher-kva.example"),
    ],
)
def test_one_organisation_is_aligned(signer: str, author: str, suffixes: PublicSuffixList) -> None:
    assert are_aligned(signer, author, suffixes)


@pytest.mark.parametrize(
    ("signer", "author"),
    [
        ("co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("com", "google.com"),
        ("a.co.uk", "b.co.uk"),
        ("a.github.io", "b.github.io"),
        ("evilgoogle.com", "google.com"),
        ("google.com.evil.example", "google.com"),
        ("localhost", "localhost"),
    ],
)
def test_different_organisations_and_public_suffixes_are_not_aligned(
    signer: str, author: str, suffixes: PublicSuffixList
) -> None:
    assert not are_aligned(signer, author, suffixes)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Google.COM.", "google.com"),
        ("_spf.example", "_spf.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("a.1a", "a.1a"),
    ],
)
def test_a_domain_becomes_a_lower_case_a_label(text: str, name: str) -> None:
    assert domain_name(text) == name


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a..b", "1.2.3.4", "a b.c", "a/b.c", "é" * 300, "a." * 127 + "a", "\ud800.c"]
)
def test_what_cannot_be_a_domain_is_none(text: str) -> None:
    assert domain_name(text) is None


def test_a_selector_may_be_a_number_or_have_dots() -> None:
    assert dns_labels("20230601") == "20230601"
    assert dns_labels("Key1.Mail") == "key1.mail"
    assert dns_labels("a\\.b") is None
