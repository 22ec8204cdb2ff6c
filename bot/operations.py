"""What an operator does: migrate, invite the first coordinator, list people, look for trouble."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer
from aiohttp import web
from sqlalchemy import Connection

from bot.app import App, Parts, build, spare_the_collector
from bot.clock import SystemClock
from bot.file_links import open_file_links
from bot.plan_commands import mistakes_told, pack_folders, read_packs
from bot.settings import Settings, settings_or_exit, shown
from bot.web import configured, server
from documents.wording import body_name
from handlers.joining import hashed, new_code
from plans.calendar import local
from plans.dhis2_files import load_mappings
from plans.dhis2_mapping import lacking
from plans.pack import Pack
from plans.people import Role, RoleKind
from plans.working_days import load_working_days
from storage import audit, inbox, join_codes, migrations, people
from storage.database import Database
from storage.drafts import Key
from storage.join_codes import Invitation

T = TypeVar("T")
operations = typer.Typer()


def application(settings: Settings) -> App:
    """Wire the production application, without channels; what it writes is its user's alone."""
    os.umask(0o077)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    packs = read_packs(pack_folders())
    with mistakes_told():
        working_days = load_working_days(*settings.working_day_files())
        dhis2 = load_mappings(settings.dhis2_files(), packs)
    return build(
        Parts(
            database=Database(settings.database),
            packs=packs,
            clock=SystemClock(),
            secret=settings.key(),
            invite_link=settings.invite_link,
            working_days=working_days,
            dhis2=dhis2,
        )
    )


async def build_server(settings: Settings) -> web.Application:
    """Bring the database up to date and build the production web server."""
    app = application(settings)
    await app.open()
    spare_the_collector()
    links = open_file_links(app, settings)
    return server(app, configured(app, settings), links.routes())


def with_app(work: Callable[[App], Awaitable[T]], *, migrating: bool = True) -> T:
    """Run an operator's work on the wired application, its database brought up to date first."""
    app = application(settings_or_exit())

    async def run() -> T:
        try:
            if migrating:
                await app.open()
            return await work(app)
        finally:
            await app.database.close()

    return asyncio.run(run())


@operations.command()
def migrate() -> None:
    """Bring the database's tables to this release."""

    async def work(app: App) -> str | None:
        return await app.database.read(migrations.applied)

    typer.echo(f"database at revision {with_app(work)}")


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

        def issue(connection: Connection) -> None:
            join_codes.issue(connection, invitation, None, now, timedelta(days=days))
            key = Key(plan=plan, period="", unit=unit)
            after = {"kind": role}
            entry = audit.Entry(at=now, person_id=None, action="code.issued", key=key, after=after)
            audit.write(connection, entry)

        await app.database.run(issue)
        return f"/start {code}    until {local(now + timedelta(days=days)):%d/%m/%Y}"

    typer.echo(with_app(work))


def _check(packs: Mapping[str, Pack], plan: str, role: RoleKind, unit: str) -> None:
    if plan not in packs:
        raise typer.BadParameter(f"no plan {plan}: write one of {', '.join(packs)}")
    needs_unit = role in (RoleKind.FOCAL_POINT, RoleKind.DISTRICT_COORDINATOR)
    if needs_unit and unit not in packs[plan].tree:
        raise typer.BadParameter(f"a {role} needs --unit with a code of {plan}")
    if unit and unit not in packs[plan].tree:
        raise typer.BadParameter(f"no unit {unit} in {plan}")


@operations.command(name="people")
def list_people(
    end: Annotated[int, typer.Option(help="End the role of this number instead.")] = 0,
) -> None:
    """List roles in force: number, plan, unit, role, since when, whose. No names are kept."""

    def rows(app: App, connection: Connection) -> list[str]:
        return [_role_line(app, role, since) for role, since in people.everyone(connection)]

    def ended(app: App, connection: Connection) -> bool:
        known = [role for role, _ in people.everyone(connection) if role.id == end]
        for role in known:
            people.end_role(connection, role.id, app.clock.now())
            audit.write(connection, _ended(app, role))
        return bool(known)

    async def work(app: App) -> list[str]:
        if end and not await app.database.run(lambda tx: ended(app, tx)):
            raise typer.BadParameter(f"no role in force has the number {end}")
        return await app.database.read(lambda tx: rows(app, tx))

    for line in with_app(work) or ["nobody has joined yet: python -m bot invite --plan …"]:
        typer.echo(line)


def _role_line(app: App, role: Role, since: datetime) -> str:
    pack = app.world.packs.get(role.plan)
    known = pack is not None and role.unit in pack.tree
    name = body_name(pack, role.unit) if pack and known else role.unit or "-"
    about = f"{role.plan}\t{name}\t{role.kind}\t{local(since):%d/%m/%Y}"
    return f"{role.id}\t{about}\tperson {role.person_id}"


def _ended(app: App, role: Role) -> audit.Entry:
    return audit.Entry(
        at=app.clock.now(),
        person_id=None,
        action="role.ended",
        key=Key(plan=role.plan, period="", unit=role.unit),
        before={"role": role.id, "kind": role.kind},
    )


def _mappings_to_do(app: App) -> list[str]:
    return [
        f"the DHIS2 mapping of {plan} has no code for {lacks} things: bot dhis2 check {plan}"
        for plan, mapping in app.world.dhis2.items()
        if (lacks := len(list(lacking(mapping, app.world.packs[plan]))))
    ]


@operations.command()
def doctor() -> None:
    """Say what is set and whether it works; exit 1 where something is to be done."""
    for name, value in shown(settings_or_exit()).items():
        typer.echo(f"{name}={value}")

    async def work(app: App) -> list[str]:
        typer.echo(f"plans: {', '.join(app.world.packs)}")
        own = ", ".join(str(path) for path in settings_or_exit().working_day_files())
        typer.echo(f"working days: {own or 'those of the release'}")
        mappings = ", ".join(str(path) for path in settings_or_exit().dhis2_files())
        typer.echo(f"DHIS2 mappings: {mappings or 'none, files carry our own codes'}")
        applied = await app.database.read(migrations.applied)
        if applied != migrations.newest():
            return [f"database at {applied}, release at {migrations.newest()}: bot migrate"]
        # Their clients take seconds to import: only a doctor who is asked about them pays for that.
        from bot.telegram_doctor import telegram_findings
        from bot.zalo_doctor import zalo_findings

        telegram = await telegram_findings(settings_or_exit(), app.clock)
        zalo = await zalo_findings(settings_or_exit(), app.database, app.clock)
        for line in (*telegram.lines, *zalo.lines):
            typer.echo(line)
        week_ago = app.clock.now() - timedelta(days=7)
        failed = await app.database.read(lambda tx: inbox.failures(tx, week_ago))
        bugs = f"{failed} messages of this week met a bug: see message.failed in the log"
        to_do = [*_mappings_to_do(app), *telegram.to_do, *zalo.to_do]
        return [*to_do, *([bugs] if failed else [])]

    problems = with_app(work, migrating=False)
    for problem in problems:
        typer.echo(f"to do: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo("all is well")
