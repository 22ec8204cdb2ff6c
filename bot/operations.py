"""What an operator does: migrate, invite the first coordinator, list people, look for trouble."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Annotated, TypeVar

import typer
from aiohttp import web
from sqlalchemy import Connection, text

from bot.app import App, Parts, build
from bot.channels.webchat_sessions import CookieSessions
from bot.clock import SystemClock
from bot.logs import configure_logs
from bot.plan_commands import pack_folders, read_packs
from bot.settings import Settings, read_settings
from bot.web import server, web_chat
from documents.wording import body_name
from handlers.joining import hashed, new_code
from plans.calendar import local
from plans.errors import SettingsError
from plans.pack import Pack
from plans.people import RoleKind
from storage import inbox, join_codes, migrations, people
from storage.database import Database
from storage.join_codes import Invitation

T = TypeVar("T")
operations = typer.Typer()


def settings_or_exit() -> Settings:
    """Read the settings, or print every problem and exit with 2."""
    try:
        return read_settings()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def application(settings: Settings) -> App:
    """Wire the production application, without channels."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return build(
        Parts(
            database=Database(settings.database),
            packs=read_packs(pack_folders(settings.plans_dir)),
            clock=SystemClock(),
            secret=settings.key(),
            invite_link=settings.invite_link,
        )
    )


async def build_server(settings: Settings) -> web.Application:
    """Bring the database up to date and build the production web server."""
    configure_logs(settings.log_level)
    app = application(settings)
    await app.database.migrate()
    return server(app, web_chat(app, CookieSessions()))


def _with_app(work: Callable[[App], Awaitable[T]]) -> T:
    app = application(settings_or_exit())

    async def run() -> T:
        try:
            await app.database.migrate()
            return await work(app)
        finally:
            await app.database.close()

    return asyncio.run(run())


@operations.command()
def migrate() -> None:
    """Bring the database's tables to this release."""

    async def work(app: App) -> str | None:
        return await app.database.read(migrations.applied)

    typer.echo(f"database at revision {_with_app(work)}")


@operations.command()
def invite(
    plan: Annotated[str, typer.Option(help="Id of the plan.")],
    role: Annotated[RoleKind, typer.Option(help="What the person will be.")] = RoleKind.COORDINATOR,
    unit: Annotated[str, typer.Option(help="Unit code; none for the whole province.")] = "",
    days: Annotated[int, typer.Option(min=1, max=90, help="Days that the code is good for.")] = 7,
) -> None:
    """Issue a single-use join code; it is printed once and kept hashed."""

    async def work(app: App) -> str:
        _check(app.world.packs, plan, role, unit)
        code, now = new_code(), app.clock.now()
        invitation = Invitation(
            hash=hashed(app.world.secret, code), plan=plan, kind=role, unit=unit
        )
        await app.database.run(
            lambda tx: join_codes.issue(tx, invitation, None, now, timedelta(days=days))
        )
        return f"/start {code}    until {local(now + timedelta(days=days)):%d/%m/%Y}"

    typer.echo(_with_app(work))


def _check(packs: Mapping[str, Pack], plan: str, role: RoleKind, unit: str) -> None:
    if plan not in packs:
        raise typer.BadParameter(f"no plan {plan}: write one of {', '.join(packs)}")
    needs_unit = role in (RoleKind.FOCAL_POINT, RoleKind.DISTRICT_COORDINATOR)
    if needs_unit and unit not in packs[plan].tree:
        raise typer.BadParameter(f"a {role} needs --unit with a code of {plan}")
    if unit and unit not in packs[plan].tree:
        raise typer.BadParameter(f"no unit {unit} in {plan}")


@operations.command(name="people")
def list_people() -> None:
    """List roles in force: plan, unit, role, person's number, since when. No names are kept."""

    def rows(app: App, connection: Connection) -> list[str]:
        lines = []
        for role, since in people.everyone(connection):
            pack = app.world.packs.get(role.plan)
            known = pack is not None and (not role.unit or role.unit in pack.tree)
            name = body_name(pack, role.unit) if pack and known and role.unit else role.unit
            line = f"{role.plan}\t{name or '-'}\t{role.kind}\t{role.person_id}"
            lines.append(f"{line}\t{local(since):%d/%m/%Y}")
        return lines

    async def work(app: App) -> list[str]:
        return await app.database.read(lambda tx: rows(app, tx))

    for line in _with_app(work) or ["nobody has joined yet: python -m bot invite --plan …"]:
        typer.echo(line)


@operations.command()
def doctor() -> None:
    """Say what is set and whether it works; exit 1 where something is to be done."""
    settings = settings_or_exit()
    for name in type(settings).model_fields:
        typer.echo(f"{name.upper()}={getattr(settings, name)}")

    async def work(app: App) -> list[str]:
        problems = []
        mode = await app.database.read(lambda tx: tx.execute(text("SELECT 1")).scalar())
        applied = await app.database.read(migrations.applied)
        failed = await app.database.read(inbox.failures)
        if mode != 1 or applied != migrations.newest():
            problems.append(f"database at {applied}, release at {migrations.newest()}: migrate")
        if failed:
            problems.append(f"{failed} messages met a bug: look for message.failed in the log")
        typer.echo(f"plans: {', '.join(app.world.packs)}")
        return problems

    problems = _with_app(work)
    for problem in problems:
        typer.echo(f"to do: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("all is well")
