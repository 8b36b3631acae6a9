"""What the doors (SMTP, HTTPS, mailboxes, files) hand over to storage: originals, and what was read in them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.report import Policy, Report


class Source(StrEnum):
    """The way by which a report came."""

    SMTP = "smtp"
    HTTPS = "https"
    IMAP = "imap"
    IMPORT = "import"


class DkimVerdict(StrEnum):
    """Result of checking a mail's DKIM signatures (RFC 6376; RFC 8460 section 3)."""

    PASS = "pass"  # noqa: S105 -- a verdict
    FAIL = "fail"
    NONE = "none"
    TEMPERROR = "temperror"
    UNCHECKED = "unchecked"


class Trust(StrEnum):
    """How much a report may be believed. Only `verified` names its reporter beyond doubt."""

    VERIFIED = "verified"
    IMPORTED = "imported"
    ADMITTED = "admitted"
    UNVERIFIED = "unverified"


class QuarantineKind(StrEnum):
    """What a mail without a readable report is."""

    UNREADABLE = "unreadable"
    DMARC_REPORT = "dmarc-report"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto-reply"
    POSTMASTER = "postmaster"


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes as they came, kept so that they can be read again."""

    body: bytes
    media_type: str
    """`message/rfc822` for a mail, else what the bytes are: `application/json`, `application/gzip`, ..."""
    source: Source
    arrived_at: datetime
    """Aware UTC. For an import: the mail's Date, or the file's modification time."""
    envelope_from: str = ""
    recipients: tuple[str, ...] = ()
    name: str = ""
    """File name of an import."""


@dataclass(frozen=True, slots=True)
class PlacedPolicy:
    """A policy, and the domain for which it counts."""

    policy: Policy
    domain: str
    host: str = ""
    """The MX host, where a `tlsa` policy named it as its policy domain (RFC 8460 section 1.1)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that was read, placed on a day and on its domains."""

    report: Report
    policies: tuple[PlacedPolicy, ...]
    day: date
    """UTC day on which the report starts."""
    longer_than_a_day: bool
    sent_at: datetime
    """The mail's Date; the arrival where it has none. Aware UTC. Decides which revision is the later one."""
    dkim: DkimVerdict
    signer: str = ""
    """Domain of the aligned passing signature; empty unless `dkim` is pass."""
    trust: Trust = Trust.UNVERIFIED
    held: bool = False
    """Kept, but not counted, until verified or admitted (RFC 8460 section 3: MUST be ignored)."""
    marks: tuple[str, ...] = ()
    """What is odd about the report, a sentence each: repairs, and what placing it found."""

    @property
    def reporter(self) -> str:
        """Who reports: the verified signer, else the organisation's name."""
        return self.signer or self.report.organisation


@dataclass(frozen=True, slots=True)
class Delivery:
    """One original and all that was found in it: arrivals, or the reason why there are none."""

    original: Original
    arrivals: tuple[Arrival, ...] = ()
    kind: QuarantineKind | None = None
    reason: str = ""
    """A stable word for counters (`gzip-truncated`), when nothing could be read."""
    detail: str = ""
    """The same for people, in a sentence."""
    sender: str = ""
    """Domain that it came from, as it says itself, when nothing could be read; empty where it says none."""

    @property
    def rows(self) -> int:
        """How many policies and failure details it holds."""
        policies = [placed.policy for arrival in self.arrivals for placed in arrival.policies]
        return len(policies) + sum(len(policy.failures) for policy in policies)


class Outcome(StrEnum):
    """What became of a delivery."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
