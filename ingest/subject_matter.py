"""Which domain a report is about: what its policies say, and where they say nothing, what came with the report."""

from dataclasses import dataclass
from typing import Self

from ingest.reader.frame import MailFrame
from ingest.reader.repairs import Repairs
from storage.arrival import PlacedPolicy
from storage.domain_name import UNKNOWN_DOMAIN, canonical_domain
from storage.report import TLSA, Policy, Report

_FIELDS_OF_A_FILE_NAME = 4
_LONGEST_QUOTATION = 80


@dataclass(frozen=True, slots=True)
class SubjectMatter:
    """The domains that a report could be about, most telling first."""

    claims: tuple[str, ...]
    """By TLS-Report-Domain, the file name and the Subject."""
    token_domain: str
    recipient_tags: tuple[str, ...]
    policy_domains: tuple[str, ...]
    """Domain names in those entries that are no `tlsa` entries: they never name a host."""

    @classmethod
    def of(
        cls, report: Report, frame: MailFrame | None, file_name: str, token_domain: str, recipients: tuple[str, ...]
    ) -> Self:
        """Gather them from all that came with the report."""
        frame = frame or MailFrame()
        named = (frame.report_domain, domain_in_file_name(file_name), frame.subject_domain)
        domains = (policy.policy_domain for policy in report.policies if policy.policy_type != TLSA)
        return cls(
            claims=tuple(name for name in named if name),
            token_domain=token_domain,
            recipient_tags=tuple(tag for recipient in recipients if (tag := _tag(recipient))),
            policy_domains=tuple(domain for domain in domains if domain and _is_domain_name(domain)),
        )

    def place(self, policy: Policy, marks: Repairs) -> PlacedPolicy:
        """Name the domain for which a policy counts, and the MX host where its policy domain is one.

        What names something that is no domain counts for none: a guess would put it under a name that it denies.
        """
        domain = policy.policy_domain
        if domain is None:
            return PlacedPolicy(policy, self._domain_of_a_nameless_policy(marks))
        if not _is_domain_name(domain):
            marks.note(f"A policy names {_quotation(domain)}, which is no domain name.")
            return PlacedPolicy(policy, UNKNOWN_DOMAIN)
        about = self._about(domain)
        if policy.policy_type == TLSA and about and self._is_host(domain, about, policy.mx_hosts):
            return PlacedPolicy(policy, about, host=domain)
        return PlacedPolicy(policy, domain)

    def _domain_of_a_nameless_policy(self, marks: Repairs) -> str:
        hints = (*self.claims, self.token_domain, *self.recipient_tags)
        domain = next((hint for hint in hints if hint), UNKNOWN_DOMAIN)
        if domain == UNKNOWN_DOMAIN:
            marks.note("A policy names no domain, and nothing else does.")
        else:
            marks.note(f"A policy names no domain: {domain} was taken from what came with the report.")
        return domain

    def _about(self, host: str) -> str:
        """Return the domain whose MX `host` may be: the token's, unless what came with the report denies it.

        One report address may serve several domains: then the report's own claim is right and the token is not. But
        a claim may also be the host itself, when the sender found the address in the TLS-RPT record of the host.
        """
        token = self.token_domain
        is_own_host = host in self.claims and _is_below(host, token)
        if token and (not self.claims or token in self.claims or is_own_host):
            return token
        return next(iter(self.claims or self.policy_domains), "")

    def _is_host(self, domain: str, about: str, mx_hosts: tuple[str, ...]) -> bool:
        """Tell an MX host (the TLSA base domain, RFC 8460 section 1.1) from a domain with a policy of its own."""
        is_claimed = domain in self.claims and not _is_below(domain, about)
        is_domain = domain == about or is_claimed or domain in self.policy_domains or _is_below(about, domain)
        return not is_domain and (not mx_hosts or domain in mx_hosts)


def domain_in_file_name(file_name: str) -> str:
    """Return the policy domain of `sender!domain!begin!end[!id].json[.gz]` (RFC 8460 section 5.1), or nothing."""
    fields = file_name.replace("\\", "/").rpartition("/")[2].split("!")
    return canonical_domain(fields[1]) or "" if len(fields) >= _FIELDS_OF_A_FILE_NAME else ""


def _tag(recipient: str) -> str:
    """Return the domain that an address carries as its tag: `reports+example.com@...`."""
    tag = canonical_domain(recipient.rpartition("@")[0].partition("+")[2]) or ""
    return tag if "." in tag else ""


def _is_domain_name(text: str) -> bool:
    return canonical_domain(text) is not None


def _quotation(text: str) -> str:
    """Put a sender's text, which is one printable line, into backticks that it cannot leave."""
    shown = text[:_LONGEST_QUOTATION].replace("`", "'")
    return f"`{shown}…`" if len(text) > _LONGEST_QUOTATION else f"`{shown}`"


def _is_below(name: str, parent: str) -> bool:
    return name.endswith(f".{parent}")
