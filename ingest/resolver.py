"""A resolver that asks the name servers of the settings, or the system's."""

from collections.abc import Sequence

import dns.asyncresolver
import dns.nameserver

EDNS_PAYLOAD = 1232
"""Bytes that pass any path unfragmented; enough for a 4096-bit key by UDP."""


def resolver_of(servers: Sequence[tuple[str, int]], seconds_per_try: float) -> dns.asyncresolver.Resolver:
    """Return a resolver for these (address, port); the system's without any. Raises NoResolverConfiguration."""
    resolver = dns.asyncresolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port) for host, port in servers]
    resolver.timeout = seconds_per_try
    resolver.use_edns(0, 0, EDNS_PAYLOAD)
    return resolver
