"""What lists need of a result, beside it."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("results", sa.Column("brief", sa.JSON(none_as_null=True)))
    connection = op.get_bind()
    ids = connection.execute(sa.text("SELECT interview_id FROM results")).scalars().all()
    read = sa.text("SELECT body FROM results WHERE interview_id = :id")
    write = sa.text("UPDATE results SET brief = :brief WHERE interview_id = :id")
    for id_ in ids:  # one at a time, because bodies are long
        body = connection.execute(read, {"id": id_}).scalar()
        brief = json.dumps(_brief(body), ensure_ascii=False, separators=(",", ":"))
        connection.execute(write, {"brief": brief, "id": id_})


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
    op.drop_column("results", "brief")
