"""Signs the demo's mails with a key of its own (RFC 6376, RFC 8463), and answers for DNS where the key is looked up."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Collection
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ingest.dkim.key import KeyAnswer, LookupStatus

SELECTOR = "demo"
SIGNED_FIELDS = ("from", "to", "date", "subject", "tls-report-domain", "tls-report-submitter")


class DemoKey:
    """One key for all senders of the demo, made anew in each run."""

    def __init__(self, senders: Collection[str]) -> None:
        self._key = Ed25519PrivateKey.generate()
        self._names = frozenset(f"{SELECTOR}._domainkey.{domain}" for domain in senders)

    async def key_record(self, name: str) -> KeyAnswer:
        """Return what DNS would answer, were these domains real; there is no key at any other name."""
        if name not in self._names:
            return KeyAnswer(LookupStatus.MISSING)
        public = b64encode(self._key.public_key().public_bytes_raw())
        return KeyAnswer(LookupStatus.FOUND, (b"v=DKIM1; k=ed25519; s=tlsrpt; p=" + public,))

    def forget_failures(self) -> None:
        """Nothing fails here."""

    def signed(self, mail: bytes, domain: str, sent_at: datetime) -> bytes:
        """Return a mail with a signature on top. Its fields stand on a line each, its body ends with a line break."""
        head, _, body = mail.partition(b"\r\n\r\n")
        tags = (
            f"v=1; a=ed25519-sha256; c=relaxed/simple; d={domain}; s={SELECTOR}; t={sent_at.timestamp():.0f}; "
            f"h={':'.join(SIGNED_FIELDS)}; bh={b64encode(hashlib.sha256(body).digest()).decode()}; b="
        )
        lines = {line.partition(b":")[0].lower().decode(): line for line in head.split(b"\r\n")}
        hashed = b"".join(_relaxed(lines[name]) + b"\r\n" for name in SIGNED_FIELDS)
        hashed += _relaxed(f"DKIM-Signature: {tags}".encode())
        signature = b64encode(self._key.sign(hashlib.sha256(hashed).digest())).decode()
        return f"DKIM-Signature: {tags}{signature}\r\n".encode() + mail


def _relaxed(line: bytes) -> bytes:
    """Return a field in canonical form (RFC 6376 section 3.4.2)."""
    name, _, value = line.partition(b":")
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value).strip()
