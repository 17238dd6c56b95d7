"""Briefs in a table of their own: behind a result's body each of them costs a walk over it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "briefs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("interview_id", sa.String(64), sa.ForeignKey("interviews.id"), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_briefs_interview_id", "briefs", ["interview_id"], unique=True)
    op.execute(
        "INSERT INTO briefs (interview_id, body) "
        "SELECT interview_id, brief FROM results WHERE brief IS NOT NULL"
    )
    op.drop_column("results", "brief")


def downgrade() -> None:
    op.add_column("results", sa.Column("brief", sa.JSON(none_as_null=True)))
    op.execute(
        "UPDATE results SET brief = "
        "(SELECT body FROM briefs WHERE briefs.interview_id = results.interview_id)"
    )
    op.drop_table("briefs")
