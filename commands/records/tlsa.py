"""The TLSA record of an MX host (RFC 7672 section 3.1): where it stands, and how its value is made by hand. Pure."""

from collections.abc import Sequence

TLSA = "TLSA"
PREFIX = "_25._tcp"
KEY_DIGEST_OF_THE_HOST = "3 1 1"
"""DANE-EE(3), the public key alone, as SHA-256: it outlives a renewal that keeps the key (RFC 7671 section 5.1)."""
REASON = "needs-served-certificate"
TYPE_WITH_THE_COMMAND = "tlsa-invalid"
"""The failure type whose explanation prints the command whole, so that it can be copied."""
_EXAMPLE_HOST = "mx1.example.com"


def by_hand(host: str) -> str:
    """Return the shell command that prints the digest of the key which a host serves on port 25."""
    return (
        f"openssl s_client -starttls smtp -connect {host}:25 -servername {host} </dev/null 2>/dev/null"
        " | openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256"
    )


def why_not_made(mx: Sequence[str]) -> list[str]:
    """Say that no record is made, and how to make one; `mx` are the patterns of an MTA-STS policy."""
    host = next(iter(_hosts(mx)), _EXAMPLE_HOST)
    why = "No TLSA record is made: it holds a digest of the key that an MX host serves, and this bot connects to none."
    how = (
        f"By hand, for each MX host: `explain {TYPE_WITH_THE_COMMAND}` has the command that prints the digest, and the "
        f"record is `{PREFIX}.{host}. IN {TLSA} {KEY_DIGEST_OF_THE_HOST} DIGEST`. Senders heed it only in a zone that "
        "DNSSEC signs."
    )
    return [why, how]


def not_made_data(mx: Sequence[str]) -> list[dict[str, str | None]]:
    """Return the same for machines: an entry for each host, one without a host when none was named."""
    hosts = _hosts(mx)
    if not hosts:
        return [{"type": TLSA, "name": None, "reason": REASON, "by_hand": None}]
    return [{"type": TLSA, "name": f"{PREFIX}.{host}", "reason": REASON, "by_hand": by_hand(host)} for host in hosts]


def _hosts(mx: Sequence[str]) -> list[str]:
    """Leave out patterns with a star: they name no host."""
    return [pattern for pattern in mx if not pattern.startswith("*")]
