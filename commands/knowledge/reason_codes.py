"""Failure reason codes that senders are known to write beside the type (RFC 8460 section 4.4), in a few words."""

import re
from dataclasses import dataclass

LONGEST_CODE = 500
"""Characters that are looked at."""


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """What a code or a known part of it means, as a clause."""

    meaning: str
    result_type: str
    """The type whose causes and fixes fit."""


_EXACT = {
    "mx-hosts-mismatch": ReasonCode(
        "the MX host is not named in the MTA-STS policy that the sender holds", "validation-failure"
    ),
    "validation-failure": ReasonCode(
        "the TLS session with the MX did not pass validation, and the sender says no more", "validation-failure"
    ),
    "no-mta-sts-dns-txt-record": ReasonCode("the _mta-sts record was not found", "sts-policy-fetch-error"),
    "multiple-mta-sts-records": ReasonCode(
        "there are several _mta-sts records, which counts as none", "sts-policy-fetch-error"
    ),
    "no-system-roots": ReasonCode("the sender has no list of roots: a fault on its side", "certificate-not-trusted"),
}
"""Microsoft's and mox's words."""

_OPENSSL = {
    "cert-has-expired": ReasonCode("the certificate has expired", "certificate-expired"),
    "cert-not-yet-valid": ReasonCode("the certificate is not valid yet", "certificate-not-valid-yet"),
    "hostname-mismatch": ReasonCode("the certificate does not name the MX host", "certificate-host-mismatch"),
    "dane-no-match": ReasonCode("no TLSA record matches the certificate", "tlsa-invalid"),
} | {
    code: ReasonCode(meaning, "certificate-not-trusted")
    for code, meaning in (
        ("cert-revoked", "the certificate was revoked"),
        ("cert-untrusted", "the sender does not trust the root for this use"),
        ("cert-chain-too-long", "the chain of certificates is longer than the sender allows"),
        ("depth-zero-self-signed-cert", "the certificate is self-signed"),
        ("self-signed-cert-in-chain", "the chain ends at a root that the sender does not know"),
        ("unable-to-get-issuer-cert", "an issuer in the chain is missing"),
        (
            "unable-to-get-issuer-cert-locally",
            "the issuer is unknown: an intermediate was not sent, or the sender does not know the root",
        ),
        ("unable-to-verify-leaf-signature", "the certificate came alone: its intermediate was not sent"),
        ("invalid-purpose", "the certificate is not meant for servers"),
        ("ee-key-too-small", "the key of the certificate is too short"),
        ("ca-key-too-small", "the key of a CA in the chain is too short"),
        ("ca-md-too-weak", "a certificate in the chain is signed with a weak digest"),
        ("path-length-exceeded", "a CA in the chain may not issue so deep a chain"),
        ("proxy-path-length-exceeded", "the chain breaks the length limit of a proxy certificate"),
    )
}
"""X509_V_ERR_ codes, as Postfix and others send them."""

_STATUS = r"(?:response|status)(?: code)?:? "
_PARTS = tuple(
    (re.compile(part, re.IGNORECASE | re.ASCII), ReasonCode(meaning, result_type))
    for part, meaning, result_type in (
        (r"deadline exceeded|timed? ?-?out", "the other side did not answer in time", "sts-policy-fetch-error"),
        (r"no such host|nxdomain", "the name was not found in DNS", "sts-policy-fetch-error"),
        (_STATUS + r"3\d\d\b", "the policy host answered with a redirect", "sts-policy-fetch-error"),
        (_STATUS + r"(?:404|410)\b", "there is no policy file at its URL", "sts-policy-fetch-error"),
        (_STATUS + r"(?:401|403)\b", "the policy host turned the sender away", "sts-policy-fetch-error"),
        (_STATUS + r"5\d\d\b", "the policy host has an error of its own", "sts-policy-fetch-error"),
        (r"dns-extended-error-\d", "the DNS answer did not pass DNSSEC validation", "dnssec-invalid"),
        (r"connection (?:refused|reset)|unexpected eof", "the connection was refused or cut", "validation-failure"),
    )
)
"""Found within free text, such as Mail.ru's error messages."""


def known_reason(code: str) -> ReasonCode | None:
    """Return what is known of a failure reason code; None for what is not known. Case and `_` do not matter."""
    text = code[:LONGEST_CODE].strip()
    name = re.sub(r"[\s_]", "-", text.lower())
    exact = _EXACT.get(name) or _OPENSSL.get(name.removeprefix("x509-v-err-"))
    return exact or next((reason for part, reason in _PARTS if part.search(text)), None)
