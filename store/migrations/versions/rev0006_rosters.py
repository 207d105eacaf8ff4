"""Rosters keep the cells they were solved with, and are changed as everything else: numbered, logged, undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what a roster was solved with, and the revision of its last change; of older ones nothing is known."""
    op.add_column(
        "rosters", sa.Column("prefilled", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'{}'"))
    )
    op.add_column("rosters", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    """Drop both, and what the log says of rosters, versions and names, which an older toban cannot read."""
    op.execute("DELETE FROM change_log WHERE table_name IN ('rosters', 'versions', 'restaurants')")
    op.drop_column("rosters", "revision")
    op.drop_column("rosters", "prefilled")
