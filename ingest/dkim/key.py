"""The key of a DKIM signature: what a look-up found, and whether the key counts (RFC 6376 section 3.6.1)."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ingest.dkim.tags import TagListError, colon_list, read_tags

MIN_RSA_BITS = 1024
"""RFC 8301 section 3.2. Microsoft still signs with 1024 bits."""
MAX_RSA_BITS = 8192
MAX_EXPONENT_BITS = 64
"""Both limits keep a stranger's key from buying much computing time."""
MAX_KEY_RECORD_BYTES = 4096
_ED25519_BYTES = 32
_SERVICES = frozenset({"*", "tlsrpt"})


class LookupStatus(StrEnum):
    """How a look-up ended. Not there and could not be looked up are never the same."""

    FOUND = "found"
    MISSING = "missing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What is published at a key's name."""

    status: LookupStatus
    records: tuple[bytes, ...] = ()
    """TXT records, the strings of each joined; with `found` only."""
    detail: str = ""
    """Why the look-up failed; with `unavailable` only."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that counts."""

    kind: str
    """`rsa` or `ed25519`."""
    record: bytes
    """The key as a plain record (`v=`, `k=`, `p=`), written by us."""
    is_strict: bool = False
    """`t=s`: an identity (`i=`) in a subdomain does not count."""


class UnusableKeyError(Exception):
    """The published key cannot count; the message says why, for people."""


class _NotAKeyError(Exception):
    """A TXT record that is not a readable DKIM key: another one may be."""


def judge_key(records: Sequence[bytes]) -> PublicKey:
    """Return the first of the TXT records that is a DKIM key, if it may sign TLS reports (RFC 8460 section 3).

    Raises UnusableKeyError when there is none, or it is revoked, too short, not for SHA-256 or for other services only.
    """
    for record in records:
        try:
            return _judged(record)
        except _NotAKeyError:
            continue
    raise UnusableKeyError("no readable DKIM key is published")


def _judged(record: bytes) -> PublicKey:
    tags = _tags(record)
    kind = tags.get("k", b"rsa").lower()
    if kind not in (b"rsa", b"ed25519"):
        raise _NotAKeyError
    data = b"".join(tags["p"].split())
    if not data:
        raise UnusableKeyError("the key has been revoked (p= is empty)")
    clean = _rsa(_decoded(data)) if kind == b"rsa" else _ed25519(_decoded(data))
    if "sha256" not in colon_list(tags.get("h", b"sha256")):
        raise UnusableKeyError("the key is not for SHA-256 (h=)")
    if not _SERVICES.intersection(colon_list(tags.get("s", b"*"))):
        raise UnusableKeyError("the key is not for TLS reports (s=)")
    record = b"v=DKIM1; k=%s; p=%s" % (kind, base64.b64encode(clean))
    return PublicKey(kind.decode("ascii"), record, is_strict="s" in colon_list(tags.get("t", b"")))


def _tags(record: bytes) -> dict[str, bytes]:
    if len(record) > MAX_KEY_RECORD_BYTES:
        raise _NotAKeyError
    try:
        tags = read_tags(record)
    except TagListError as error:
        raise _NotAKeyError from error
    version_comes_first = "v" not in tags or next(iter(tags)) == "v"
    if "p" not in tags or tags.get("v", b"DKIM1") != b"DKIM1" or not version_comes_first:
        raise _NotAKeyError
    return tags


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise _NotAKeyError from error


def _rsa(data: bytes) -> bytes:
    """Return the key as SubjectPublicKeyInfo; both that form and RSAPublicKey are published in the wild."""
    try:
        key = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _NotAKeyError from error
    if not isinstance(key, RSAPublicKey):
        raise _NotAKeyError
    if key.key_size < MIN_RSA_BITS:
        raise UnusableKeyError(f"the RSA key is too short ({key.key_size} bits, at least {MIN_RSA_BITS} are needed)")
    if key.key_size > MAX_RSA_BITS or key.public_numbers().e.bit_length() > MAX_EXPONENT_BITS:
        raise UnusableKeyError("the RSA key is unreasonably large")
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _ed25519(data: bytes) -> bytes:
    if len(data) != _ED25519_BYTES:
        raise _NotAKeyError
    return data
