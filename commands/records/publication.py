"""What a domain has to publish so that its reports come: the records wanted, and the policy file. Pure."""

from dataclasses import dataclass

from commands.records import mta_sts, tlsrpt
from commands.records.dns_record import DnsRecord
from commands.records.policy import policy_text
from commands.records.wishes import Wishes


@dataclass(frozen=True, slots=True)
class Publication:
    """What a domain has to publish, and what it follows from."""

    domain: str
    registered: bool
    address: str | None
    """Our own report address; None when nobody on the internet could send there."""
    wishes: Wishes
    foreign: tuple[str, ...]
    """URIs to which reports go that are not ours."""
    records: tuple[DnsRecord, ...]
    policy: str
    """The body of the policy file; empty when there is none."""


def publication(
    domain: str, address: str | None, own: tuple[str, ...], wishes: Wishes, policy_id: str, *, registered: bool
) -> Publication:
    """Return what to publish. There must be an own address, whose URIs are `own`, or a wish for another.

    Our own address comes first, since some senders read only the first one. Without MX hosts there is no policy.
    """
    foreign = tuple(uri for uri in wishes.rua if uri not in own)
    records = [tlsrpt.tlsrpt_record(domain, (*own, *foreign))]
    policy = ""
    if wishes.mx:
        records.append(mta_sts.mta_sts_record(domain, policy_id))
        policy = policy_text(wishes.mode, wishes.mx)
    return Publication(domain, registered, address, wishes, foreign, tuple(records), policy)
