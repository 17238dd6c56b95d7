"""Brings a database to the newest revision when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, inspect, select
from sqlalchemy.ext.asyncio import AsyncEngine

from interviewer.errors import StoreError
from interviewer.store.engine import WRITES

HEAD = "0003"
"""The newest revision; a test compares it with the migrations."""

_MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(engine: AsyncEngine, place: str) -> None:
    """Creates or upgrades the tables, all or nothing.

    Args:
        engine: the database.
        place: how it is called in messages.

    Raises:
        StoreError: a newer version of the program wrote the database.
    """
    async with engine.connect() as connection:
        if await connection.run_sync(revision) == HEAD:
            return  # Alembic takes a quarter of a second to import
    async with engine.execution_options(**WRITES).begin() as connection:
        await connection.run_sync(_upgrade, place)


def revision(connection: Connection) -> str | None:
    """The revision a database is at, or None for one without tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    table = Table("alembic_version", MetaData(), autoload_with=connection)
    return connection.execute(select(table.c.version_num)).scalar()


def _upgrade(connection: Connection, place: str) -> None:
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
