"""What the HTTP listener grants to strangers."""

from dataclasses import dataclass
from ipaddress import ip_network

from ingest.smtp.values import Network


@dataclass(frozen=True, slots=True)
class HttpsLimits:
    """Limits by address count IPv6 by /64."""

    max_body_bytes: int
    """As received, before anything is unpacked."""
    trusted: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    """Not limited by address: a reverse proxy. The addresses that it forwards are believed."""
    max_connections: int = 200
    max_connections_per_address: int = 50
    max_requests_per_minute: int = 30_000
    max_requests_per_minute_and_address: int = 300
    max_uploads_at_once_per_address: int = 20
    max_bytes_in_memory: int = 64 * 1024 * 1024
    """All uploads together that are being transferred or stored; one address may have a quarter of it."""
    seconds_per_head: float = 20
    """For the head of a request, and between two requests of one connection."""
    seconds_between_bytes: float = 30
    seconds_per_upload: float = 300
    min_bytes_per_second: int = 512
    """On average over an upload."""
    seconds_before_slow: float = 20
    """So much time each upload has before its pace counts."""
    seconds_to_linger: float = 5
    """How long the rest of a body that is not wanted is read, so that its sender sees our answer."""
    seconds_until_giving_way: float = 10
    """When all connections are taken, who has let us wait for longer makes room for another."""
    seconds_to_answer: float = 8
    """For reading and storing an upload; widespread senders wait no longer than ten."""
    seconds_to_go_on: float = 3600
    """So long an upload that could not be stored is tried again, its sender having been told that it was not."""
    max_kept_for_later: int = 500
    """Such uploads."""
