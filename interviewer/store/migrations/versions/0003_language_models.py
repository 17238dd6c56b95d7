"""Step grades, calls to language models, feedback, exchanges that the embedded brain took over."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    empty: dict[str, Any] = {"nullable": False, "server_default": ""}
    op.add_column("interviews", sa.Column("feedback", sa.Text, **empty))
    op.add_column("turns", sa.Column("stand_in", sa.Text, **empty))
    op.create_table(
        "grades",
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("step", sa.String(32), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("estimated", sa.Integer, nullable=False),
        sa.Column("prompt", sa.Integer, nullable=False),
        sa.Column("cached", sa.Integer, nullable=False),
        sa.Column("output", sa.Integer, nullable=False),
        sa.Column("seconds", sa.Float(53), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("failure", sa.String(32), nullable=False),
        sa.Column("dollars", sa.Float(53)),
    )
    op.create_index("ix_calls_interview_id", "calls", ["interview_id"])


def downgrade() -> None:
    op.drop_table("calls")
    op.drop_table("grades")
    op.drop_column("turns", "stand_in")
    op.drop_column("interviews", "feedback")
