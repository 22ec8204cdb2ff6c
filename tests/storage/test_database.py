"""Transactions: all or nothing, writers in turn, readers beside them; on every server."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage import people
from storage.database import Database, sqlite_url
from storage.tables import people as people_table
from tests.storage.examples import ANN, NOW


def add(connection: Connection) -> None:
    people.add_person(connection, ANN, "vi", NOW)


def count(connection: Connection) -> int:
    return len(connection.execute(select(people_table)).all())


class TestTransactions:
    async def test_what_was_run_is_there_for_every_reader(self, database: Database) -> None:
        await database.run(add)

        assert await database.read(count) == 1

    async def test_an_exception_leaves_nothing(self, database: Database) -> None:
        def work(connection: Connection) -> None:
            add(connection)
            raise KeyError("a bug")

        with pytest.raises(KeyError):
            await database.run(work)

        assert await database.read(count) == 0
        await database.run(add)
        assert await database.run(count) == 1

    async def test_readers_see_the_last_commit_while_a_writer_is_at_work(
        self, database: Database
    ) -> None:
        at_work, may_end = asyncio.Event(), asyncio.Event()
        seen: list[int] = []

        async def read_beside() -> None:
            await asyncio.wait_for(at_work.wait(), 5)
            seen.append(await database.read(count))
            may_end.set()

        async def write() -> None:
            async with database._writer.connect() as connection, connection.begin():
                await connection.run_sync(add)
                at_work.set()
                await asyncio.wait_for(may_end.wait(), 5)

        await asyncio.gather(write(), read_beside())

        assert seen == [0]
        assert await database.read(count) == 1

    async def test_a_reader_sees_one_moment_from_first_to_last(self, database: Database) -> None:
        async with database._reader.connect() as connection, connection.begin():
            before = await connection.run_sync(count)
            await database.run(add)
            after = await connection.run_sync(count)

        assert (before, after) == (0, 0)
        assert await database.read(count) == 1

    async def test_a_reader_cannot_write(self, database: Database) -> None:
        with pytest.raises(DBAPIError):
            await database.read(add)

        assert await database.read(count) == 0

    async def test_many_at_once_take_turns_and_all_are_kept(self, database: Database) -> None:
        def work(connection: Connection) -> None:
            connection.execute(insert(people_table).values(language="vi", joined_at=NOW))

        await asyncio.gather(*(database.run(work) for _ in range(20)))

        assert await database.read(count) == 20


class TestTwoProcesses:
    """Two `Database` objects stand for two processes: they share no lock but the server's."""

    async def test_the_second_writer_waits_and_sees_what_the_first_wrote(
        self, database: Database, database_url: str
    ) -> None:
        other = Database(database_url)
        counted: list[int] = []

        def once(connection: Connection) -> None:
            counted.append(count(connection))
            if not counted[-1]:
                add(connection)

        try:
            await asyncio.gather(*(each.run(once) for each in (database, other) * 5))
        finally:
            await other.close()

        assert counted == [0] + [1] * 9

    async def test_a_writer_that_only_reads_at_first_still_keeps_others_out(
        self, database: Database, database_url: str
    ) -> None:
        other = Database(database_url)
        order: list[str] = []

        async def first() -> None:
            async with database._writer.connect() as connection, connection.begin():
                await connection.run_sync(count)
                waiting = asyncio.create_task(second())
                await asyncio.sleep(0.1)
                order.append("first")
                await connection.run_sync(add)
            await waiting

        async def second() -> None:
            assert await other.run(count) == 1
            order.append("second")

        await first()
        await other.close()

        assert order == ["first", "second"]


class TestSqlite:
    async def test_a_writer_commits_to_the_disk_and_checks_keys(self, sqlite_file: Path) -> None:
        database = Database(sqlite_url(sqlite_file))

        def pragmas(connection: Connection) -> list[object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            return [connection.execute(text(f"PRAGMA {name}")).scalar() for name in names]

        assert await database.run(pragmas) == ["wal", 2, 1, 10000]
        await database.close()

    async def test_a_key_that_points_nowhere_is_refused(self, database: Database) -> None:
        with pytest.raises(DBAPIError):
            await database.run(lambda tx: people.set_talk(tx, 404, {}))
