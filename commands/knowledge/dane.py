"""Failures in TLSA records and their signatures (RFC 8460 section 4.3.2.1)."""

from commands.knowledge import looks
from commands.knowledge.entry import Family, ResultType

TLSA_INVALID = ResultType(
    name="tlsa-invalid",
    family=Family.DANE,
    in_short="no TLSA record matches the certificate",
    with_subject="no TLSA record of {} matches its certificate",
    fix_in_short="publish the TLSA record of the key in use, beside the old one until its TTL has passed",
    meaning="The MX has TLSA records, signed with DNSSEC, but none of them is valid for its certificate.",
    effect="A sender that supports DANE does not deliver to this MX: it tries the others, holds the mail and in the "
    "end returns it. MTA-STS testing mode does not soften that, since it must not override a failing DANE validation. "
    "Senders without DANE are not affected.",
    causes=(
        "The key changed and the record did not: certbot makes a new key at each renewal unless told to keep it.",
        "The record is a digest of the whole certificate (`3 0 1`), which changes at each renewal.",
        "A DANE-TA(2) record names an intermediate that the CA replaced, or one that the server does not send.",
        "The record stands at the wrong name: it belongs to `_25._tcp.` and the MX host, not the mail domain.",
        "Only PKIX-TA(0) or PKIX-EE(1) records are there, which SMTP cannot use, or a digest was cut when pasted.",
        "A secondary name server still serves an old zone.",
    ),
    confirm=(looks.TLSA_RECORDS, looks.KEY_DIGEST, looks.TLSA_VALIDATED),
    fix=(
        "Now: publish a `3 1 1` record of the key in use, beside those that are there.",
        (
            "From then on keep the key (`certbot renew --reuse-key`), or publish the record of the next key first, "
            "wait twice its TTL, and only then switch."
        ),
        "A second record, of the next key or of the CA (`2 1 1`), carries over a change that went wrong.",
    ),
    who="Senders with DANE see it, all of them alike (Postfix, Exim, Microsoft 365 and others). "
    "One alone: an old answer in its DNS cache, gone after the TTL.",
    reference="RFC 8460 section 4.3.2.1, RFC 7672 sections 2.2 and 3.1, RFC 7671 section 8",
)

DNSSEC_INVALID = ResultType(
    name="dnssec-invalid",
    family=Family.DANE,
    in_short="the DNSSEC signatures do not validate",
    with_subject="the DNSSEC signatures for {} do not validate",
    fix_in_short="sign the zone again, or correct the DS record at the registrar",
    meaning="The sender's validating resolver gave no valid records for the MX host: the signatures are wrong or "
    "missing, so that it is not known whether there are TLSA records.",
    effect="A sender that supports DANE holds the mail and tries again, until the signatures are right or its time is "
    "over. Resolvers that validate give their users no answer about the zone at all, so senders without DANE may be "
    "hit as well. The MTA-STS mode makes no difference.",
    causes=(
        "The signatures have expired: the signer stopped, or a hidden primary no longer reaches its secondaries.",
        (
            "The DS record at the registrar does not fit the keys: DNSSEC keys rolled, or the zone moved to another "
            "provider and the old DS stayed."
        ),
        "One name server serves an old or unsigned copy of the zone.",
        "A name server answers questions for TLSA with an error, or cannot prove that a name does not exist.",
    ),
    confirm=(looks.TLSA_VALIDATED, looks.TLSA_UNCHECKED, looks.DS_AND_KEYS),
    fix=(
        "Sign the zone again and see that all name servers have the same serial.",
        (
            "Wrong DS: correct it at the registrar, or remove it until the zone is in order; it stays in caches for "
            "its TTL, often a day."
        ),
        "The zone of the MX host counts as well as the domain's own, when they are two.",
    ),
    who="Many senders: the zone. One sender: its resolver, or an old answer in its cache.",
    reference="RFC 8460 section 4.3.2.1, RFC 7672 section 2.1, RFC 4035 section 5",
)

DANE_REQUIRED = ResultType(
    name="dane-required",
    family=Family.DANE,
    in_short="the sender insists on DANE, and the MX has no TLSA records",
    with_subject="the sender insists on DANE, and {} has no TLSA records",
    fix_in_short="publish signed TLSA records for each MX host, or agree on something else with the sender",
    meaning="This sender is set to deliver to the domain with DANE only, and found no TLSA records signed with DNSSEC "
    "for the MX host.",
    effect="This sender does not deliver without DANE, whatever the MTA-STS mode is. Others are not affected.",
    causes=(
        "Both sides once agreed on DANE, and a new MX host or another provider came without TLSA records.",
        "The sender demands DANE of all its partners.",
        "The records are there, but the zone of the MX host is no longer signed, so they do not count.",
    ),
    confirm=(looks.MX_RECORDS, looks.TLSA_RECORDS, looks.TLSA_VALIDATED),
    fix=(
        "Sign the zone of the MX host and publish a `3 1 1` record at `_25._tcp.` and the host, for every MX.",
        "If DANE is not wanted: ask the sender to take the demand off.",
    ),
    who="One sender: its own rule. Several: partners with the same rule, for instance within one sector.",
    reference="RFC 8460 section 4.3.2.1, RFC 7672 section 6",
)

DANE = (TLSA_INVALID, DNSSEC_INVALID, DANE_REQUIRED)
