"""One DKIM-Signature header field, read and judged as far as that goes without its key (RFC 6376 section 3.5)."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from ingest.dkim.alignment import MAX_NAME_LENGTH, dns_labels, domain_name
from ingest.dkim.tags import TagListError, colon_list, read_tags

MAX_SIGNATURE_BYTES = 16 * 1024
MAX_SIGNED_FIELDS = 200
MAX_BLANKS_IN_A_ROW = 128
"""dkimpy looks for `b=` in time that grows by the square of a run of blanks."""
_TOO_MANY_BLANKS = re.compile(rb"\s{%d}" % (MAX_BLANKS_IN_A_ROW + 1))
_KEY_KIND = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}
_FORMS = {"simple": False, "relaxed": True}
_REQUIRED = ("v", "a", "b", "bh", "d", "h", "s")
_SHA256_BYTES = 32
_ENDLESS_DIGITS = 12
"""RFC 6376 section 3.5: a longer `x=` may be taken for infinite."""


class UnusableSignatureError(Exception):
    """The signature cannot count; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says about itself."""

    domain: str
    """`d=` as lower-case A-label."""
    selector: str
    algorithm: str
    """`rsa-sha256` or `ed25519-sha256`."""
    signed_fields: tuple[str, ...]
    """Names in `h=`, lower case, in their order."""
    relaxed_header: bool
    relaxed_body: bool
    body_hash: bytes
    value: bytes
    """The signature itself, decoded."""
    header: tuple[bytes, bytes]
    """The header field, its `b=` emptied: the form in which it is signed."""
    is_for_subdomain: bool = False
    """The identity (`i=`) is in a subdomain of `d=`."""

    @property
    def key_name(self) -> str:
        """Where the key is published (RFC 6376 section 3.6.2.1), without a trailing dot."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def key_kind(self) -> str:
        """`k=` that the key must have: `rsa` or `ed25519`."""
        return _KEY_KIND[self.algorithm]

    @property
    def label(self) -> str:
        """How people find the signature: `d=google.com s=20230601`."""
        return f"d={self.domain} s={self.selector}"


def read_signature(name: bytes, value: bytes, now: datetime) -> Signature:
    """Read one header field (name and raw value); `now` (aware UTC) is held against its expiry.

    Raises UnusableSignatureError when it is malformed, expired, limited by `l=`, leaves From unsigned, or uses SHA-1.
    """
    if len(value) > MAX_SIGNATURE_BYTES:
        raise UnusableSignatureError(f"the signature header is longer than {MAX_SIGNATURE_BYTES // 1024} kB")
    if _TOO_MANY_BLANKS.search(value):
        raise UnusableSignatureError(f"the signature header has more than {MAX_BLANKS_IN_A_ROW} blanks in a row")
    try:
        tags = read_tags(value)
    except TagListError as error:
        raise UnusableSignatureError(f"the signature header is malformed: {error}") from error
    missing = [tag for tag in _REQUIRED if tag not in tags]
    if missing:
        raise UnusableSignatureError(f"the signature lacks {missing[0]}=")
    domain, selector = _signer(tags)
    try:
        return _judged(name, value, tags, (domain, selector), now)
    except UnusableSignatureError as fault:
        raise UnusableSignatureError(f"{fault} (d={domain} s={selector})") from fault


def _judged(name: bytes, value: bytes, tags: dict[str, bytes], signer: tuple[str, str], now: datetime) -> Signature:
    domain, selector = signer
    identity = _checked_identity(tags, domain)
    _check_expiry(tags, now)
    relaxed_header, relaxed_body = _canonicalisation(tags.get("c", b"simple/simple"))
    return Signature(
        domain=domain,
        selector=selector,
        algorithm=_algorithm(tags["a"]),
        signed_fields=_signed_fields(tags["h"]),
        relaxed_header=relaxed_header,
        relaxed_body=relaxed_body,
        body_hash=_body_hash(tags["bh"]),
        value=_base64(tags["b"], "b"),
        header=(name, _without_signature_value(value)),
        is_for_subdomain=identity != domain,
    )


def _signer(tags: dict[str, bytes]) -> tuple[str, str]:
    domain = domain_name(tags["d"].decode("utf-8", "replace"))
    selector = dns_labels(tags["s"].decode("ascii", "replace"))
    if domain is None or selector is None or len(f"{selector}._domainkey.{domain}") > MAX_NAME_LENGTH:
        raise UnusableSignatureError("the signature names no possible domain and selector (d=, s=)")
    return domain, selector


def _checked_identity(tags: dict[str, bytes], domain: str) -> str:
    """Judge what is signed, and return the domain of for whom; RFC 8460 section 3 forbids `l=`."""
    if tags["v"] != b"1":
        raise UnusableSignatureError("the signature has an unknown version")
    if "l" in tags:
        raise UnusableSignatureError("the signature covers only a part of the body (l=)")
    if "dns/txt" not in colon_list(tags.get("q", b"dns/txt")):
        raise UnusableSignatureError("the signature's key is not in DNS (q=)")
    if "i" not in tags:
        return domain
    identity = domain_name(tags["i"].decode("utf-8", "replace").rpartition("@")[2])
    if identity is None or not f".{identity}".endswith(f".{domain}"):
        raise UnusableSignatureError("the signature's identity is outside of its domain (i=)")
    return identity


def _check_expiry(tags: dict[str, bytes], now: datetime) -> None:
    expiry = tags.get("x", b"")
    if "x" in tags and not expiry.isdigit():
        raise UnusableSignatureError("the signature's expiry is no number (x=)")
    if "x" in tags and len(expiry) <= _ENDLESS_DIGITS and now.timestamp() > int(expiry):
        raise UnusableSignatureError("the signature had expired (x=)")


def _algorithm(value: bytes) -> str:
    algorithm = value.decode("ascii", "replace").lower()
    if algorithm == "rsa-sha1":
        raise UnusableSignatureError("the signature uses SHA-1, which no longer counts (RFC 8301)")
    if algorithm not in _KEY_KIND:
        raise UnusableSignatureError("the signature uses an unknown algorithm (a=)")
    return algorithm


def _canonicalisation(value: bytes) -> tuple[bool, bool]:
    header, slash, body = value.decode("ascii", "replace").lower().partition("/")
    forms = (header, body if slash else "simple")
    if any(form not in _FORMS for form in forms):
        raise UnusableSignatureError("the signature uses an unknown canonicalisation (c=)")
    return _FORMS[forms[0]], _FORMS[forms[1]]


def _signed_fields(value: bytes) -> tuple[str, ...]:
    names = colon_list(value)
    if len(names) > MAX_SIGNED_FIELDS:
        raise UnusableSignatureError(f"the signature names more than {MAX_SIGNED_FIELDS} header fields (h=)")
    if "from" not in names:
        raise UnusableSignatureError("the signature does not cover the From header (h=)")
    return names


def _body_hash(value: bytes) -> bytes:
    digest = _base64(value, "bh")
    if len(digest) != _SHA256_BYTES:
        raise UnusableSignatureError("the signature's body hash is not a SHA-256 hash (bh=)")
    return digest


def _base64(value: bytes, tag: str) -> bytes:
    try:
        decoded = base64.b64decode(b"".join(value.split()), validate=True)
    except binascii.Error as error:
        raise UnusableSignatureError(f"the signature's {tag}= is not base64") from error
    if not decoded:
        raise UnusableSignatureError(f"the signature's {tag}= is empty")
    return decoded


def _without_signature_value(value: bytes) -> bytes:
    """Empty `b=` (RFC 6376 section 3.7), blanks around its value included; all else stays to the byte."""
    pieces = value.split(b";")
    for number, piece in enumerate(pieces):
        tag, equals, _ = piece.partition(b"=")
        if equals and tag.strip() == b"b":
            pieces[number] = tag + equals
    return b";".join(pieces)
