"""The first schema."""

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "domain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.Column("registered_at", UtcDateTime(), nullable=True),
        sa.Column("registered_by", sa.String(length=255), nullable=False),
        sa.Column("failure_rate", sa.Float(), nullable=True),
        sa.Column("min_failures", sa.Integer(), nullable=True),
        sa.Column("silence_days", sa.Integer(), nullable=True),
        sa.Column("certificate_days", sa.Integer(), nullable=True),
        sa.CheckConstraint("certificate_days IS NULL OR certificate_days >= 1", name="certificate_days_positive"),
        sa.CheckConstraint("failure_rate IS NULL OR (failure_rate > 0 AND failure_rate <= 1)", name="failure_rate_0_1"),
        sa.CheckConstraint("min_failures IS NULL OR min_failures >= 1", name="min_failures_positive"),
        sa.CheckConstraint("registered_at IS NULL OR token IS NOT NULL", name="registered_has_token"),
        sa.CheckConstraint("silence_days IS NULL OR silence_days >= 1", name="silence_days_positive"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
        sa.UniqueConstraint("token"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("domain", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_domain_registered_at"), ["registered_at"], unique=False)

    op.create_table(
        "original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("envelope_from", sa.String(length=255), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("original", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_original_arrived_at"), ["arrived_at"], unique=False)

    op.create_table(
        "reporter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("is_signer", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "is_signer"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("result_types", sa.JSON(), nullable=False),
        sa.Column("mx_hosts", sa.JSON(), nullable=False),
        sa.Column("reporters", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("baseline_rate", sa.Float(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.CheckConstraint("severity IN ('info', 'warning', 'critical')", name="severity_known"),
        sa.CheckConstraint("state IN ('open', 'acked', 'snoozed', 'resolved')", name="state_known"),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index("alert_by_domain", ["domain_id", "state"], unique=False)
        batch_op.create_index("alert_by_state", ["state"], unique=False)

    op.create_table(
        "changed_day",
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.PrimaryKeyConstraint("domain_id", "day"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("changed_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_changed_day_changed_at"), ["changed_at"], unique=False)

    op.create_table(
        "domain_day",
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("successful", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("longer_successful", sa.BigInteger(), nullable=False),
        sa.Column("longer_failed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.PrimaryKeyConstraint("domain_id", "day"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "failure_day",
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("result_type", sa.String(length=64), nullable=False),
        sa.Column("mx_host", sa.String(length=255), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        sa.Column("longer_sessions", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["reporter.id"],
        ),
        sa.PrimaryKeyConstraint("domain_id", "day", "result_type", "mx_host", "reporter_id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("failure_day", schema=None) as batch_op:
        batch_op.create_index("failure_day_by_type", ["domain_id", "result_type", "day"], unique=False)

    op.create_table(
        "policy_day",
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("policy_type", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("successful", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.PrimaryKeyConstraint("domain_id", "day", "policy_type", "mode"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["original_id"], ["original.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("quarantined", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quarantined_arrived_at"), ["arrived_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_quarantined_content_hash"), ["content_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_quarantined_original_id"), ["original_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("original_id", sa.Integer(), nullable=True),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=255), nullable=False),
        sa.Column("contact_info", sa.String(length=255), nullable=False),
        sa.Column("report_id", sa.String(length=255), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("longer_than_a_day", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("dkim", sa.String(length=16), nullable=False),
        sa.Column("signer", sa.String(length=255), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("family_key", sa.String(length=64), nullable=False),
        sa.Column("twin_key", sa.String(length=64), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.CheckConstraint("standing IN ('counted', 'held', 'revised', 'outranked', 'twin')", name="standing_known"),
        sa.CheckConstraint("copies >= 1", name="copies_positive"),
        sa.ForeignKeyConstraint(["original_id"], ["original.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["reporter.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_arrived_at"), ["arrived_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_family_key"), ["family_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_original_id"), ["original_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_twin_key"), ["twin_key"], unique=False)
        batch_op.create_index("report_by_held", ["held", "arrived_at"], unique=False)

    op.create_table(
        "failure",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("policy_position", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("result_type", sa.String(length=64), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=True),
        sa.Column("sending_mta_ip", sa.String(length=255), nullable=False),
        sa.Column("receiving_mx_hostname", sa.String(length=255), nullable=False),
        sa.Column("receiving_mx_helo", sa.String(length=255), nullable=False),
        sa.Column("receiving_ip", sa.String(length=255), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("additional_information", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "policy_position", "position"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("failure", schema=None) as batch_op:
        batch_op.create_index("failure_by_day", ["domain_id", "day", "result_type"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=True),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sending_since", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sending', 'sent', 'dead')", name="outbox_state_known"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index("outbox_by_state", ["state", "due_at"], unique=False)

    op.create_table(
        "report_domain",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(length=16), nullable=False),
        sa.Column("successful", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["reporter.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "domain_id"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report_domain", schema=None) as batch_op:
        batch_op.create_index(
            "report_domain_by_day",
            ["domain_id", "day", "standing", "reporter_id", "successful", "failed"],
            unique=False,
        )

    op.create_table(
        "report_policy",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("policy_type", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("policy_domain", sa.String(length=255), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("policy_strings", sa.JSON(), nullable=False),
        sa.Column("mx_hosts", sa.JSON(), nullable=False),
        sa.Column("successful", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"],
            ["domain.id"],
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("report_id", "position"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("report_policy", schema=None) as batch_op:
        batch_op.create_index("report_policy_by_domain", ["domain_id", "report_id"], unique=False)
