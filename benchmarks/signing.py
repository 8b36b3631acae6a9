"""Signs the made-up mails as large services do: RSA of 2048 bits, relaxed/relaxed (RFC 6376)."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SELECTOR = "s1"
_SIGNED = ("from", "to", "subject", "date", "message-id", "tls-report-domain", "tls-report-submitter")


class Signer:
    """One key for all reporters: what a check costs does not depend on whose key it is."""

    def __init__(self) -> None:
        self._key = generate_private_key(65537, 2048)

    @property
    def record(self) -> bytes:
        """The key as it stands in DNS."""
        public = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def signed(self, mail: bytes, domain: str) -> bytes:
        """Return the mail with a signature on top. Its body must be in relaxed form already; that of `traffic` is."""
        head, _, body = mail.partition(b"\r\n\r\n")
        fields = _relaxed_fields(head + b"\r\n")
        body_hash = base64.b64encode(hashlib.sha256(body).digest()).decode()
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={SELECTOR}; h={':'.join(_SIGNED)}; bh={body_hash}; b="
        )
        text = b"".join(fields[name] + b"\r\n" for name in _SIGNED) + f"dkim-signature:{value}".encode()
        signature = base64.b64encode(self._key.sign(text, PKCS1v15(), SHA256()))
        folded = b"\r\n ".join(signature[start : start + 72] for start in range(0, len(signature), 72))
        return b"DKIM-Signature: " + value.encode() + folded + b"\r\n" + mail


def _relaxed_fields(head: bytes) -> dict[str, bytes]:
    """Return the header's fields in relaxed form (RFC 6376 section 3.4.2), by their lower-case names."""
    unfolded = head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")
    found = {}
    for line in unfolded.splitlines():
        name, _, value = line.partition(b":")
        found[name.decode().lower()] = name.lower() + b":" + b" ".join(value.split())
    return found
