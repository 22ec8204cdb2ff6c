"""A coordinator's questions over a whole country: 3,321 communes, 20 indicators, 20 periods.

Each kind of answer stands beside the bare SQL that it cannot do without, in the same run.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, insert, text

from bench.planning import COMMUNES, country
from bench.server import PLAN
from handlers.charting import make_picture
from handlers.figures import figures
from handlers.progress import by_district, not_sent, progress
from handlers.targeting import targets
from handlers.turn import Turn
from plans.messages import Address, Message, Reply
from plans.pack import Form, IndicatorKind, Pack
from plans.people import Person, RoleKind
from plans.working_days import load_working_days
from plans.world import World
from storage import people, rollups, tables
from storage.database import Database, sqlite_url

FIRST, LAST = 2017, 2026
INDICATORS, PERIODS = 20, 20
SUMMARY_MS, SHEET_MS = 150, 500
GRID_PAGES, GRID_S = 4, 3.0
NOW = datetime(2026, 12, 12, 1, tzinfo=UTC)
TIMES = 40
_SUMS = text(
    "SELECT code, sum(value), count(value) FROM reports"
    " JOIN report_answers ON report_id = reports.id"
    " WHERE plan = :plan AND period = :period AND latest = 1 GROUP BY code"
)
_SENT = text("SELECT unit FROM reports WHERE plan = :plan AND period = :period AND latest = 1")


def measure() -> dict[str, object]:
    """Ask each kind of question over and over; the 95th percentile counts."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, object]:
    pack = _wide(country(folder))
    world = World(packs={PLAN: pack}, working_days=load_working_days(), secret=b"bench")
    database = Database(sqlite_url(folder / "bench.db"))
    await database.migrate()
    await database.run(lambda tx: _fill(tx, world))
    await database.run(lambda tx: rollups.rebuild(tx, PLAN, pack.tree))
    turn = await database.run(lambda tx: _coordinator(tx, world))
    asked = {name: list(words) for name, words in _questions(world).items()}
    found: dict[str, float] = {}
    for name, (ask, said) in _KINDS.items():
        timed = partial(_p95, turn=turn, ask=ask, asked=asked[said])
        found[f"{name}_p95_ms"] = await database.read(timed)
    bare = await database.read(lambda tx: _bare(tx, world))
    grid = await database.read(lambda tx: _heat_grid(tx, turn))
    await database.close()
    worst = max(value for name, value in found.items() if not name.startswith("targets"))
    return {
        "communes": COMMUNES,
        "answers": COMMUNES * INDICATORS * PERIODS,
        **found,
        **bare,
        "heat_grid_s": grid,
        "limit": "the same figures by one SQL statement over the raw answers",
        "bar": f"summaries p95 <= {SUMMARY_MS} ms, sheet of targets <= {SHEET_MS} ms, "
        f"heat grid <= {GRID_S} s",
        "within_bar": worst <= SUMMARY_MS
        and found["targets_p95_ms"] <= SHEET_MS
        and grid <= GRID_S,
    }


def _wide(pack: Pack) -> Pack:
    """Return the plan over five years, its communes asked for so many indicators."""
    names = [code for code, one in pack.indicators.items() if one.kind is not IndicatorKind.YES_NO]
    asked = ("TT01", *names[: INDICATORS - 1])
    indicators = {
        code: one.model_copy(update={"counted_at": ("commune", "district")})
        if code in asked
        else one
        for code, one in pack.indicators.items()
    }
    form = Form(title=pack.forms["commune"].title, questions=asked)
    wide = pack.model_copy(
        update={
            "valid_from": date(FIRST, 1, 1),
            "valid_to": date(LAST, 12, 31),
            "indicators": indicators,
            "forms": {**pack.forms, "commune": form},
        }
    )
    wide.__dict__.pop("tree", None)
    return wide


def _fill(connection: Connection, world: World) -> None:
    """Let nine communes of ten send every period."""
    chance, number = random.Random(20), 0
    for period in world.calendars[PLAN]:
        reports: list[dict[str, object]] = []
        answers: list[dict[str, object]] = []
        for unit in world.owing(PLAN, period):
            if unit.type != "commune" or chance.random() < 0.1:
                continue
            number += 1
            reports.append(
                {"id": number, "plan": PLAN, "period": period.id, "unit": unit.code, "version": 1}
                | {"latest": 1, "sent_at": NOW, "first_sent_at": NOW, "receipt": f"BC-{number}"}
                | {"reason": "", "kept": []}
            )
            answers += [
                {"report_id": number, "code": code, "state": "value"}
                | {"value": chance.randrange(2 if code == "TT01" else 500)}
                for code in world.packs[PLAN].forms["commune"].questions
            ]
        connection.execute(insert(tables.reports), reports)
        connection.execute(insert(tables.report_answers), answers)


def _coordinator(connection: Connection, world: World) -> Callable[[Connection], Turn]:
    address = Address(channel="webchat", chat="coordinator")
    person = people.add_person(connection, address, "vi", NOW)
    people.grant(connection, person.id, PLAN, RoleKind.COORDINATOR, "", NOW)
    roles = people.roles_of(connection, person.id)
    message = Message(address=address, id="1", text="")

    def turn(tx: Connection) -> Turn:
        one = Person(id=person.id, language="vi")
        return Turn(connection=tx, world=world, now=NOW, message=message, person=one, roles=roles)

    return turn


def _questions(world: World) -> dict[str, Iterator[str]]:
    periods = [period.id for period in world.calendars[PLAN]]
    codes = world.packs[PLAN].forms["commune"].questions
    chance = random.Random(7)

    def words(*kinds: Callable[[], str]) -> Iterator[str]:
        for _ in range(TIMES):
            yield " ".join(kind() for kind in kinds)

    period = lambda: chance.choice(periods)  # noqa: E731
    code = lambda: chance.choice(codes)  # noqa: E731
    district = lambda: f"D{chance.randrange(34):02}"  # noqa: E731
    return {
        "period": words(period),
        "indicator": words(period, code),
        "district": words(period, district, code),
    }


_KINDS: dict[str, tuple[Callable[[Turn, str], Reply], str]] = {
    "summary": (figures, "period"),
    "indicator": (figures, "indicator"),
    "district": (figures, "district"),
    "progress": (progress, "period"),
    "by_district": (by_district, "period"),
    "not_sent": (not_sent, "period"),
    "targets": (targets, "period"),
}


def _p95(
    connection: Connection,
    turn: Callable[[Connection], Turn],
    ask: Callable[[Turn, str], Reply],
    asked: list[str],
) -> float:
    took = []
    for words in asked:
        begun = time.perf_counter()
        ask(turn(connection), words)
        took.append(time.perf_counter() - begun)
    return round(sorted(took)[int(len(took) * 0.95)] * 1000, 1)


def _heat_grid(connection: Connection, turn: Callable[[Connection], Turn]) -> float:
    """Time the heat grid's pages, from the first row read; the slowest counts."""
    took = []
    for page in range(1, GRID_PAGES + 1):
        begun = time.perf_counter()
        make_picture(turn(connection), f"{PLAN} luoi trang{page}")
        took.append(time.perf_counter() - begun)
    return round(max(took), 2)


def _bare(connection: Connection, world: World) -> dict[str, float]:
    """Time the statements themselves, over one period."""
    told = {"plan": PLAN, "period": world.calendars[PLAN][-1].id}
    found = {}
    for name, statement in (("sums", _SUMS), ("sent", _SENT)):
        took = []
        for _ in range(10):
            begun = time.perf_counter()
            connection.execute(statement, told).all()
            took.append(time.perf_counter() - begun)
        found[f"bare_{name}_ms"] = round(sorted(took)[5] * 1000, 1)
    return found
