"""Migrations: an empty database becomes what `storage.tables` says, once and for all."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from plans.messages import Reply, Urgency
from storage import migrations, outbox, people, tables
from storage.database import Database, sqlite_url
from storage.tables import metadata
from tests.conftest import POSTGRES, SERVERS
from tests.storage.examples import ANN, NOW, joined


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


ROW = """INSERT INTO outbox (channel, chat, text, choices, posted_at, due_at, attempts, sent_at,
failure) VALUES ('webchat', 'ann', :text, '[]', :at, :at, 0, :sent_at, :failure)"""


def to_the_first_revision(connection: Connection) -> None:
    """Make the tables of the first release, with messages as it kept them."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    at = "2024-06-11 01:00:00"
    for words, sent_at, failure in (
        ("sent", at, None),
        ("waiting", None, None),
        ("failed", None, "refused"),
        ("deleted", None, None),
    ):
        row = {"text": words, "at": at, "sent_at": sent_at, "failure": failure}
        connection.execute(text(ROW), row)
    connection.execute(text("DELETE FROM outbox WHERE text = 'deleted'"))


@pytest.fixture(params=SERVERS)
async def first_release(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of the first release."""
    if request.param == "sqlite":
        database = Database(sqlite_url(tmp_path / "first.db"))
        await database.run(to_the_first_revision)
        yield database
        await database.close()
        return
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    name = f"baocao_first_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    url = make_url(POSTGRES).set(database=name)
    database = Database(url.render_as_string(hide_password=False))
    await database.run(to_the_first_revision)
    yield database
    await database.close()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


class TestFromTheFirstRelease:
    async def test_every_message_keeps_its_place_and_says_what_became_of_it(
        self, first_release: Database
    ) -> None:
        await first_release.migrate()

        rows = await first_release.read(
            lambda tx: tx.execute(tables.outbox.select().order_by(tables.outbox.c.number)).all()
        )
        assert [(row.text, row.state, row.urgency, row.failure) for row in rows] == [
            ("sent", "sent", Urgency.ANSWER, None),
            ("waiting", "waiting", Urgency.ANSWER, None),
            ("failed", "failed", Urgency.ANSWER, "refused"),
        ]
        assert await first_release.run(differences) == []

    async def test_what_waited_is_owed_and_its_number_never_used_again(
        self, first_release: Database
    ) -> None:
        await first_release.migrate()

        due = await first_release.read(lambda tx: outbox.due(tx, "webchat", NOW, 10))
        assert [delivery.reply.text for delivery, _ in due] == ["waiting"]
        number = await first_release.run(
            lambda tx: outbox.post(tx, ANN, Reply(text="new"), NOW, None)
        )
        assert number == 5
