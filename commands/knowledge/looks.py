"""Shell commands with which a fault is confirmed; they only look, and send no mail."""

from commands.knowledge.entry import Look
from commands.records import tlsa

_CONNECT = "openssl s_client -starttls smtp -connect mx1.example.com:25 -servername mx1.example.com"

NAMES_AND_DATES = Look(
    "Names and dates of the certificate that the MX serves now",
    f"{_CONNECT} </dev/null 2>/dev/null | openssl x509 -noout -subject -dates -ext subjectAltName",
)
CHAIN_AND_NAME = Look(
    "Whether chain, name and dates hold: `Verify return code: 0 (ok)`",
    f"{_CONNECT} -verify_return_error -verify_hostname mx1.example.com </dev/null",
)
CHAIN_AS_SENT = Look(
    "The chain as the MX sends it; a chain of one certificate lacks its intermediate",
    f"{_CONNECT} -showcerts </dev/null",
)
STARTTLS_IPV4 = Look("STARTTLS over IPv4", f"{_CONNECT} -4 -brief </dev/null")
STARTTLS_IPV6 = Look("STARTTLS over IPv6, if the MX has an AAAA record", f"{_CONNECT} -6 -brief </dev/null")
TLS_1_2 = Look("Whether TLS 1.2 works", f"{_CONNECT} -tls1_2 -brief </dev/null")
KEY_DIGEST = Look(
    "The digest of the key in use, as a `3 1 1` record has it",
    tlsa.by_hand("mx1.example.com"),
)
TLSA_RECORDS = Look("The TLSA records that are published", "dig +short TLSA _25._tcp.mx1.example.com")
TLSA_VALIDATED = Look("Whether they validate: `fully validated`", "delv TLSA _25._tcp.mx1.example.com")
TLSA_UNCHECKED = Look(
    "The same without validation; an answer only here means that the signatures are wrong",
    "dig +cd +dnssec TLSA _25._tcp.mx1.example.com",
)
DS_AND_KEYS = Look(
    "The keys that the parent zone vouches for", "dig +short DS example.com; dig +short DNSKEY example.com"
)
MX_RECORDS = Look("The MX hosts; each must match an `mx` line of the policy", "dig +short MX example.com")
POLICY = Look(
    "The policy as a sender gets it: status 200, text/plain, no redirect",
    "curl -sS -i --max-time 60 https://mta-sts.example.com/.well-known/mta-sts.txt",
)
POLICY_HOST = Look(
    "The addresses of the policy host", "dig +short A mta-sts.example.com; dig +short AAAA mta-sts.example.com"
)
POLICY_RECORD = Look("The record that announces the policy", "dig +short TXT _mta-sts.example.com")
POLICY_CERTIFICATE = Look(
    "Whether the certificate of the policy host holds: `Verify return code: 0 (ok)`",
    "openssl s_client -connect mta-sts.example.com:443 -servername mta-sts.example.com"
    " -verify_return_error -verify_hostname mta-sts.example.com </dev/null",
)
