"""How well it is proven who sent a report, in words."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection

from storage.arrival import DkimVerdict, Source, Trust
from storage.members import contact_domain
from storage.reports import FullReport
from storage.signers import MAILS, who_sign

DKIM: Mapping[str, str] = MappingProxyType(
    {
        DkimVerdict.PASS: "pass, of somebody who forwarded it: that proves nothing about the report",
        DkimVerdict.FAIL: "fail: no signature of the sender's domain holds",
        DkimVerdict.NONE: "none: the mail is not signed",
        DkimVerdict.TEMPERROR: "key not found out (DNS): the signature could not be judged",
        DkimVerdict.UNCHECKED: "not checked",
    }
)
TRUSTS: Mapping[str, str] = MappingProxyType(
    {
        Trust.VERIFIED: "verified: the sender's domain signed it",
        Trust.IMPORTED: "imported: whoever imported it vouches for it",
        Trust.ADMITTED: "admitted: an admin vouches for it",
        Trust.UNVERIFIED: "unverified: nothing proves who sent it",
    }
)
BELIEVED_BY_HTTPS = "believed: TLSRPT_HTTPS_TRUST=full vouches for what comes by HTTPS"
NOT_AS_USUAL: Mapping[str, str] = MappingProxyType(
    {
        DkimVerdict.NONE: "this one is not signed",
        DkimVerdict.FAIL: "no signature of this one holds",
        DkimVerdict.TEMPERROR: "the signature of this one could not be checked",
    }
)


def dkim_in_full(found: FullReport) -> str:
    """Say what became of the signature check, and who signed."""
    return f"pass, signed by {found.signer}" if found.signer else DKIM[found.dkim]


def trust_in_words(found: FullReport) -> str:
    """Say how far the report is believed, and why."""
    if found.trust == Trust.IMPORTED and found.source == Source.HTTPS:
        return BELIEVED_BY_HTTPS
    return TRUSTS[found.trust]


def missing_proof(connection: Connection, found: FullReport) -> tuple[str, ...]:
    """Say that a mail lacks the signature that its reporter usually makes; nothing where none is expected."""
    domain = contact_domain(found.contact_info)
    if found.trust != Trust.UNVERIFIED or found.source not in MAILS or not domain:
        return ()
    if not who_sign(connection, [domain], found.day):
        return ()
    what = NOT_AS_USUAL.get(found.dkim, "this one is not verified")
    return (f"This reporter signs its mails; {what}. It cannot raise an alert by itself.",)
