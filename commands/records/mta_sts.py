"""The MTA-STS record, and where its policy is fetched (RFC 8461 sections 3.1 and 3.3). Pure."""

from datetime import datetime

from commands.records.dns_record import TXT, DnsRecord

PREFIX = "_mta-sts"


def mta_sts_record(domain: str, policy_id: str) -> DnsRecord:
    """Return the record. `policy_id` is 1 to 32 ASCII letters and digits."""
    return DnsRecord(f"{PREFIX}.{domain}", TXT, f"v=STSv1; id={policy_id}")


def fresh_policy_id(now: datetime) -> str:
    """Return an id that differs from any made in another second; `now` is aware UTC."""
    return now.strftime("%Y%m%dT%H%M%SZ")


def policy_host(domain: str) -> str:
    """Return the name of the host that serves the policy."""
    return f"mta-sts.{domain}"


def policy_url(domain: str) -> str:
    """Return the only address at which senders look for the policy."""
    return f"https://{policy_host(domain)}/.well-known/mta-sts.txt"
