"""Open a database and run a unit of work in one transaction."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor

from storage.migrations import upgrade

T = TypeVar("T")

READERS = 4
_WAL = "PRAGMA journal_mode = WAL"
_PRAGMAS = (
    "PRAGMA busy_timeout = 10000",
    _WAL,
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
)
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_READER = (*_PRAGMAS, "PRAGMA query_only = ON")
# Writers of every process take turns under one lock; each statement after it sees the last commit.
_TURN = "SELECT pg_advisory_xact_lock(7310465201)"
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Database:
    """One database; writers take turns, in other processes too, readers see the last commit.

    A unit of work runs whole in a thread of its own: an asynchronous driver would cross threads
    several times for every statement, which costs more than the statements.
    """

    def __init__(self, url: str) -> None:
        if make_url(url).get_backend_name() == "sqlite":
            self.writer = _sqlite(url, _PRAGMAS, size=1, begin="BEGIN IMMEDIATE")
            self.reader = _sqlite(url, _READER, size=READERS, begin="BEGIN")
        else:
            self.writer = _postgresql(url, size=1, begin=_TURN)
            self.reader = _postgresql(url, size=READERS, begin=_SNAPSHOT)
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reading = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def migrate(self) -> None:
        """Bring the tables to this release, in one transaction."""
        await self.run(upgrade)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run a unit of work in one write transaction; any exception rolls it back."""
        return await _threaded(self._writing, self.writer, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run a unit of work that only reads, beside the writers."""
        return await _threaded(self._reading, self.reader, work)

    async def close(self) -> None:
        """Finish what is running and close every connection."""
        for threads in (self._writing, self._reading):
            await asyncio.to_thread(threads.shutdown)
        self.writer.dispose()
        self.reader.dispose()


async def _threaded(
    threads: ThreadPoolExecutor, engine: Engine, work: Callable[[Connection], T]
) -> T:
    def transaction() -> T:
        with engine.begin() as connection:
            return work(connection)

    return await asyncio.get_running_loop().run_in_executor(threads, transaction)


def sqlite_url(path: Path) -> str:
    """Return the address of a database file."""
    return f"sqlite:///{path}"


def _sqlite(url: str, pragmas: Sequence[str], *, size: int, begin: str) -> Engine:
    engine = create_engine(url, pool_size=size, max_overflow=0, hide_parameters=True)

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            _patiently(cursor, pragma)
        cursor.close()

    event.listen(engine, "connect", set_up)
    # The driver would begin lazily and in deferred mode: two writers could then deadlock.
    _begin_with(engine, begin)
    return engine


def _patiently(cursor: DBAPICursor, pragma: str) -> None:
    # For the lock that turns a new file to WAL SQLite does not wait by itself: another process
    # may be opening the same file.
    for pause in _PAUSES if pragma == _WAL else ():
        try:
            cursor.execute(pragma)
        except sqlite3.OperationalError:
            time.sleep(pause)
        else:
            return
    cursor.execute(pragma)


def _postgresql(url: str, *, size: int, begin: str) -> Engine:
    # A server that was restarted has dropped our connections: ask before using one.
    engine = create_engine(
        url, pool_size=size, max_overflow=0, pool_pre_ping=True, hide_parameters=True
    )
    _begin_with(engine, begin)
    return engine


def _begin_with(engine: Engine, statement: str) -> None:
    event.listen(engine, "begin", lambda tx: tx.exec_driver_sql(statement))
