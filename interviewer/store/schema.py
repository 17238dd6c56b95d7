"""Brings a database to the newest revision when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select

from interviewer.core.errors import StoreError
from interviewer.store.engine import WRITES

HEAD = "0005"
"""The newest revision; a test compares it with the migrations."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, place: str) -> None:
    """Creates or upgrades the tables, all or nothing.

    Args:
        engine: the database.
        place: how it is called in messages.

    Raises:
        StoreError: a newer version of the program wrote the database.
    """
    with engine.connect() as connection:
        if revision(connection) == HEAD:
            return  # Alembic takes a quarter of a second to import
    with engine.execution_options(**WRITES).begin() as connection:
        _upgrade(connection, place)


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
