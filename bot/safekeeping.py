"""Keep the data safe: back up and restore SQLite (PostgreSQL has its own), export."""

import csv
import shutil
import socket
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from bot.app import App
from bot.clock import SystemClock
from bot.operations import with_app
from bot.settings import Settings, settings_or_exit
from documents.wording import body_name
from plans.calendar import local
from plans.world import World
from storage import decisions, migrations, reports
from storage.drafts import Key

safekeeping = typer.Typer()
_COLUMNS = (
    "plan",
    "period",
    "unit",
    "name",
    "version",
    "sent",
    "receipt",
    "code",
    "state",
    "value",
)


def _refuse(words: str) -> typer.Exit:
    typer.echo(words, err=True)
    return typer.Exit(2)


def _file_of(settings: Settings) -> Path:
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise _refuse("this is for SQLite; with PostgreSQL use pg_dump and pg_restore")
    return Path(url.database)


@safekeeping.command()
def backup(
    to: Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")],
) -> None:
    """Write a whole, consistent copy of the database, while the bot runs."""
    database = _file_of(settings_or_exit())
    if not database.exists():
        raise _refuse(f"there is no database at {database} yet")
    if to.exists():
        raise _refuse(f"{to} exists: name a file that does not")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.touch(mode=0o600)
    source, copy = sqlite3.connect(database), sqlite3.connect(to)
    with source, copy:
        source.backup(copy)
    source.close()
    copy.close()
    typer.echo(f"{to}: {_sound(to)}, {to.stat().st_size} bytes; keep secret.key with it")


def _sound(path: Path) -> str:
    """Return the revision of a copy that is whole and not newer than this release, or refuse it."""
    try:
        copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        state = copy.execute("PRAGMA integrity_check").fetchone()[0]
        revision = str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        copy.close()
    except (sqlite3.Error, TypeError) as error:
        raise _refuse(f"{path} is no backup of baocao: {error}") from error
    if state != "ok":
        raise _refuse(f"{path} is damaged: {state}")
    if revision not in migrations.known():
        raise _refuse(f"{path} is of a newer release (revision {revision}): upgrade first")
    return f"revision {revision}"


@safekeeping.command()
def restore(
    backup_file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that backup wrote.")],
) -> None:
    """Put a backup in the database's place; what was there is set aside, never deleted."""
    settings = settings_or_exit()
    database = _file_of(settings)
    revision = _sound(backup_file)
    if _answers(settings):
        raise _refuse(f"something answers on port {settings.port}: stop the bot first")
    aside = database.parent / f"set-aside-{SystemClock().now():%Y%m%dT%H%M%S}"
    for path in sorted(database.parent.glob(f"{database.name}*")):
        aside.mkdir(parents=True, exist_ok=True)
        path.rename(aside / path.name)
    database.parent.mkdir(parents=True, exist_ok=True)
    database.touch(mode=0o600)
    shutil.copyfile(backup_file, database)
    kept = f"; what was there is in {aside}" if aside.exists() else ""
    typer.echo(f"{database}: {revision}{kept}")


def _answers(settings: Settings) -> bool:
    try:
        socket.create_connection((settings.host, settings.port), timeout=1).close()
    except OSError:
        return False
    return True


@safekeeping.command()
def export(
    plan: Annotated[str, typer.Option(help="Id of the plan.")],
    period: Annotated[str, typer.Option(help="Id of a period; all where none is named.")] = "",
) -> None:
    """Write the reports in force to standard output as CSV, a line an answer."""

    async def work(app: App) -> list[list[str]]:
        if plan not in app.world.packs:
            raise _refuse(f"no plan {plan}: write one of {', '.join(app.world.packs)}")
        world = app.world.decided(await app.database.read(decisions.read))
        if period and world.period(plan, period) is None:
            raise _refuse(f"{plan} has no period {period}: see bot plan calendar {plan}")
        return await app.database.read(lambda tx: list(_rows(world, tx, plan, period)))

    rows = csv.writer(sys.stdout)
    rows.writerow(_COLUMNS)
    rows.writerows(with_app(work))


def _rows(world: World, connection: Connection, plan: str, period: str) -> Iterator[list[str]]:
    pack = world.packs[plan]
    named = world.period(plan, period) if period else None
    for each in [named] if named else world.calendars[plan]:
        for unit in pack.tree:
            report = reports.latest(connection, Key(plan=plan, period=each.id, unit=unit.code))
            if report is None:
                continue
            head = [plan, each.id, unit.code, body_name(pack, unit.code), str(report.version)]
            head += [local(report.sent_at).isoformat(timespec="seconds"), report.receipt]
            for code, answer in sorted(reports.answers_of(connection, report.id).items()):
                number = "" if answer.number is None else f"{answer.number:f}"
                yield [*head, code, answer.state, number]
