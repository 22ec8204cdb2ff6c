"""Open a database and run a unit of work in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
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
    "PRAGMA busy_timeout = 10000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
_READER = (*_PRAGMAS, "PRAGMA query_only = ON")
# Writers of every process take turns under one lock; each statement after it sees the last commit.
_TURN = "SELECT pg_advisory_xact_lock(7310465201)"
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Database:
    """One database; writers take turns, in other processes too, readers see the last commit."""

    def __init__(self, url: str) -> None:
        if make_url(url).get_backend_name() == "sqlite":
            self._writer = _sqlite(url, _PRAGMAS, size=1, begin="BEGIN IMMEDIATE")
            self._reader = _sqlite(url, _READER, size=4, begin="BEGIN")
        else:
            self._writer = _postgresql(url, size=1, begin=_TURN)
            self._reader = _postgresql(url, size=4, begin=_SNAPSHOT)
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


def _sqlite(url: str, pragmas: Sequence[str], *, size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
    )

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    event.listen(engine.sync_engine, "connect", set_up)
    # The driver would begin lazily and in deferred mode: two writers could then deadlock.
    _begin_with(engine, begin)
    return engine


def _postgresql(url: str, *, size: int, begin: str) -> AsyncEngine:
    # A server that was restarted has dropped our connections: ask before using one.
    engine = create_async_engine(
        url, pool_size=size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
    )
    _begin_with(engine, begin)
    return engine


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    event.listen(engine.sync_engine, "begin", lambda tx: tx.exec_driver_sql(statement))
