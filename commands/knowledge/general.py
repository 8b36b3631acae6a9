"""Failures without a type of their own (RFC 8460 section 4.3.3), and those without any detail."""

from commands.knowledge import looks
from commands.knowledge.entry import Family, ResultType

VALIDATION_FAILURE = ResultType(
    name="validation-failure",
    family=Family.GENERAL,
    in_short="the session failed for a reason that the sender does not classify",
    with_subject="sessions with {} failed for a reason that the sender does not classify",
    fix_in_short="compare the MX hosts with the MTA-STS policy, then test the TLS session with each MX",
    meaning="The general failure, for all that has no type of its own. Google and Microsoft put most of their "
    "findings here. The failure reason code says more, where the sender gives one.",
    effect="Enforce mode: this MX gets no mail from the sender; it tries the other MX hosts, holds the mail and in "
    "the end returns it. Testing mode: delivered, and reported. DANE: as enforce. No policy: the sender may "
    "try again without TLS, or hold the mail.",
    causes=(
        (
            "The MX host is not named in the policy (Microsoft: MX_HOSTS_MISMATCH): the MX was renamed or added, or "
            "the policy lists the domain (`mx: example.com`) where the MX is mail.example.com."
        ),
        "A fault of the certificate that the sender does not name: name, chain or dates.",
        "The sender still works with an older policy, fetched before the MX hosts changed.",
        "The TLS handshake broke off: no TLS version or cipher in common, TLS 1.0 or 1.1 only.",
        "The connection was cut during the handshake: firewall, overload, a limit on connections.",
    ),
    confirm=(looks.POLICY, looks.MX_RECORDS, looks.CHAIN_AND_NAME, looks.TLS_1_2),
    fix=(
        "Make every MX host match an `mx` line of the policy, then change the id in `_mta-sts`.",
        "Offer TLS 1.2 and 1.3 with the mail server's default ciphers.",
        "Search the mail server's log for TLS errors at the time, and for the sending address of the report.",
    ),
    who="Many senders: policy or server. One sender, few sessions: often a broken connection, gone in its next report.",
    reference="RFC 8460 section 4.3.3, RFC 8461 sections 4.1 and 5",
)

NOT_ITEMISED = ResultType(
    name="not-itemised",
    family=Family.GENERAL,
    in_short="the sender gives no detail",
    with_subject="the sender gives no detail about failed sessions with {}",
    fix_in_short="look at what other reporters say of the same days, and check the records and each MX",
    meaning="Failed sessions that a report counts in its summary and does not break down: neither type nor MX host "
    "is known. The word is this bot's own, not one of RFC 8460.",
    effect="As for any failure it depends on the policy: in enforce mode, and under DANE, these sessions delivered "
    "nothing; in testing mode, or without a policy, the mail came through.",
    causes=(
        "The sender's software reports totals only, or cuts its list of details, for instance to the ten largest.",
        "The policy could not be fetched or was not valid, and the sender counts that without a detail.",
        "The sender's details add up to less than its summary.",
    ),
    confirm=(looks.POLICY, looks.MX_RECORDS, looks.CHAIN_AND_NAME),
    fix=(
        "See whether other reporters itemise failures of the same days; the cause is likely the same.",
        "One sender alone: ask its postmaster for the log of one session, with the report's id.",
    ),
    who="One sender: its software. Several on the same days: a fault on this side.",
    reference="RFC 8460 sections 4.2 and 4.4",
)

GENERAL = (VALIDATION_FAILURE, NOT_ITEMISED)
