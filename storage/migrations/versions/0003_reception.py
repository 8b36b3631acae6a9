"""How long originals are kept, who sent what could not be read, DKIM checks to repeat, mailboxes, ids of channels."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILL = """
UPDATE quarantined SET
  size = (SELECT length(body) FROM original WHERE original.id = quarantined.original_id),
  sender = (
    SELECT CASE instr(envelope_from, '@') WHEN 0 THEN ''
    ELSE lower(substr(envelope_from, instr(envelope_from, '@') + 1))
    END FROM original WHERE original.id = quarantined.original_id
  )
"""


def upgrade() -> None:
    op.add_column("quarantined", sa.Column("sender", sa.String(length=255), nullable=False, server_default=""))
    op.add_column("quarantined", sa.Column("size", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("quarantined", sa.Column("told", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(FILL)
    _count_the_time_from_the_taking()
    with op.batch_alter_table("quarantined", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("sender", server_default=None)
        batch_op.alter_column("size", server_default=None)
        batch_op.alter_column("told", server_default=None)
        batch_op.drop_index(batch_op.f("ix_quarantined_arrived_at"))
        batch_op.create_index("quarantined_by_kind", ["kind", "arrived_at"], unique=False)
    op.add_column("outbox_message", sa.Column("instead_of", sa.Integer(), nullable=True))
    op.add_column("subscription", sa.Column("channel_id", sa.String(length=255), nullable=False, server_default=""))
    with op.batch_alter_table("subscription", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("channel_id", server_default=None)
    op.create_table(
        "dkim_recheck",
        sa.Column("original_id", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["original_id"], ["original.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("original_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_dkim_recheck_due_at"), "dkim_recheck", ["due_at"])
    op.create_table(
        "mailbox_position",
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox"),
        sqlite_with_rowid=False,
    )


def _count_the_time_from_the_taking() -> None:
    """Nobody noted when an old file was imported: its time begins now."""
    op.drop_index(op.f("ix_original_arrived_at"), "original")
    op.execute("ALTER TABLE original RENAME COLUMN arrived_at TO kept_since")
    op.create_index(op.f("ix_original_kept_since"), "original", ["kept_since"])
    op.add_column("original", sa.Column("arrived_at", UtcDateTime(), nullable=True))
    original = sa.table(
        "original", *(sa.column(name, UtcDateTime()) for name in ("kept_since", "arrived_at")), sa.column("source")
    )
    of_now = {"arrived_at": original.c.kept_since, "kept_since": datetime.now(UTC)}
    op.execute(original.update().values(of_now).where(original.c.source == "import"))
