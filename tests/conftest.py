"""What every test may ask for: the packs, a fresh database on each server, and no network."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from zlib import crc32

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Connection, Engine, create_engine, delete, text
from sqlalchemy.engine import make_url

from plans.load import load_all
from plans.pack import Pack
from storage.database import Database, sqlite_url
from storage.migrations import upgrade
from storage.tables import metadata
from tests.person import Town

HERE = ("127.0.0.1", "::1", "localhost")
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
POSTGRES_IS_REQUIRED = os.environ.get("REQUIRE_POSTGRES") == "1"
# Without a server the tests of tests/bot/test_postgres.py say so; the others need not repeat it.
SERVERS = ["sqlite", "postgresql"] if POSTGRES or POSTGRES_IS_REQUIRED else ["sqlite"]


class NetworkUsed(Exception):
    """Say that a test reached for another machine."""


def _stay_here(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" or event == "socket.sendto":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else None  # a path is a Unix socket
    elif event == "socket.getaddrinfo":
        host = args[0]
    else:
        return
    if host not in (None, *HERE):
        raise NetworkUsed(f"tests stay on this machine: {event} to {host!r}")


# A busy machine is not a failure; what has to be quick is measured by tests of its own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    # An audit hook sees every socket of this process, whichever library opens it.
    sys.addaudithook(_stay_here)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    spared = {item for item in items if _is_spared(item)}
    items[:] = [item for item in items if item not in spared]
    config.hook.pytest_deselected(items=list(spared))


def _is_spared(item: pytest.Item) -> bool:
    """Say whether a test of handlers is left to the other server.

    All that they ask of a database the tests of storage ask on each server: a test of handlers is
    run on one of the two in turn, or on both where time does not matter (`EVERY_SERVER=1`).
    """
    if "EVERY_SERVER" in os.environ or len(SERVERS) == 1 or item.path.parent.name != "handlers":
        return False
    call = getattr(item, "callspec", None)
    server = call.params.get("database_url") if call else None
    turn = crc32(item.nodeid.replace(str(server), "").encode()) % len(SERVERS)
    return server is not None and server != SERVERS[turn]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite the whole-text expectations of conversation files as the bot answers now",
    )


def _plain_logs() -> None:
    # The default tells a traceback with every local value: slow, and a page long each.
    structlog.reset_defaults()
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[structlog.processors.add_log_level, plain])


@pytest.fixture(autouse=True)
def _logs_as_before() -> None:
    """Undo what a command line run inside a test did to the logs: its stream is closed by now."""
    _plain_logs()


@pytest.fixture(scope="session")
def packs() -> Mapping[str, Pack]:
    return load_all([Path(__file__).parents[1] / "plans" / "packs"])


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied: migrating takes a hundred times as long."""
    path = tmp_path_factory.mktemp("template") / "template.db"

    async def migrate() -> None:
        database = Database(sqlite_url(path))
        await database.migrate()
        await database.close()

    asyncio.run(migrate())
    return path


@pytest.fixture
def sqlite_file(migrated: Path, tmp_path: Path) -> Path:
    """A fresh migrated database file of this test alone."""
    return Path(shutil.copy(migrated, tmp_path / "baocao.db"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """A new migrated database on a PostgreSQL; tests empty it."""
    if not POSTGRES and POSTGRES_IS_REQUIRED:
        pytest.fail("REQUIRE_POSTGRES=1 but TEST_POSTGRES_URL is not set: see .ci/postgres")
    if not POSTGRES:
        pytest.skip('no PostgreSQL: TEST_POSTGRES_URL="$(.ci/postgres)" make test')
    name = f"baocao_test_{os.getpid()}"
    server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    url = make_url(POSTGRES).set(database=name)
    engine = create_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def postgres_url(postgres: Engine) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL."""
    yield postgres.url.render_as_string(hide_password=False)
    with postgres.begin() as connection:
        empty(connection)


def empty(connection: Connection) -> None:
    """Delete every row and count from 1 again; of few rows TRUNCATE takes ten times as long."""
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in metadata.sorted_tables:
        connection.execute(delete(table))
    connection.execute(text("SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"))


@pytest.fixture(params=SERVERS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh migrated database, on each server that we support."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return sqlite_url(request.getfixturevalue("sqlite_file"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def town(database: Database, packs: Mapping[str, Pack]) -> Town:
    return Town(database, packs)
