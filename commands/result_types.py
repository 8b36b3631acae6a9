"""Result types by name (RFC 8460 section 4.3): what is known of each, in full and in a few words."""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from commands.knowledge.dane import DANE
from commands.knowledge.entry import Family, ResultType
from commands.knowledge.general import GENERAL, NOT_ITEMISED, VALIDATION_FAILURE
from commands.knowledge.negotiation import NEGOTIATION
from commands.knowledge.reason_codes import known_reason
from commands.knowledge.sts_policy import STS_POLICY
from commands.nearest import nearest
from commands.quoting import quoted

LONGEST_NAME = 100
"""Characters of a result type that are looked at."""
LIKENESS_OF_A_SLIP = 0.9
"""High, since certificate-revoked is like certificate-expired and means something else."""

RESULT_TYPES: Mapping[str, ResultType] = MappingProxyType(
    {entry.name: entry for entry in (*NEGOTIATION, *DANE, *STS_POLICY, *GENERAL)}
)

_HINTS = (
    (("webpki",), "sts-webpki-invalid"),
    (("fetch",), "sts-policy-fetch-error"),
    (("sts", "policy"), "sts-policy-invalid"),
    (("dnssec",), "dnssec-invalid"),
    (("dane", "tlsa"), "tlsa-invalid"),
    (("expired", "expiry"), "certificate-expired"),
    (("mismatch", "hostname", "san"), "certificate-host-mismatch"),
    (("certificate", "cert", "chain", "issuer", "root", "revoked", "trusted", "untrusted"), "certificate-not-trusted"),
    (("starttls",), "starttls-not-supported"),
    (("tls", "ssl", "handshake", "protocol", "cipher", "validation"), "validation-failure"),
)
"""What a word in an unlisted type points to; the first line that fits counts."""


def normal_name(text: str) -> str:
    """Spell a result type as it is stored: small letters, hyphens for blanks and underscores."""
    return re.sub(r"[\s_]", "-", text[:LONGEST_NAME].strip().lower())


def known_type(text: str) -> ResultType | None:
    """Return what is known of a result type, in any spelling; None for a type that RFC 8460 does not list."""
    return RESULT_TYPES.get(normal_name(text))


def is_known(text: str) -> bool:
    return known_type(text) is not None


def nearest_type(text: str) -> ResultType | None:
    """Return the type that was misspelt, else the one that the words of an unlisted type point to."""
    name = normal_name(text)
    misspelt = nearest(name, RESULT_TYPES, likeness=LIKENESS_OF_A_SLIP)
    return RESULT_TYPES[misspelt] if misspelt else _type_hinted_at(name)


def meant_type(text: str, reported: Collection[str] = ()) -> str | None:
    """Return the name that was probably meant by a type that does not exist; `reported` are those that senders use."""
    meant = nearest(text, {*RESULT_TYPES, *reported}, likeness=LIKENESS_OF_A_SLIP)
    hinted_at = nearest_type(text)
    return meant or (hinted_at.name if hinted_at else None)


def in_short(result_type: str) -> str:
    """Say the failure as a clause: `the certificate has expired`."""
    entry = known_type(result_type)
    return entry.in_short if entry else _unlisted(result_type)


def subject_in_short(result_type: str, *, host: str = "", domain: str = "") -> str:
    """Say the same of an MX host, or of a domain where its policy fails; `in_short` when the name is not known."""
    entry = known_type(result_type)
    if entry is None:
        return _unlisted(result_type)
    subject = domain if entry.family is Family.STS_POLICY else host
    return entry.with_subject.format(subject) if subject else entry.in_short


def fix_in_short(result_type: str) -> str:
    """Say what to do, as a clause: `renew the certificate and reload the mail server`."""
    entry = known_type(result_type) or nearest_type(result_type) or VALIDATION_FAILURE
    return entry.fix_in_short


def reason_in_short(code: str) -> str | None:
    """Say what a sender's failure reason code means, as a clause; None for what is not known."""
    reason = known_reason(code)
    return reason.meaning if reason else None


def _unlisted(result_type: str) -> str:
    return f"the sender says {quoted(result_type)}" if result_type.strip() else NOT_ITEMISED.in_short


def _type_hinted_at(name: str) -> ResultType | None:
    words = set(name.split("-"))
    return next((RESULT_TYPES[target] for hints, target in _HINTS if words & set(hints)), None)
