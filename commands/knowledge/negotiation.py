"""Failures between the sender and the MX (RFC 8460 section 4.3.1)."""

from commands.knowledge import looks
from commands.knowledge.entry import Family, ResultType

STARTTLS_NOT_SUPPORTED = ResultType(
    name="starttls-not-supported",
    family=Family.NEGOTIATION,
    in_short="the mail server does not offer STARTTLS",
    with_subject="{} does not offer STARTTLS",
    fix_in_short="switch on STARTTLS at the mail server, or stop the firewall that hides it",
    meaning="The sender asked the MX what it can do, and STARTTLS was not in the answer, or the command was refused. "
    "There was no way to encrypt the session.",
    effect="Enforce mode: this MX gets no mail; the sender tries the other MX hosts, holds the mail and in the end "
    "returns it. Testing mode, or no policy: delivered unencrypted. DANE: as enforce, where the MX has TLSA records.",
    causes=(
        (
            "A firewall in front of the server rewrites the session. Cisco ASA and PIX (`inspect esmtp`, formerly "
            "`fixup smtp`) mask the word: the answer to EHLO then shows XXXXXXXA where STARTTLS stood."
        ),
        "Only one address lacks it: the IPv6 listener, or one host behind a load balancer.",
        "A backup MX or a new host was never given a certificate.",
        (
            "The server cannot read its certificate or key and goes on without TLS. Postfix then answers STARTTLS with "
            "`454 4.7.0 TLS not available due to local problem`."
        ),
        "Somebody on the way removes STARTTLS: an attack, rare, and seen by senders on that path only.",
    ),
    confirm=(looks.STARTTLS_IPV4, looks.STARTTLS_IPV6),
    fix=(
        (
            "Postfix: `smtpd_tls_security_level = may` and `smtpd_tls_chain_files`; Exim: `tls_advertise_hosts = *` "
            "with `tls_certificate` and `tls_privatekey`. Then look into the log for errors about the key."
        ),
        "Take port 25 to the MX out of the firewall's mail inspection, or allow TLS in it (Cisco: `allow-tls`).",
        "Test every address of every MX, IPv6 too; an address that must not take mail should not be in DNS.",
    ),
    who="Many senders: the server or its firewall. One sender: its path, or an address that only it uses, often IPv6.",
    reference="RFC 8460 section 4.3.1, RFC 3207, RFC 8461 section 5",
)

CERTIFICATE_HOST_MISMATCH = ResultType(
    name="certificate-host-mismatch",
    family=Family.NEGOTIATION,
    in_short="the certificate does not name the MX host",
    with_subject="the certificate of {} does not name this host",
    fix_in_short="issue a certificate that names the host as the MX record does, and reload the mail server",
    meaning="The certificate of the MX does not contain the host's name as it stands in the MX record. Only names "
    "under Subject Alternative Name count, not the common name.",
    effect="Enforce mode: this MX gets no mail; the sender tries the other MX hosts, holds the mail and in the end "
    "returns it. Testing mode: delivered, and reported. DANE: DANE-EE(3) ignores names, DANE-TA(2) does not. "
    "No policy: most senders deliver all the same.",
    causes=(
        "The certificate was issued for the domain or for webmail (example.com), not for the MX (mx1.example.com).",
        "The MX was renamed or moved to a provider, and the certificate still carries the old name.",
        "The server has several certificates and picks the default one, since none is set for this name (SNI).",
        "The MX record is an own name for a provider's host, whose certificate knows only the provider's name.",
        "Some senders also say this when the MX host is missing in the MTA-STS policy.",
    ),
    confirm=(looks.MX_RECORDS, looks.NAMES_AND_DATES, looks.CHAIN_AND_NAME),
    fix=(
        "Issue one certificate with the names of all MX hosts, install it on each of them and reload.",
        (
            "Or let the MX record point to a name that the certificate covers. Add this name to the MTA-STS policy and "
            "change its id first, and keep the old MX until senders had time to fetch the new policy."
        ),
    ),
    who="Many senders: the certificate. One sender: it reaches another host, by IPv6 or by an old DNS answer.",
    reference="RFC 8460 section 4.3.1, RFC 8461 section 4.2, RFC 7672 section 3.2",
)

CERTIFICATE_EXPIRED = ResultType(
    name="certificate-expired",
    family=Family.NEGOTIATION,
    in_short="the certificate has expired",
    with_subject="the certificate of {} has expired",
    fix_in_short="renew the certificate and reload the mail server",
    meaning="The certificate that the MX presented was past its end when the sender connected.",
    effect="Enforce mode: this MX gets no mail; the sender tries the other MX hosts, holds the mail and in the end "
    "returns it. Testing mode: delivered, and reported. DANE: DANE-EE(3) ignores dates, DANE-TA(2) does not. "
    "No policy: most senders deliver all the same.",
    causes=(
        (
            "It was renewed on disk, but the mail server was not reloaded and still serves the old one: certbot or "
            "acme.sh without a hook for the mail server."
        ),
        "The renewal fails unnoticed: port 80 closed, credentials for the DNS challenge changed, a rate limit.",
        "It was renewed on one host only; a second MX or a host behind the load balancer has the old one.",
        "A mail filter or load balancer ends TLS in front of the server, with a copy of its own.",
        "An intermediate certificate in the chain has expired, not the certificate itself.",
    ),
    confirm=(looks.NAMES_AND_DATES, looks.CHAIN_AND_NAME, looks.CHAIN_AS_SENT),
    fix=(
        "Renew it, reload the mail server (`systemctl reload postfix`), and look at the dates again.",
        'Let the renewal reload by itself: `certbot renew --deploy-hook "systemctl reload postfix"`.',
        "Reports come a day late: after the repair the failures of the day before still arrive.",
    ),
    who="Many senders: the certificate. One sender: it reaches another host, often by IPv6, that was left out.",
    reference="RFC 8460 section 4.3.1, RFC 8461 section 4.2, RFC 7672 section 3.1.1",
)

CERTIFICATE_NOT_VALID_YET = ResultType(
    name="certificate-not-valid-yet",
    family=Family.NEGOTIATION,
    in_short="the certificate is not valid yet",
    with_subject="the certificate of {} is not valid yet",
    fix_in_short="set the clocks right, or go back to the former certificate until the new one has begun",
    meaning="The certificate that the MX presented begins later than the moment at which the sender connected, "
    "by the sender's clock.",
    effect="Enforce mode: this MX gets no mail until the certificate begins. Testing mode: delivered, and reported. "
    "DANE: DANE-EE(3) ignores dates, DANE-TA(2) does not. No policy: most senders deliver all the same.",
    causes=(
        "The sender's clock is wrong; then no other sender sees it.",
        "The certificate was made on a machine with a wrong clock or by an own CA, and begins in the future.",
        "A certificate that was ordered ahead of time was installed too early.",
    ),
    confirm=(looks.NAMES_AND_DATES,),
    fix=(
        "Compare the begin (`notBefore`) with the time in UTC. Install the former certificate again, or a new one.",
        "With an own CA: synchronise its clock, and let certificates begin an hour in the past.",
    ),
    who="One sender: most likely its clock. Many: the certificate.",
    reference="Not in RFC 8460, some senders' own; RFC 5280 section 4.1.2.5, RFC 8461 section 4.2",
)

CERTIFICATE_NOT_TRUSTED = ResultType(
    name="certificate-not-trusted",
    family=Family.NEGOTIATION,
    in_short="the certificate is not trusted",
    with_subject="the certificate of {} is not trusted",
    fix_in_short="send the certificate with its intermediates, from a CA that the public trusts",
    meaning="The sender found no way from the certificate of the MX to a root that it trusts. "
    "The failure reason code says more, where the sender gives one.",
    effect="Enforce mode: this MX gets no mail; the sender tries the other MX hosts, holds the mail and in the end "
    "returns it. Testing mode: delivered, and reported. DANE: DANE-EE(3) ignores the chain, DANE-TA(2) needs its "
    "trust anchor in the chain as sent. No policy: most senders deliver all the same.",
    causes=(
        (
            "The server sends the certificate without its intermediate: cert.pem was configured, not fullchain.pem. "
            "Browsers mend that, mail servers do not."
        ),
        "The certificate is self-signed or from a company's own CA.",
        "The CA's intermediate changed at the last renewal, and an old one is still configured beside the new one.",
        "The sender's list of roots is old and lacks this root, or dropped this CA.",
        "A firewall that inspects TLS presents a certificate of its own.",
        "The certificate was revoked, or its key or signature is too weak for the sender.",
    ),
    confirm=(looks.CHAIN_AND_NAME, looks.CHAIN_AS_SENT),
    fix=(
        "Configure the full chain. Postfix: `smtpd_tls_chain_files` with the key, then fullchain.pem. Then reload.",
        "Replace a self-signed certificate by one of a public CA; MTA-STS accepts nothing else.",
        "One sender alone: send its postmaster the chain and the name of the root.",
    ),
    who="Many senders: the chain. One sender: likely its side, an old list of roots.",
    reference="RFC 8460 section 4.3.1, RFC 8461 section 4.2, RFC 7672 section 3.1.2",
)

NEGOTIATION = (
    STARTTLS_NOT_SUPPORTED,
    CERTIFICATE_HOST_MISMATCH,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_NOT_TRUSTED,
    CERTIFICATE_NOT_VALID_YET,
)
