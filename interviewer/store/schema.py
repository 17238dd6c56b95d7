"""The tables, and bringing a database to their newest revision.

The transcript in them is the truth; everything else can be rebuilt from it. A change here needs a
revision in `migrations/versions`; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
)

from interviewer.core.errors import StoreError

HEAD = "0007"
"""The newest revision; a test compares it with the migrations."""

_MIGRATIONS = Path(__file__).parent / "migrations"

metadata = MetaData()

ID_LENGTH = 64  # characters of an id at most
OWNER_LENGTH = 64

interviews = Table(
    "interviews",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", String(64), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("brain", String(200), nullable=False),
    Column("case_hash", String(64), nullable=False),
    Column("created_at", Float(53), nullable=False, index=True),
    Column("ended_at", Float(53)),
    Column("end_reason", String(32)),
    Column("schema_version", Integer, nullable=False),
    Column("follows", String(64)),
    Column("paused_at", Float(53)),
    Column("paused_seconds", Float(53), nullable=False, server_default="0"),
    Column("feedback", Text, nullable=False, server_default=""),
    Column("closing", JSON, nullable=False, server_default="{}"),
    # Without its summary, which stands in feedback.
    Column("debrief", JSON, nullable=False, server_default="{}"),
    # Whose it is; "" is the person at this machine.
    Column("owner", String(OWNER_LENGTH), nullable=False, server_default=""),
    Index("ix_interviews_owner_created_at", "owner", "created_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("interview_id", String(64), ForeignKey("interviews.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("step", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Float(53), nullable=False),
    Column("intents", JSON, nullable=False),
    Column("move", JSON(none_as_null=True)),
    Column("sketch", Text, nullable=False, server_default=""),
    Column("paused", Float(53), nullable=False, server_default="0"),
    Column("stand_in", Text, nullable=False, server_default=""),
)

assessments = Table(
    "assessments",
    metadata,
    Column("interview_id", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    ForeignKeyConstraint(["interview_id", "turn"], ["turns.interview_id", "turns.number"]),
)

results = Table(
    "results",
    metadata,
    Column("interview_id", String(64), ForeignKey("interviews.id"), primary_key=True),
    Column("body", JSON, nullable=False),
)

# What lists need of a result, which is a hundred times as long; see `Brief`. A number is never used
# again, so the numbers tell whether anything has changed.
briefs = Table(
    "briefs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("interview_id", String(64), ForeignKey("interviews.id"), nullable=False),
    Column("body", JSON, nullable=False),
    Index("ix_briefs_interview_id", "interview_id", unique=True),
    sqlite_autoincrement=True,
)

rejudgements = Table(
    "rejudgements",
    metadata,
    Column("interview_id", String(64), ForeignKey("interviews.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("interview_id", String(64), ForeignKey("interviews.id"), nullable=False, index=True),
    Column("created_at", Float(53), nullable=False),
)

grades = Table(
    "grades",
    metadata,
    Column("interview_id", String(64), ForeignKey("interviews.id"), primary_key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("step", String(32), primary_key=True),
    Column("body", JSON, nullable=False),
)

calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interview_id", String(64), ForeignKey("interviews.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("model", String(200), nullable=False),
    Column("estimated", Integer, nullable=False),
    Column("prompt", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("output", Integer, nullable=False),
    Column("seconds", Float(53), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failure", String(32), nullable=False),
    Column("dollars", Float(53)),
)


def revision(connection: Connection) -> str | None:
    """The revision a database is at, or None for one without tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    table = Table("alembic_version", MetaData(), autoload_with=connection)
    return connection.execute(select(table.c.version_num)).scalar()


def upgrade(connection: Connection, place: str) -> None:
    """Creates or upgrades the tables.

    Args:
        connection: of a transaction that writes.
        place: how the database is called in messages.

    Raises:
        StoreError: a newer version of the program wrote the database.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(
            f"{place} was written by a newer version of this program ({error}).",
            "Update the program.",
        ) from error
