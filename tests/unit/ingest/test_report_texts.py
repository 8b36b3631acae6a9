"""The texts of a report, made uniform: domains, hosts, addresses, policies, words of strangers."""

import pytest

from ingest.reader.report import parse_reports
from storage.report import Policy
from tests.mails.build import ABSENT, FAILURE, POLICY, generous, report


def first_policy(*changes) -> Policy:
    (found,) = parse_reports(report(*changes), generous())
    return found.policies[0]


@pytest.mark.parametrize(
    ("path", "value", "field", "expected"),
    [
        ("result-type", "CERTIFICATE_EXPIRED", "result_type", "certificate-expired"),
        ("result-type", "certificate-revoked", "result_type", "certificate-revoked"),
        ("result-type", "", "result_type", ""),
        ("sending-mta-ip", "[IPv6:2001:DB8::10]", "sending_mta_ip", "2001:db8::10"),
        ("sending-mta-ip", "x.x.x.x", "sending_mta_ip", "x.x.x.x"),
        ("sending-mta-ip", ["192.0.2.9"], "sending_mta_ip", "192.0.2.9"),
        ("receiving-mx-hostname", "MX1.Example.COM.", "receiving_mx_hostname", "mx1.example.com"),
        ("receiving-mx-helo", "250-mx1.example.com\r\n250-SIZE 5\r\n250 X", "receiving_mx_helo", "mx1.example.com"),
        ("receiving-mx-helo", "mx1.example.com\r\n250-SIZE", "receiving_mx_helo", "mx1.example.com"),
        ("failure-reason-code", 4, "reason_code", "4"),
        ("failure-reason-code", "<!channel> `x`", "reason_code", "<!channel> `x`"),
        ("failure-reason-code", "a\nb\u202ec\x00\u2028d", "reason_code", "a bc d"),
        ("failure-reason-code", "x" * 100_000, "reason_code", "x" * 300),
        ("failure-reason-code", {"a": 1}, "reason_code", ""),
        ("additional-information", "javascript:alert(1)", "additional_information", "javascript:alert(1)"),
    ],
)
def test_texts_of_a_detail_are_made_uniform(path, value, field, expected):
    assert getattr(first_policy(((*FAILURE, path), value)).failures[0], field) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Example.COM.", "example.com"),
        (" example.com ", "example.com"),
        ("göpher.test", "xn--gpher-jua.test"),
        ("xn--a.example", "xn--a.example"),
        ("_25._tcp.mx.example.com", "_25._tcp.mx.example.com"),
        ("[192.0.2.1]", "[192.0.2.1]"),
        ("<B>x</b>.example", "<b>x</b>.example"),
        ("<!channel>\u202e\x07", "<!channel>"),
        ("a" * 300, "a" * 255),
        (5, "5"),
        (["example.com"], "example.com"),
        ("", None),
        (None, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_policy_domain_is_canonical_or_kept_as_it_is(value, expected):
    assert first_policy(((*POLICY, "policy-domain"), value)).policy_domain == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("STS", "sts"), ("no_policy_found", "no-policy-found"), ("mta-sts", "mta-sts"), ("", ""), (1, "1"), (None, "")],
)
def test_a_policy_type_is_lower_cased_and_otherwise_kept(value, expected):
    assert first_policy(((*POLICY, "policy-type"), value)).policy_type == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("version: STSv1\r\nmode: testing\n", ("version: STSv1", "mode: testing")),
        (["version: STSv1\nmode: testing"], ("version: STSv1", "mode: testing")),
        (["mode: testing\r", "", None], ("mode: testing",)),
        ([3, 1, 1, None], ("3", "1", "1")),
        (['["3 1 1 0AEF","3 1 1 1BFF"]'], ("3 1 1 0AEF", "3 1 1 1BFF")),
        (["[not json"], ("[not json",)),
        (["[" * 5000], ("[" * 1000,)),
        ("", ()),
        (None, ()),
    ],
    ids=lambda value: str(value)[:30],
)
def test_policy_strings_are_one_line_each(value, expected):
    assert first_policy(((*POLICY, "policy-string"), value)).policy_strings == expected


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("mx-host", "*.mail.example.com", ("*.mail.example.com",)),
        ("mx-host", ["mx: MX1.example.com.", ""], ("mx1.example.com",)),
        ("mx-host", "a.example, b.example", ("a.example", "b.example")),
        ("mx-host", None, ()),
        ("mx-host-pattern", ["a.example"], ("a.example",)),
    ],
)
def test_mx_hosts_are_read_from_list_and_text(key, value, expected):
    assert first_policy(((*POLICY, "mx-host"), ABSENT), ((*POLICY, key), value)).mx_hosts == expected
