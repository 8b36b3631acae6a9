"""The tables but for those of reception. Names are singular; days are UTC days; counts are sessions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import NAME_LENGTH, NEVER_REUSED_IDS, WITHOUT_ROWID, json_field, sessions_field, time_field


class Domain(SQLModel, table=True):
    """A policy domain: registered with a command, or merely seen in reports (`registered_at` is empty)."""

    __table_args__ = (
        CheckConstraint("failure_rate IS NULL OR (failure_rate > 0 AND failure_rate <= 1)", name="failure_rate_0_1"),
        CheckConstraint("min_failures IS NULL OR min_failures >= 1", name="min_failures_positive"),
        CheckConstraint("silence_days IS NULL OR silence_days >= 1", name="silence_days_positive"),
        CheckConstraint("certificate_days IS NULL OR certificate_days >= 1", name="certificate_days_positive"),
        CheckConstraint("registered_at IS NULL OR token IS NOT NULL", name="registered_has_token"),
        NEVER_REUSED_IDS,
    )
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=NAME_LENGTH, unique=True)
    first_seen_at: datetime = time_field()
    token: str | None = Field(default=None, max_length=64, unique=True)
    registered_at: datetime | None = time_field(nullable=True, index=True)
    registered_by: str = Field(default="", max_length=NAME_LENGTH)
    failure_rate: float | None = None
    min_failures: int | None = None
    silence_days: int | None = None
    certificate_days: int | None = None


class Reporter(SQLModel, table=True):
    """Who reports: a verified DKIM signer, or a name that an unsigned report gives itself."""

    __table_args__ = (UniqueConstraint("name", "is_signer"), NEVER_REUSED_IDS)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=NAME_LENGTH)
    is_signer: bool


class Original(SQLModel, table=True):
    """The bytes of a mail or file, as they came."""

    __table_args__ = (NEVER_REUSED_IDS,)
    id: int | None = Field(default=None, primary_key=True)
    kept_since: datetime = time_field(index=True)
    arrived_at: datetime | None = time_field(nullable=True)
    """Long before that for an old mail from a mailbox or an archive. Empty: the same, noted by an older version."""
    source: str = Field(max_length=16)
    media_type: str = Field(max_length=64)
    envelope_from: str = Field(max_length=NAME_LENGTH)
    recipients: list[str] = json_field()
    name: str = Field(max_length=NAME_LENGTH)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Report(SQLModel, table=True):
    """A report, once, however often it came. `standing` says whether it counts (see `storage.standing`)."""

    __table_args__ = (
        CheckConstraint("standing IN ('counted', 'held', 'revised', 'outranked', 'twin')", name="standing_known"),
        CheckConstraint("copies >= 1", name="copies_positive"),
        Index("report_by_held", "held", "arrived_at"),
        NEVER_REUSED_IDS,
    )
    id: int | None = Field(default=None, primary_key=True)
    original_id: int | None = Field(sa_column=Column(ForeignKey("original.id", ondelete="SET NULL"), index=True))
    reporter_id: int = Field(foreign_key="reporter.id", index=True)
    organisation: str = Field(max_length=NAME_LENGTH)
    contact_info: str = Field(max_length=NAME_LENGTH)
    report_id: str = Field(max_length=NAME_LENGTH)
    started_at: datetime | None = time_field(nullable=True)
    ended_at: datetime | None = time_field(nullable=True)
    day: date
    longer_than_a_day: bool
    arrived_at: datetime = time_field(index=True)
    sent_at: datetime = time_field()
    source: str = Field(max_length=16)
    dkim: str = Field(max_length=16)
    signer: str = Field(max_length=NAME_LENGTH)
    trust: str = Field(max_length=16)
    held: bool
    standing: str = Field(max_length=16)
    family_key: str = Field(max_length=64, index=True)
    twin_key: str = Field(max_length=64, index=True)
    content_key: str = Field(max_length=64, unique=True)
    copies: int = 1
    marks: list[str] = json_field()


class ReportDomain(SQLModel, table=True):
    """What one report says about one domain, after the rule for `sts` and `tlsa` entries (see `storage.shares`)."""

    __tablename__ = "report_domain"
    __table_args__ = (
        Index("report_domain_by_day", "domain_id", "day", "standing", "reporter_id", "successful", "failed"),
        WITHOUT_ROWID,
    )
    report_id: int = Field(sa_column=Column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True))
    domain_id: int = Field(foreign_key="domain.id", primary_key=True)
    day: date
    reporter_id: int = Field(foreign_key="reporter.id")
    standing: str = Field(max_length=16)
    successful: int = sessions_field()
    failed: int = sessions_field()


class ReportPolicy(SQLModel, table=True):
    """One policy entry of a report, as sent. `chosen` entries make the headline of their domain."""

    __tablename__ = "report_policy"
    __table_args__ = (Index("report_policy_by_domain", "domain_id", "report_id"), WITHOUT_ROWID)
    report_id: int = Field(sa_column=Column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True))
    position: int = Field(primary_key=True)
    domain_id: int = Field(foreign_key="domain.id")
    policy_type: str = Field(max_length=64)
    mode: str = Field(max_length=16)
    policy_domain: str = Field(max_length=NAME_LENGTH)
    host: str = Field(max_length=NAME_LENGTH)
    policy_strings: list[str] = json_field()
    mx_hosts: list[str] = json_field()
    successful: int = sessions_field()
    failed: int = sessions_field()
    chosen: bool


class Failure(SQLModel, table=True):
    """One failure detail of a report, as sent. `sessions` is empty when the sender gave no number."""

    __table_args__ = (Index("failure_by_day", "domain_id", "day", "result_type"), WITHOUT_ROWID)
    report_id: int = Field(sa_column=Column(ForeignKey("report.id", ondelete="CASCADE"), primary_key=True))
    policy_position: int = Field(primary_key=True)
    position: int = Field(primary_key=True)
    domain_id: int = Field(foreign_key="domain.id")
    day: date
    result_type: str = Field(max_length=64)
    sessions: int | None = sessions_field(nullable=True)
    sending_mta_ip: str = Field(max_length=NAME_LENGTH)
    receiving_mx_hostname: str = Field(max_length=NAME_LENGTH)
    receiving_mx_helo: str = Field(max_length=NAME_LENGTH)
    receiving_ip: str = Field(max_length=NAME_LENGTH)
    reason_code: str
    additional_information: str


class DomainDay(SQLModel, table=True):
    """Totals of a domain's day over the reports that count. `longer_…`: the part from reports longer than a day."""

    __tablename__ = "domain_day"
    __table_args__ = (WITHOUT_ROWID,)
    domain_id: int = Field(foreign_key="domain.id", primary_key=True)
    day: date = Field(primary_key=True)
    reports: int
    successful: int = sessions_field()
    failed: int = sessions_field()
    longer_successful: int = sessions_field()
    longer_failed: int = sessions_field()


class PolicyDay(SQLModel, table=True):
    """The same by policy type and mode. Never add these up: one session stands under `sts` and under `tlsa`."""

    __tablename__ = "policy_day"
    __table_args__ = (WITHOUT_ROWID,)
    domain_id: int = Field(foreign_key="domain.id", primary_key=True)
    day: date = Field(primary_key=True)
    policy_type: str = Field(max_length=64, primary_key=True)
    mode: str = Field(max_length=16, primary_key=True)
    reports: int
    successful: int = sessions_field()
    failed: int = sessions_field()


class FailureDay(SQLModel, table=True):
    """Failed sessions by result type, MX host and reporter. `reports` keeps a row alive that says no number."""

    __tablename__ = "failure_day"
    __table_args__ = (Index("failure_day_by_type", "domain_id", "result_type", "day"), WITHOUT_ROWID)
    domain_id: int = Field(foreign_key="domain.id", primary_key=True)
    day: date = Field(primary_key=True)
    result_type: str = Field(max_length=64, primary_key=True)
    mx_host: str = Field(max_length=NAME_LENGTH, primary_key=True)
    reporter_id: int = Field(foreign_key="reporter.id", primary_key=True)
    reports: int
    sessions: int = sessions_field()
    longer_sessions: int = sessions_field()


class ChangedDay(SQLModel, table=True):
    """A domain's day that has new data, until the alert rules have looked at it."""

    __tablename__ = "changed_day"
    __table_args__ = (WITHOUT_ROWID,)
    domain_id: int = Field(foreign_key="domain.id", primary_key=True)
    day: date = Field(primary_key=True)
    changed_at: datetime = time_field(index=True)


class Alert(SQLModel, table=True):
    """One fault of one domain, from the day it was noticed until it is over."""

    __table_args__ = (
        CheckConstraint("severity IN ('info', 'warning', 'critical')", name="severity_known"),
        CheckConstraint("state IN ('open', 'acked', 'snoozed', 'resolved')", name="state_known"),
        Index("alert_by_domain", "domain_id", "state"),
        Index("alert_by_state", "state"),
        NEVER_REUSED_IDS,
    )
    id: int | None = Field(default=None, primary_key=True)
    domain_id: int = Field(foreign_key="domain.id")
    rule: str = Field(max_length=32)
    severity: str = Field(max_length=16)
    state: str = Field(max_length=16)
    result_types: list[str] = json_field()
    mx_hosts: list[str] = json_field()
    reporters: list[str] = json_field()
    first_day: date
    last_day: date
    opened_at: datetime = time_field()
    resolved_at: datetime | None = time_field(nullable=True)
    failed: int = sessions_field()
    total: int = sessions_field()
    baseline_rate: float | None = None
    message: str


class OutboxMessage(SQLModel, table=True):
    """What is to be said unasked: one row for each message and channel, kept after it was sent."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("state IN ('waiting', 'sending', 'sent', 'dead')", name="outbox_state_known"),
        Index("outbox_by_state", "state", "due_at"),
        NEVER_REUSED_IDS,
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=128)
    platform: str = Field(max_length=16)
    channel: str = Field(max_length=NAME_LENGTH)
    alert_id: int | None = Field(sa_column=Column(ForeignKey("alert.id", ondelete="CASCADE"), index=True))
    reply: dict[str, Any] = json_field()
    state: str = Field(max_length=16)
    created_at: datetime = time_field()
    due_at: datetime = time_field()
    sending_since: datetime | None = time_field(nullable=True)
    attempts: int = 0
    instead_of: int | None = None
    """Id of the message for another channel, which cannot be reached, in whose place this one is."""
    reference: str = Field(default="", max_length=NAME_LENGTH)
    last_error: str = ""


class Note(SQLModel, table=True):
    """What somebody changed on a day, in their own words."""

    __table_args__ = (Index("note_by_day", "domain_id", "day"), NEVER_REUSED_IDS)
    id: int | None = Field(default=None, primary_key=True)
    domain_id: int = Field(foreign_key="domain.id")
    day: date
    noted_at: datetime = time_field()
    author: str = Field(max_length=NAME_LENGTH)
    text: str


class Subscription(SQLModel, table=True):
    """What one channel hears of one domain, or of all (`domain` is empty). The domain need not be known."""

    __table_args__ = (
        UniqueConstraint("domain", "platform", "channel"),
        CheckConstraint("level IN ('info', 'warning', 'critical')", name="level_known"),
        Index("subscription_by_channel", "platform", "channel", "domain"),
        NEVER_REUSED_IDS,
    )
    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(max_length=16)
    channel: str = Field(max_length=NAME_LENGTH)
    channel_id: str = Field(max_length=NAME_LENGTH)
    """The platform's own id, where `channel` is a name and a message got there; else empty."""
    domain: str = Field(max_length=NAME_LENGTH)
    alerts: bool
    digest: bool
    level: str = Field(max_length=16)
    changed_at: datetime = time_field()
    changed_by: str = Field(max_length=NAME_LENGTH)


def table(model: type[SQLModel]) -> Any:
    """Return the Core table of a model, for writing in bulk."""
    return model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare what SQLAlchemy adds
