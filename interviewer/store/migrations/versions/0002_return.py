"""Sketches, pauses, repeated steps, points judged again, links to read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interviews", sa.Column("follows", sa.String(64)))
    op.add_column("interviews", sa.Column("paused_at", sa.Float(53)))
    zero: dict[str, Any] = {"nullable": False, "server_default": "0"}
    op.add_column("interviews", sa.Column("paused_seconds", sa.Float(53), **zero))
    op.add_column("turns", sa.Column("sketch", sa.Text, nullable=False, server_default=""))
    op.add_column("turns", sa.Column("paused", sa.Float(53), **zero))
    op.create_table(
        "rejudgements",
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
    )
    op.create_index("ix_links_interview_id", "links", ["interview_id"])


def downgrade() -> None:
    op.drop_table("links")
    op.drop_table("rejudgements")
    op.drop_column("turns", "paused")
    op.drop_column("turns", "sketch")
    op.drop_column("interviews", "paused_seconds")
    op.drop_column("interviews", "paused_at")
    op.drop_column("interviews", "follows")
