"""Open a database and run a unit of work in one transaction."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from storage.migrations import upgrade

T = TypeVar("T")

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)


class Database:
    """One database; writers take turns, readers see the last commit."""

    def __init__(self, url: str) -> None:
        self._writer = _engine(url, size=1, begin="BEGIN IMMEDIATE")
        self._reader = _engine(url, size=4, begin="BEGIN")
        self._turn = asyncio.Lock()

    async def migrate(self) -> None:
        """Bring the tables to this release, in one transaction."""
        await self.run(upgrade)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run a unit of work in one write transaction; any exception rolls it back."""
        async with self._turn, self._writer.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run a unit of work that only reads, beside the writers."""
        async with self._reader.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        await self._reader.dispose()


def sqlite_url(path: Path) -> str:
    """Return the address of a database file."""
    return f"sqlite+aiosqlite:///{path}"


def _engine(url: str, *, size: int, begin: str) -> AsyncEngine:
    lite = make_url(url).get_backend_name() == "sqlite"
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=size, max_overflow=0
    )
    if lite:
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        # The driver would begin lazily and in deferred mode: two writers could then deadlock.
        event.listen(
            engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin)
        )
    return engine


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
