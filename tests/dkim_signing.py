"""Keys and signed mails for the DKIM tests. Making a key is slow, so each is made once in a session."""

import base64
import hashlib
from functools import cache

import dkim
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import parse_pem_private_key

MAIL = (
    b"From: Reports <noreply-smtp-tls-reporting@sender.example>\r\n"
    b"To: tls-reports@reports.example\r\n"
    b"Subject: Report Domain: example.com Submitter: sender.example\r\n"
    b"TLS-Report-Domain: example.com\r\n"
    b"\r\n"
    b"This is an aggregate TLS report.\r\n\r\nIt has  two blanks.\t\r\n\r\n"
)


@cache
def rsa_pem(bits: int) -> bytes:
    """Return a private RSA key as PKCS#1 PEM."""
    key = rsa.generate_private_key(65537, bits)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


@cache
def rsa_public(bits: int) -> str:
    """Return `p=` of the key of that size."""
    numbers = parse_pem_private_key(rsa_pem(bits))
    return rsa_public_of(numbers["modulus"], numbers["publicExponent"])


def rsa_public_of(modulus: int, exponent: int = 65537, form: PublicFormat = PublicFormat.SubjectPublicKeyInfo) -> str:
    """Return `p=` of any numbers, a key or not."""
    key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    return base64.b64encode(key.public_bytes(Encoding.DER, form)).decode()


@cache
def ed25519_seed() -> bytes:
    """Return a private Ed25519 key as dkimpy wants it."""
    key = Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))


def ed25519_public() -> str:
    """Return `p=` of the Ed25519 key."""
    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(ed25519_seed()))
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def rsa_record(bits: int = 1024, tags: str = "v=DKIM1; k=rsa; ") -> str:
    """Return a key record; `tags` come before `p=`."""
    return f"{tags}p={rsa_public(bits)}"


def signed(
    mail: bytes = MAIL,
    *,
    domain: bytes = b"sender.example",
    selector: bytes = b"s1",
    bits: int = 1024,
    algorithm: bytes = b"rsa-sha256",
    canonicalisation: tuple[bytes, bytes] = (b"relaxed", b"relaxed"),
    length: bool = False,
    headers: list[bytes] | None = None,
) -> bytes:
    """Return the mail with a signature by dkimpy on top."""
    private = ed25519_seed() if algorithm == b"ed25519-sha256" else rsa_pem(bits)
    header: bytes = dkim.sign(
        mail,
        selector,
        domain,
        private,
        canonicalize=canonicalisation,
        signature_algorithm=algorithm,
        include_headers=headers,
        length=length,
    )
    return header + mail


def signed_with_tags(tags: dict[bytes, bytes], mail: bytes = MAIL, without: tuple[bytes, ...] = ()) -> bytes:
    """Return the mail with an intact relaxed RSA signature whose tags are at will: `x`, `t`, `i`, `h`, ..."""
    signer = dkim.DKIM(mail)
    signer.hasher = hashlib.sha256
    form = CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    fields = {
        b"v": b"1",
        b"a": b"rsa-sha256",
        b"c": b"relaxed/relaxed",
        b"d": b"sender.example",
        b"s": b"s1",
        b"h": b"from:to:subject",
        b"bh": base64.b64encode(hashlib.sha256(form.canonicalize_body(signer.body)).digest()),
        **tags,
        b"b": b"0" * 60,
    }
    kept = [(name, value) for name, value in fields.items() if name not in without]
    names = [name.strip().lower() for name in fields[b"h"].split(b":")]
    value: bytes = signer.gen_header(kept, names, form, b"DKIM-Signature", parse_pem_private_key(rsa_pem(1024)))
    return b"DKIM-Signature: " + value + mail
