"""Our own report addresses, which go into the TLS-RPT record. Pure."""

from dataclasses import dataclass
from urllib.parse import quote

from commands.records.rua import SAFE_IN_URL
from commands.records.tlsrpt import mailto
from storage.domains import DomainRecord

LOCAL = "localhost"
"""The report domain of a bot that nobody on the internet can reach."""
UPLOADS = "/v1/tlsrpt"
"""Where below the public URL reports are posted to."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where senders reach this bot, by its settings."""

    report_domain: str
    public_url: str = ""
    """Of its HTTPS endpoint; empty when there is none."""


def own_uris(address: str, home: Home, token: str | None) -> tuple[str, ...]:
    """Return where senders send reports: the mail address first, as some read the first only, then the https URL.

    Without a token the URL is that of the shared address.
    """
    url = f"{home.public_url.rstrip('/')}{UPLOADS}{f'/{token}' if token else ''}"
    return (mailto(address), *((quote(url, safe=SAFE_IN_URL),) if home.public_url else ()))


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
