"""Plan and post a whole ladder for all communes of the country, none of whom ever sends."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, insert

from bench.server import PLAN, write_plan
from plans.calendar import Period
from plans.ladder import reporter_stages
from plans.load import load
from plans.pack import Pack
from plans.people import RoleKind
from plans.units import Unit
from plans.working_days import load_working_days
from plans.world import World
from scheduler.sweep import planned, something_is_due, sweep
from storage.database import Database, sqlite_url
from storage.tables import addresses, people, roles

T = TypeVar("T")

COMMUNES, DISTRICTS = 3321, 34
YEAR = 2026
LIMIT_SECONDS = 1.0
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def measure() -> dict[str, object]:
    """Sweep at every rung of a ladder; the worst of each kind counts."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, object]:
    world = World(packs={PLAN: country(folder)}, working_days=load_working_days(), secret=b"bench")
    database = Database(sqlite_url(folder / "bench.db"))
    await database.migrate()
    joined = await database.run(lambda tx: _join(tx, world))
    planning, posting, idle, letters = [], [], [], []
    for moment in _moments(world):
        seconds, _ = await database.read(partial(_timed, planned, world, moment))
        planning.append(seconds)
        seconds, posted = await database.run(partial(_timed, sweep, world, moment))
        posting.append(seconds)
        letters.append(posted)
        later = moment + timedelta(minutes=1)
        seconds, due = await database.read(partial(_timed, something_is_due, world, later))
        if due:
            raise RuntimeError(f"something was left at {moment}")
        idle.append(seconds)
    await database.close()
    return {
        "communes": COMMUNES,
        "people": joined,
        "letters": letters,
        "planning_s": round(max(planning), 2),
        "sweep_s": round(max(posting), 2),
        "idle_ms": round(max(idle) * 1000),
        "limit": "planning: one second; a sweep: the 30 s between two of them",
        "bar": f"planning <= {LIMIT_SECONDS} s",
        "within_bar": max(planning) <= LIMIT_SECONDS,
    }


def _timed(
    work: Callable[[Connection, World, datetime], T],
    world: World,
    now: datetime,
    connection: Connection,
) -> tuple[float, T]:
    begun = time.perf_counter()
    done = work(connection, world, now)
    return time.perf_counter() - begun, done


def country(folder: Path) -> Pack:
    """Return a plan of which every commune of the country is part."""
    write_plan(folder, YEAR)
    pack = load(folder / PLAN)
    units = [Unit(code=f"D{n:02}", name=f"Huyện {n}", type="district") for n in range(DISTRICTS)]
    units += [
        Unit(code=f"X{n:04}", name=f"Xã {n}", type="commune", parent=f"D{n % DISTRICTS:02}")
        for n in range(COMMUNES)
    ]
    country = pack.model_copy(update={"units": tuple(units)})
    country.__dict__.pop("tree", None)
    return country


def _join(connection: Connection, world: World) -> int:
    """Let one person report for every commune and district, and for every second one another."""
    units = [unit.code for unit in world.packs[PLAN].tree]
    units += units[::2]
    held = [(RoleKind.FOCAL_POINT, unit) for unit in units]
    held += [(RoleKind.DISTRICT_COORDINATOR, f"D{n:02}") for n in range(DISTRICTS)]
    held += [(RoleKind.COORDINATOR, "")] * 3
    everybody = range(1, len(held) + 1)
    connection.execute(
        insert(people), [{"id": n, "language": "vi", "joined_at": LONG_AGO} for n in everybody]
    )
    connection.execute(
        insert(addresses),
        [
            {"channel": "webchat", "chat": f"{n}", "person_id": n, "since": LONG_AGO, "rank": 0}
            for n in everybody
        ],
    )
    connection.execute(
        insert(roles),
        [
            {"person_id": n, "plan": PLAN, "kind": kind, "unit": unit, "granted_at": LONG_AGO}
            for n, (kind, unit) in enumerate(held, start=1)
        ],
    )
    return len(held)


def _moments(world: World) -> list[datetime]:
    """Return the different moments of a ladder until the lock."""
    period = _period(world)
    rules = world.packs[PLAN].calendar.reminders
    stages = reporter_stages(rules, period, world.working_days)
    return sorted({stage.at for stage in stages if stage.at.date() <= period.lock})


def _period(world: World) -> Period:
    return next(p for p in world.calendars[PLAN] if p.id == f"{YEAR}-H1")
