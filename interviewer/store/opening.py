"""Opening a database: made where there is none, brought up to date, closed at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interviewer.store.database import Database
from interviewer.store.engine import in_memory, make_engine, make_file, read_url
from interviewer.store.failures import place_of, told
from interviewer.store.store import Store


@asynccontextmanager
async def open_store(url: str, *, patience: float = 10.0) -> AsyncIterator[Store]:
    """Opens a database, creates or upgrades its tables, and closes it at the end.

    Args:
        url: SQLAlchemy URL, such as `sqlite:////data/i.sqlite`; the folder of a SQLite file is
            made.
        patience: seconds to wait while another program writes to a SQLite file.

    Raises:
        StoreError: the database cannot be made, opened or upgraded.
    """
    parsed = read_url(url)
    place = place_of(parsed)
    engine = make_engine(parsed, patience)
    database = Database(engine, place, one_thread=in_memory(parsed))
    try:
        with told(place):
            make_file(parsed)
            await database.prepare(parsed, patience)
        yield Store(database)
    finally:
        await database.close()


def called(url: str) -> str:
    """How the database of an address is called within a sentence."""
    return place_of(read_url(url)).replace("The database", "the database", 1)
