"""Our own report addresses, which go into the TLS-RPT record. Pure."""

from storage.domains import DomainRecord

LOCAL = "localhost"
"""The report domain of a bot that nobody on the internet can reach."""


def registered_address(record: DomainRecord, report_domain: str) -> str:
    """Return the address of a registered domain."""
    return f"{record.token}@{report_domain}"


def own_address(record: DomainRecord, report_domain: str, shared_address: str) -> str | None:
    """Return the domain's own address, else the shared one; None when senders have neither."""
    if report_domain == LOCAL:
        return None
    if record.registered:
        return registered_address(record, report_domain)
    return f"{shared_address}@{report_domain}" if shared_address else None
