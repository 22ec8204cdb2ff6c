"""Transactions: all or nothing, writers in turn, readers beside them; on every server."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage import people
from storage.database import Database, sqlite_url
from storage.tables import people as people_table
from tests.storage.examples import ANN, BINH, NOW


def add(connection: Connection) -> None:
    people.add_person(connection, ANN, "vi", NOW)


def count(connection: Connection) -> int:
    return len(connection.execute(select(people_table)).all())


class Pause:
    """A place in a unit of work where it waits until the test has looked around."""

    def __init__(self) -> None:
        self._reached, self._over = threading.Event(), threading.Event()

    def here(self) -> None:
        self._reached.set()
        assert self._over.wait(5), "nobody ended the pause"

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, 5), "the pause was not reached"

    def over(self) -> None:
        self._over.set()


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
        pause = Pause()

        def work(connection: Connection) -> None:
            add(connection)
            pause.here()

        writing = asyncio.create_task(database.run(work))
        await pause.reached()
        seen = await database.read(count)
        pause.over()
        await writing

        assert (seen, await database.read(count)) == (0, 1)

    async def test_a_reader_sees_one_moment_from_first_to_last(self, database: Database) -> None:
        pause = Pause()

        def work(connection: Connection) -> tuple[int, int]:
            before = count(connection)
            pause.here()
            return before, count(connection)

        reading = asyncio.create_task(database.read(work))
        await pause.reached()
        await database.run(add)
        pause.over()

        assert await reading == (0, 0)
        assert await database.read(count) == 1

    async def test_a_caller_that_goes_away_leaves_all_or_nothing(self, database: Database) -> None:
        pause = Pause()

        def work(connection: Connection) -> None:
            add(connection)
            pause.here()

        writing = asyncio.create_task(database.run(work))
        await pause.reached()
        writing.cancel()
        pause.over()

        # The thread goes on to its end; the next in turn sees all of it.
        assert await database.run(count) == 1
        await database.run(lambda tx: people.add_person(tx, BINH, "vi", NOW))

    async def test_a_caller_that_goes_away_before_its_turn_leaves_nothing(
        self, database: Database
    ) -> None:
        pause = Pause()
        writing = asyncio.create_task(database.run(lambda _: pause.here()))
        await pause.reached()
        waiting = asyncio.create_task(database.run(add))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await asyncio.sleep(0)
        pause.over()
        await writing

        assert await database.run(count) == 0

    async def test_closing_waits_for_what_is_at_work(
        self, database: Database, database_url: str
    ) -> None:
        pause = Pause()

        def work(connection: Connection) -> None:
            add(connection)
            pause.here()

        writing = asyncio.create_task(database.run(work))
        await pause.reached()
        closing = asyncio.create_task(database.close())
        pause.over()
        await asyncio.gather(writing, closing)

        with pytest.raises(RuntimeError):
            await database.run(add)
        again = Database(database_url)
        assert await again.read(count) == 1
        await again.close()

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
        other, pause = Database(database_url), Pause()
        order: list[str] = []

        def first(connection: Connection) -> None:
            count(connection)
            pause.here()
            order.append("first")
            add(connection)

        def second(connection: Connection) -> int:
            order.append("second")
            return count(connection)

        one = asyncio.create_task(database.run(first))
        await pause.reached()
        two = asyncio.create_task(other.run(second))
        await asyncio.sleep(0.1)
        pause.over()
        await one

        assert await two == 1
        assert order == ["first", "second"]
        await other.close()


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
