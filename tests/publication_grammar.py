"""Strict readers of what a domain publishes, after the ABNF of the RFCs: nothing is forgiven."""

import re

import dns.rdatatype
import dns.zonefile

_PCT = r"%[0-9A-Fa-f]{2}"
_URI_CHARACTER = rf"(?:[A-Za-z0-9\-._~:/?#@$&'()*+=]|{_PCT})"
"""RFC 3986 section 2 without comma, semicolon, exclamation mark (RFC 8460 section 3) and brackets."""
_URI = rf"[A-Za-z][A-Za-z0-9+.\-]*:{_URI_CHARACTER}+"
_TLSRPT = re.compile(rf"v=TLSRPTv1(?:[ \t]*;[ \t]*rua=({_URI}(?:[ \t]*,[ \t]*{_URI})*))(?:[ \t]*;[ \t]*)?")
_STS = re.compile(r"v=STSv1[ \t]*;[ \t]*id=([A-Za-z0-9]{1,32})(?:[ \t]*;[ \t]*)?")
_MAILTO = re.compile(rf"mailto:(?:[A-Za-z0-9\-._~$'*+]|{_PCT})+@[a-z0-9.\-_]+(?:\?{_URI_CHARACTER}*)?")
_HTTPS = re.compile(rf"https://[a-z0-9.\-_]+(?::[0-9]+)?(?:[/?]{_URI_CHARACTER}*)?")
_SUB_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_MX = re.compile(rf"(?:\*\.)?{_SUB_DOMAIN}(?:\.{_SUB_DOMAIN})*")
LONGEST_STRING = 255
LONGEST_MAX_AGE = 31_557_600


def read_zone(text):
    """Return {name: texts joined} of a zone file's TXT records, as a name server reads them."""
    found = {}
    for rrset in dns.zonefile.read_rrsets(text, default_ttl=3600, rdclass=None):
        assert rrset.rdtype == dns.rdatatype.TXT
        (record,) = rrset
        assert all(len(string) <= LONGEST_STRING for string in record.strings)
        found[rrset.name.to_text()] = b"".join(record.strings).decode("ascii")
    return found


def read_tlsrpt(value):
    """Return the URIs of a TLS-RPT record (RFC 8460 section 3)."""
    assert value.startswith("v=TLSRPTv1;"), "senders drop it"
    found = _TLSRPT.fullmatch(value)
    assert found, value
    uris = [uri.strip(" \t") for uri in found[1].split(",")]
    for uri in uris:
        assert _MAILTO.fullmatch(uri) or _HTTPS.fullmatch(uri), uri
    return uris


def read_sts(value):
    """Return the id of an MTA-STS record (RFC 8461 section 3.1)."""
    assert value.startswith("v=STSv1;")
    found = _STS.fullmatch(value)
    assert found, value
    return found[1]


def read_policy(body):
    """Return {key: values} of an MTA-STS policy whose lines all end with CRLF (RFC 8461 section 3.2)."""
    assert body.endswith("\r\n")
    lines = body[:-2].split("\r\n")
    assert not any(character in line for line in lines for character in "\r\n")
    fields = {}
    for line in lines:
        key, colon, value = line.partition(":")
        assert colon
        fields.setdefault(key, []).append(value.lstrip(" \t"))
    assert set(fields) == {"version", "mode", "mx", "max_age"}
    assert fields["version"] == ["STSv1"]
    assert fields["mode"] in (["testing"], ["enforce"], ["none"])
    assert len(fields["max_age"]) == 1
    assert re.fullmatch(r"[0-9]{1,10}", fields["max_age"][0])
    assert int(fields["max_age"][0]) <= LONGEST_MAX_AGE
    assert all(_MX.fullmatch(pattern) for pattern in fields["mx"])
    return fields
