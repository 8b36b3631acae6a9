"""Failures of the MTA-STS policy and its host (RFC 8460 section 4.3.2.2)."""

from commands.knowledge import looks
from commands.knowledge.entry import Family, ResultType

_NOT_AVAILABLE = (
    "No mail is refused for this alone. A sender that still holds an older policy goes on applying it, in enforce mode "
    "too, until its max_age is over; a sender without one delivers as if the domain had no MTA-STS, so the protection "
    "is missing. DANE is not affected."
)

STS_POLICY_FETCH_ERROR = ResultType(
    name="sts-policy-fetch-error",
    family=Family.STS_POLICY,
    in_short="the MTA-STS policy cannot be fetched",
    with_subject="the MTA-STS policy of {} cannot be fetched",
    fix_in_short="make the policy host answer with status 200 and the policy, to everyone and without a redirect",
    meaning="The sender found the `_mta-sts` record, but got no policy from "
    "https://mta-sts.DOMAIN/.well-known/mta-sts.txt.",
    effect=_NOT_AVAILABLE,
    causes=(
        "The mta-sts host is down or slow, or its name has no address any more.",
        "It answers with 404 after a move of the web site, or with a redirect: senders must not follow one.",
        "A firewall, bot protection or country filter turns the sender away, while a browser gets through.",
        "Its AAAA record leads nowhere: senders that prefer IPv6 fail, others do not.",
        "The certificate of the mta-sts host is wrong; some senders report that here.",
        "MTA-STS was given up, but the `_mta-sts` record stayed.",
        "The sender's own fetcher had trouble. Microsoft alone, while others fetch the policy, is a usual case.",
    ),
    confirm=(looks.POLICY, looks.POLICY_HOST, looks.POLICY_RECORD),
    fix=(
        "Make the URL answer with status 200 and the policy as text/plain, over IPv4 and IPv6, to every client.",
        (
            "Giving up MTA-STS: first publish `mode: none` with a new id, wait until the old max_age is over, then "
            "remove record and host."
        ),
        "One sender, and few sessions: wait for its next report before anything is changed.",
    ),
    who="Many senders: the policy host. One sender: its fetcher, or a filter that stops just this one.",
    reference="RFC 8460 section 4.3.2.2, RFC 8461 sections 3.3 and 8.3",
)

STS_POLICY_INVALID = ResultType(
    name="sts-policy-invalid",
    family=Family.STS_POLICY,
    in_short="the MTA-STS policy is not valid",
    with_subject="the MTA-STS policy of {} is not valid",
    fix_in_short="correct the policy file, then change the id in the _mta-sts record",
    meaning="The sender fetched the policy and could not use it as a whole. Some senders also say this when the MX "
    "hosts do not match the policy.",
    effect=_NOT_AVAILABLE + " Where the sender means an MX host that the policy does not name, enforce mode keeps the "
    "mail from that host.",
    causes=(
        "The MX was renamed, or a new MX was added, and the policy file still lists the old names.",
        "A line is missing or misspelt: `version: STSv1`, `mode`, `max_age`, and at least one `mx`.",
        "The URL answers with a web page: a catch-all site or a start page that gives status 200 for everything.",
        "`*.` stands for exactly one label: `mx: *.example.com` does not cover a.mx.example.com.",
        "The file was written with a word processor: quotes, a BOM, or all in one line.",
    ),
    confirm=(looks.POLICY, looks.MX_RECORDS, looks.POLICY_RECORD),
    fix=(
        (
            "Correct the file, look at it with curl, and only then change the id in `_mta-sts`: in the other order "
            "senders may keep the old policy under the new id."
        ),
        "Changing MX hosts: add the new names to the policy days before, remove the old ones after max_age.",
    ),
    who="Many senders: the policy. One sender: it may hold an older policy, or read more strictly than the others.",
    reference="RFC 8460 section 4.3.2.2, RFC 8461 sections 3.2, 4.1 and 8.1",
)

STS_WEBPKI_INVALID = ResultType(
    name="sts-webpki-invalid",
    family=Family.STS_POLICY,
    in_short="the web certificate of the MTA-STS policy host is not valid",
    with_subject="the web certificate of mta-sts.{} is not valid",
    fix_in_short="give the mta-sts host a valid certificate for its name",
    meaning="The policy host, mta-sts.DOMAIN, presented a certificate that could not be verified, so the policy was "
    "not believed. It is the certificate of the web server on port 443, not the one of the MX.",
    effect=_NOT_AVAILABLE,
    causes=(
        "The web certificate has expired: the mta-sts host was forgotten in the renewal.",
        "The certificate does not name mta-sts.example.com; one for example.com alone is not enough.",
        "The host is a CNAME to a hosting provider that was never told to issue a certificate for this name.",
        "The intermediate certificate is missing: browsers fetch it, senders do not.",
        "The web server picks another site's certificate, since no site is set up for this name (SNI).",
    ),
    confirm=(looks.POLICY_CERTIFICATE, looks.POLICY),
    fix=(
        "Issue a certificate for mta-sts.DOMAIN, install it with its full chain, and reload the web server.",
        "Include this host in renewal and monitoring: nobody opens it in a browser, so nobody notices.",
    ),
    who="Many senders: the certificate. One sender: its list of roots, or one address of the policy host (IPv6).",
    reference="RFC 8460 section 4.3.2.2, RFC 8461 section 3.3",
)

STS_POLICY = (STS_POLICY_FETCH_ERROR, STS_POLICY_INVALID, STS_WEBPKI_INVALID)
