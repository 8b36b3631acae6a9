"""What a failed session means for mail, from the policy under which it failed. Pure."""

from collections.abc import Collection

from storage.report import STS, TLSA


def mail_is_refused(policies: Collection[tuple[str, str]]) -> bool:
    """Whether senders hold or return mail: DANE (RFC 7672 section 2.2) or MTA-STS enforce (RFC 8461 section 5)."""
    return any(policy_type == TLSA or (policy_type, mode) == (STS, "enforce") for policy_type, mode in policies)


def effect_on_mail(policies: Collection[tuple[str, str]]) -> str:
    """Say what became of the mail, given (policy type, mode) of the failed sessions."""
    if not policies:
        return "not known"
    if not mail_is_refused(policies):
        return "delivered without protection"
    return "not delivered" if all(mail_is_refused([policy]) for policy in policies) else "partly not delivered"
