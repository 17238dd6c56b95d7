"""What lists need of a result, in a table of its own: a long body is slow to walk over."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
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
    connection = op.get_bind()
    ids = connection.execute(sa.text("SELECT interview_id FROM results")).scalars().all()
    read = sa.text("SELECT body FROM results WHERE interview_id = :id")
    write = sa.text("INSERT INTO briefs (interview_id, body) VALUES (:id, :body)")
    for id_ in ids:  # one at a time, because bodies are long
        body = _brief(connection.execute(read, {"id": id_}).scalar())
        brief = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        connection.execute(write, {"id": id_, "body": brief})


def _brief(body: Any) -> dict[str, Any]:
    """As the program made it when this revision was written; nothing of a broken body."""
    try:
        result = json.loads(body) if isinstance(body, str) else body
        brief = {name: result.get(name) for name in ("overall", "band", "recommendation")}
        brief["verdicts"] = {
            item["item"]: item["verdict"]
            for step in result.get("steps", ())
            if step.get("status") == "scored"
            for item in step.get("items", ())
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}
    return brief


def downgrade() -> None:
    op.drop_table("briefs")
