"""How many cores a job takes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; jobs that are there take one."""
    op.add_column("jobs", sa.Column("cores", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("jobs", "cores")
