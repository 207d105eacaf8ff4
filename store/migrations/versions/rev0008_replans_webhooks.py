"""Jobs made by a patch, and whom to tell of a job's end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

COLUMNS = ("patch", "webhook_url", "webhook_status", "webhook_attempts", "webhook_due_at", "webhook_error")


def upgrade() -> None:
    """Add the columns."""
    op.add_column("jobs", sa.Column("patch", sa.LargeBinary(), nullable=True))
    op.add_column("jobs", sa.Column("webhook_url", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("webhook_status", sa.String(length=10), nullable=True))
    op.add_column("jobs", sa.Column("webhook_attempts", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("webhook_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("jobs", sa.Column("webhook_error", sa.Text(), nullable=True))
    op.create_index("ix_jobs_webhook", "jobs", ["webhook_status", "webhook_due_at"])


def downgrade() -> None:
    """Drop them: the requests that patches made stay, and nobody is told any more."""
    op.drop_index("ix_jobs_webhook", "jobs")
    for name in COLUMNS:
        op.drop_column("jobs", name)
