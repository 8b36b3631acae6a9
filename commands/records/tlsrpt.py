"""The TLS-RPT record: where senders send their reports (RFC 8460 section 3). Pure."""

from collections.abc import Sequence
from urllib.parse import quote

from commands.records.dns_record import TXT, DnsRecord

PREFIX = "_smtp._tls"
SAFE_IN_LOCAL_PART = "+$*'"
"""What may stand in a mailto URI as it is, besides letters, digits and `-._~` (RFC 6068 section 2)."""


def tlsrpt_record(domain: str, destinations: Sequence[str]) -> DnsRecord:
    """Return the record. `destinations` are URIs without a raw comma, semicolon or exclamation mark.

    No blank stands before the first semicolon: senders drop what does not begin literally with `v=TLSRPTv1;`.
    """
    return DnsRecord(f"{PREFIX}.{domain}", TXT, f"v=TLSRPTv1; rua={','.join(destinations)}")


def mailto(address: str) -> str:
    """Return the URI of an address. What a record or a URI cannot hold is percent-encoded."""
    local_part, _, domain = address.rpartition("@")
    return f"mailto:{quote(local_part, safe=SAFE_IN_LOCAL_PART)}@{domain}"
