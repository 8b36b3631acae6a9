"""Whether one signature holds for a mail, given its key: the body hash here, the header's signature by dkimpy."""

import base64

import dkim
from nacl.exceptions import CryptoError

from ingest.dkim.key import PublicKey
from ingest.dkim.signature import Signature
from ingest.dkim.signed_mail import BodyHashes, SignedMail

_DKIMPY_ERRORS = (
    dkim.DKIMException,
    CryptoError,
    ArithmeticError,
    AssertionError,
    LookupError,
    TypeError,
    ValueError,
)


def signature_fault(mail: SignedMail, bodies: BodyHashes, signature: Signature, key: PublicKey) -> str:
    """Return why the signature does not hold, for people; empty when it does."""
    if key.kind != signature.key_kind:
        return f"the key is of another kind than the signature ({key.kind}, {signature.algorithm})"
    if key.is_strict and signature.is_for_subdomain:
        return "the key is not for subdomains (t=s), and the signature's identity is in one (i=)"
    if bodies.sha256(relaxed=signature.relaxed_body) != signature.body_hash:
        return "body hash did not verify"
    return "" if _header_holds(mail, signature, key) else "signature did not verify"


def _header_holds(mail: SignedMail, signature: Signature, key: PublicKey) -> bool:
    """Check the signature over the header (RFC 6376 section 3.7).

    `dkim.verify` would judge `t=` and `x=` by the computer's clock; `verify_sig` does not look at them.
    """
    verifier = dkim.DKIM()
    signed = {name.encode("ascii").lower() for name in signature.signed_fields}
    # Only what is signed: dkimpy canonicalises every field that it is given.
    verifier.headers = [list(field) for field in mail.fields if field[0].strip().lower() in signed]
    tags = {
        b"a": signature.algorithm.encode("ascii"),
        b"b": base64.b64encode(signature.value),
        b"c": b"relaxed" if signature.relaxed_header else b"simple",
        b"d": signature.domain.encode("ascii"),
        b"s": signature.selector.encode("ascii"),
    }
    names = [name.encode("ascii") for name in signature.signed_fields]
    try:
        return bool(verifier.verify_sig(tags, names, signature.header, lambda *_, **__: key.record))
    except _DKIMPY_ERRORS:
        return False
