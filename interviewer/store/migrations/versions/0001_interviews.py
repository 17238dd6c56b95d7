"""Interviews, turns, assessments, results."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("brain", sa.String(200), nullable=False),
        sa.Column("case_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.Float(53), nullable=False),
        sa.Column("ended_at", sa.Float(53)),
        sa.Column("end_reason", sa.String(32)),
        sa.Column("schema_version", sa.Integer, nullable=False),
    )
    op.create_index("ix_interviews_created_at", "interviews", ["created_at"])
    op.create_table(
        "turns",
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.Float(53), nullable=False),
        sa.Column("intents", sa.JSON, nullable=False),
        sa.Column("move", sa.JSON(none_as_null=True)),
    )
    op.create_table(
        "assessments",
        sa.Column("interview_id", sa.String(64), primary_key=True),
        sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(["interview_id", "turn"], ["turns.interview_id", "turns.number"]),
    )
    op.create_table(
        "results",
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for name in ("results", "assessments", "turns", "interviews"):
        op.drop_table(name)
