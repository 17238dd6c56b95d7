"""Whose an interview is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    owner = sa.Column("owner", sa.String(64), nullable=False, server_default="")
    op.add_column("interviews", owner)
    op.create_index("ix_interviews_owner_created_at", "interviews", ["owner", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_interviews_owner_created_at", "interviews")
    op.drop_column("interviews", "owner")
