"""Cells that are filled in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "prefilled",
        sa.Column("restaurant_id", sa.String(length=200), nullable=False),
        sa.Column("version_id", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("staff_id", sa.String(length=200), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("symbol", sa.String(length=16), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["restaurant_id", "version_id"],
            ["versions.restaurant_id", "versions.id"],
            name=op.f("fk_prefilled_restaurant_id_version_id"),
        ),
        sa.PrimaryKeyConstraint("restaurant_id", "version_id", "id", name=op.f("pk_prefilled")),
    )
    op.create_index("ix_prefilled_date", "prefilled", ["restaurant_id", "version_id", "date"])


def downgrade() -> None:
    """Drop it, and what the log says of its rows, which an older toban cannot read. All else stays."""
    op.execute("DELETE FROM change_log WHERE table_name = 'prefilled'")
    op.drop_table("prefilled")
