import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.knowledge.entry import Family
from commands.result_types import (
    RESULT_TYPES,
    fix_in_short,
    in_short,
    is_known,
    nearest_type,
    normal_name,
    reason_in_short,
    subject_in_short,
)

RFC_8460 = {
    "starttls-not-supported": Family.NEGOTIATION,
    "certificate-host-mismatch": Family.NEGOTIATION,
    "certificate-expired": Family.NEGOTIATION,
    "certificate-not-trusted": Family.NEGOTIATION,
    "validation-failure": Family.GENERAL,
    "tlsa-invalid": Family.DANE,
    "dnssec-invalid": Family.DANE,
    "dane-required": Family.DANE,
    "sts-policy-fetch-error": Family.STS_POLICY,
    "sts-policy-invalid": Family.STS_POLICY,
    "sts-webpki-invalid": Family.STS_POLICY,
}
ENTRIES = list(RESULT_TYPES.values())


def test_every_type_of_rfc_8460_is_known_with_its_family():
    assert {name: RESULT_TYPES[name].family for name in RFC_8460} == RFC_8460


def test_only_two_words_are_not_of_rfc_8460():
    assert set(RESULT_TYPES) - set(RFC_8460) == {"certificate-not-valid-yet", "not-itemised"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_is_complete_and_calm(entry):
    texts = [entry.meaning, entry.effect, entry.who, *entry.causes, *entry.fix]
    assert all(text.endswith(".") for text in texts)
    assert "!" not in " ".join(texts)
    assert "nforce" in entry.effect or "MTA-STS mode" in entry.effect or "MTA-STS testing mode" in entry.effect
    assert "DANE" in entry.effect
    assert len(entry.causes) >= 3
    assert entry.confirm
    assert "RFC" in entry.reference
    assert entry.with_subject.count("{}") == 1
    assert not entry.in_short.endswith(".")
    assert not entry.fix_in_short.endswith(".")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_command_to_copy_is_a_shell_command_on_the_example_names(entry):
    for look in entry.confirm:
        assert subprocess.run(["/bin/sh", "-n", "-c", look.command], check=False).returncode == 0  # noqa: S603 our own texts
        assert re.search(r"\b(mx1\.|mta-sts\.)?example\.com\b", look.command)
        assert look.command.split()[0] in {"openssl", "dig", "delv", "curl"}


@pytest.mark.parametrize("text", ["Certificate Expired", "CERTIFICATE_EXPIRED", " certificate-expired "])
def test_a_type_is_known_in_any_spelling(text):
    assert is_known(text)
    assert in_short(text) == "the certificate has expired"
    assert fix_in_short(text) == "renew the certificate and reload the mail server"


def test_the_clause_about_a_server_names_the_host():
    clause = subject_in_short("certificate-expired", host="mx1.example.com", domain="example.com")
    assert clause == "the certificate of mx1.example.com has expired"


def test_the_clause_about_a_policy_names_the_domain():
    clause = subject_in_short("sts-policy-fetch-error", host="mx1.example.com", domain="example.com")
    assert clause == "the MTA-STS policy of example.com cannot be fetched"


def test_the_clause_without_a_name_speaks_of_the_failure_alone():
    assert subject_in_short("certificate-expired", domain="example.com") == "the certificate has expired"


def test_braces_in_a_host_name_do_no_harm():
    assert "{0.__class__}" in subject_in_short("certificate-expired", host="{0.__class__}")


def test_an_unlisted_type_is_quoted_cleaned():
    assert in_short("certificate-revoked") == "the sender says `certificate-revoked`"
    assert "\x1b" not in subject_in_short("a\x1b[31m", host="mx1.example.com")
    assert in_short("") == "the sender gives no detail"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("certificate-expird", "certificate-expired"),
        ("starttls-not-suported", "starttls-not-supported"),
        ("certificate-revoked", "certificate-not-trusted"),
        ("expired", "certificate-expired"),
        ("dane-tlsa-mismatch", "tlsa-invalid"),
        ("dnssec-bogus", "dnssec-invalid"),
        ("mta-sts-policy-broken", "sts-policy-invalid"),
        ("policy-fetch-timeout", "sts-policy-fetch-error"),
        ("tls-handshake-failed", "validation-failure"),
    ],
)
def test_an_unlisted_type_leads_to_the_nearest_one(text, name):
    entry = nearest_type(text)
    assert entry is not None
    assert entry.name == name


@pytest.mark.parametrize("text", ["", "testing", "frobnicate", "x" * 10_000])
def test_a_word_that_points_nowhere_leads_nowhere(text):
    assert nearest_type(text) is None
    assert fix_in_short(text)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MX_HOSTS_MISMATCH", "not named in the MTA-STS policy"),
        ("VALIDATION_FAILURE", "says no more"),
        ("X509_V_ERR_CERT_HAS_EXPIRED", "has expired"),
        ("X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "an intermediate was not sent"),
        ("X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED", "proxy certificate"),
        ("bad https response code: 404", "no policy file"),
        ("bad https response code: 500", "an error of its own"),
        ("bad https response code: 302", "a redirect"),
        ('Get "https://mta-sts.x.example/": context deadline exceeded', "did not answer in time"),
        ("dns-extended-error-7-Signature-Expired", "DNSSEC validation"),
    ],
)
def test_reason_codes_that_senders_write_are_explained(code, words):
    assert words in reason_in_short(code)


@pytest.mark.parametrize("code", ["", "123", "<!channel> @everyone", "4.7.5 [internal]", "order code: 4041"])
def test_other_reason_codes_are_left_alone(code):
    assert reason_in_short(code) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_short_clauses(text):
    assert in_short(text)
    assert fix_in_short(text)
    reason_in_short(text)
    assert normal_name(normal_name(text)) == normal_name(text)
