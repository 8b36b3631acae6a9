"""A TLS report as the reader understands it (RFC 8460 section 4), free of any sender's dialect."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

STS = "sts"
TLSA = "tlsa"
NO_POLICY_FOUND = "no-policy-found"


class FailureDetail(msgspec.Struct, frozen=True):
    """One entry of `failure-details` (RFC 8460 section 4.4). An empty string means that the sender said nothing.

    A msgspec struct, since a report may hold thousands and a frozen dataclass takes ten times as long to make.
    """

    result_type: str
    """Lower case with hyphens, as in RFC 8460 section 4.3; unknown types are kept as they are."""
    failed_sessions: int | None = None
    """Sessions; None when the sender gave no usable number."""
    sending_mta_ip: str = ""
    """Canonical address; the sender's own text where it is not an address."""
    receiving_mx_hostname: str = ""
    receiving_mx_helo: str = ""
    receiving_ip: str = ""
    reason_code: str = ""
    additional_information: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """One entry of `policies`: a policy that was applied, and how its sessions went."""

    policy_type: str
    """`sts`, `tlsa`, `no-policy-found`, or the sender's own lower-cased word."""
    policy_domain: str | None
    """Lower-case A-label without trailing dot (raw text where that is impossible); None when absent."""
    policy_strings: tuple[str, ...] = ()
    mx_hosts: tuple[str, ...] = ()
    successful: int = 0
    failed: int = 0
    failures: tuple[FailureDetail, ...] = ()

    @property
    def mode(self) -> str:
        """MTA-STS mode (RFC 8461 section 3.2): `enforce`, `testing`, `none`; empty when the policy names none."""
        for line in self.policy_strings:
            key, _, value = line.partition(":")
            if key.strip().lower() == "mode":
                return value.strip().lower()[:16]
        return ""


@dataclass(frozen=True, slots=True)
class Report:
    """One report. Nothing in it is required; what was missing or mended is said in `repairs`."""

    organisation: str
    contact_info: str
    report_id: str
    start: datetime | None
    """Aware UTC; None when the sender gave no readable date."""
    end: datetime | None
    """As sent (inclusive 23:59:59 or the next midnight); aware UTC."""
    policies: tuple[Policy, ...]
    content_hash: str
    """SHA-256 (hex) of the canonical JSON: equal for the same content in any layout."""
    twin_hash: str
    """The same without `report-id`: equal for one content sent under two ids."""
    repairs: tuple[str, ...] = ()
    """What a tolerant reader had to mend or guess, a sentence each, without duplicates."""
