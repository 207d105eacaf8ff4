"""Jobs made by a patch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("jobs", sa.Column("patch", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Drop it; the requests that the patches made stay."""
    op.drop_column("jobs", "patch")
