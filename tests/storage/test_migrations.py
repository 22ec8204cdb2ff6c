"""Migrations: an empty database becomes what `storage.tables` says, once and for all."""

import asyncio
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage import migrations, people
from storage.database import Database, sqlite_url
from storage.tables import metadata
from tests.storage.examples import ANN, joined


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


class TestMigrations:
    async def test_an_upgraded_database_is_what_the_tables_say(self, database: Database) -> None:
        # A comparison reads only, but makes savepoints: it needs the writer.
        assert await database.run(differences) == []

    async def test_an_upgraded_database_is_at_the_newest_revision(self, database: Database) -> None:
        assert await database.read(migrations.applied) == migrations.newest()

    async def test_upgrading_twice_changes_nothing_and_loses_nothing(
        self, database: Database
    ) -> None:
        id = await database.run(joined)

        await database.migrate()

        person = await database.read(lambda tx: people.person_at(tx, ANN))
        assert person is not None
        assert person.id == id
        assert await database.run(differences) == []

    async def test_two_processes_may_upgrade_an_empty_file_at_once(self, tmp_path: Path) -> None:
        url = sqlite_url(tmp_path / "empty.db")
        both = [Database(url), Database(url)]

        await asyncio.gather(*(database.migrate() for database in both))

        tables = await both[0].read(lambda tx: set(inspect(tx).get_table_names()))
        assert tables == {*metadata.tables, "alembic_version"}
        for database in both:
            await database.close()

    async def test_a_failed_upgrade_leaves_the_file_empty(self, tmp_path: Path) -> None:
        database = Database(sqlite_url(tmp_path / "empty.db"))

        def upgrade_and_fail(connection: Connection) -> None:
            migrations.upgrade(connection)
            raise KeyError("a bug")

        try:
            await database.run(upgrade_and_fail)
        except KeyError:
            assert await database.read(lambda tx: inspect(tx).get_table_names()) == []
        await database.close()
