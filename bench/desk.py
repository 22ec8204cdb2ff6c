"""A coordinator's questions over a whole country: 3,321 communes, 20 indicators, 20 periods.

Each kind of answer stands beside the bare SQL that it needs: the very statements that it sent,
sent once more through the driver, and no object made of a row.
"""

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, event, text

from bench.desk_country import INDICATORS, NOW, PERIODS, coordinator, fill, wide
from bench.planning import COMMUNES, country
from bench.server import PLAN
from bot.app import spare_the_collector
from handlers.charting import make_picture
from handlers.documenting import make_document
from handlers.figures import figures
from handlers.late import late
from handlers.not_sent import not_sent
from handlers.progress import by_district, progress
from handlers.punctual import punctual
from handlers.router import respond
from handlers.targeting import targets
from handlers.trend import trend
from handlers.turn import Turn
from plans.working_days import load_working_days
from plans.world import World
from storage import rollups
from storage.database import Database, sqlite_url

TIMES, SLOW_TIMES, GRID_PAGES = 40, 3, 4
SUMMARY_MS, SHEET_MS, GRID_MS, DOCX_MS = 150, 500, 3000, 5000
# Read among the names of all communes; some with a unit's own name, without accents or in part.
QUESTIONS = (
    "ai chua nop 6 thang dau nam",
    "huyện 7 nộp chưa",
    "tong luot nguoi duoc tuyen truyen nam nay so voi cung ky",
    "xa 1204 da nop bao cao quy 2 chua",
    "bao nhiêu xã nộp chậm",
)
_SUMS = text(
    "SELECT code, sum(value), count(value) FROM reports"
    " JOIN report_answers ON report_id = reports.id"
    " WHERE plan = :plan AND period = :period AND latest = 1 GROUP BY code"
)
Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of answer, the words that ask for it, and the most that it may take; 0 for no bar."""

    ask: Callable[[Turn, str], object]
    words: Sequence[str]
    most_ms: int = SUMMARY_MS


def measure() -> dict[str, object]:
    """Ask each kind of question over and over; the 95th percentile counts, or of few the worst."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> dict[str, object]:
    pack = wide(country(folder))
    world = World(packs={PLAN: pack}, working_days=load_working_days(), secret=b"bench")
    database = Database(sqlite_url(folder / "bench.db"))
    await database.migrate()
    turn = await database.run(lambda tx: coordinator(tx, world))
    await database.run(lambda tx: fill(tx, world, turn(tx).person.id))
    await database.run(lambda tx: rollups.rebuild(tx, PLAN, pack.tree))
    spare_the_collector()
    load, kinds = os.getloadavg()[0], _kinds(world)
    found = {
        name: await database.read(partial(_asked, turn=turn, kind=kind))
        for name, kind in kinds.items()
    }
    sums = await database.read(lambda tx: _sums(tx, world))
    await database.close()
    missed = [
        name for name, kind in kinds.items() if kind.most_ms and found[name]["ms"] > kind.most_ms
    ]
    return {
        "communes": COMMUNES,
        "answers": COMMUNES * INDICATORS * PERIODS,
        **found,
        "raw_sums_ms": sums,
        "limit": "sql_ms: the statements of each answer through the driver alone;"
        " raw_sums_ms: one period's figures added up from the raw answers",
        "load_before": round(load, 2),
        "bar": f"p95 of summaries <= {SUMMARY_MS} ms, of the sheet of targets <= {SHEET_MS} ms;"
        f" the slowest heat grid <= {GRID_MS} ms, .docx <= {DOCX_MS} ms",
        "missed": missed,
        "within_bar": not missed,
    }


def _kinds(world: World) -> dict[str, Kind]:
    """Return every kind, with what is asked: periods, indicators and districts by chance."""
    chance = random.Random(7)
    periods = [period.id for period in world.calendars[PLAN] if period.opens <= NOW.date()]
    codes = world.packs[PLAN].forms["commune"].questions

    def words(pattern: str, times: int = TIMES) -> list[str]:
        return [
            pattern.format(
                period=chance.choice(periods),
                code=chance.choice(codes),
                district=f"D{chance.randrange(34):02}",
                unit=f"X{chance.randrange(COMMUNES):04}",
            )
            for _ in range(times)
        ]

    def document(kind: str, most_ms: int) -> Kind:
        wanted = words(f"{PLAN} {kind} {{period}}", SLOW_TIMES)
        return Kind(ask=make_document, words=wanted, most_ms=most_ms)

    grids = [f"{PLAN} luoi trang{page}" for page in range(1, GRID_PAGES + 1)]
    return {
        "question": Kind(ask=_in_own_words, words=list(QUESTIONS * (TIMES // len(QUESTIONS)))),
        "summary": Kind(ask=figures, words=words("{period}")),
        "indicator": Kind(ask=figures, words=words("{period} {code}")),
        "district": Kind(ask=figures, words=words("{period} {district} {code}")),
        "running": Kind(ask=figures, words=words("{period} {code} luyke")),
        "compared": Kind(ask=figures, words=words("sosanh {period}")),
        "progress": Kind(ask=progress, words=words("{period}")),
        "by_district": Kind(ask=by_district, words=words("{period}")),
        "not_sent": Kind(ask=not_sent, words=words("{period}")),
        "late": Kind(ask=late, words=words("{period}")),
        "trend": Kind(ask=trend, words=words("{period}")),
        "punctuality": Kind(ask=punctual, words=words("giaidoan")),
        "punctuality_ranked": Kind(ask=punctual, words=words("giaidoan xephang")),
        "punctuality_district": Kind(ask=punctual, words=words("giaidoan {district}")),
        "punctuality_unit": Kind(ask=punctual, words=words("giaidoan {unit}")),
        "targets": Kind(ask=targets, words=words("{period}"), most_ms=SHEET_MS),
        "heat_grid": Kind(ask=make_picture, words=grids, most_ms=GRID_MS),
        "docx": document("docx", DOCX_MS),
        "xlsx": document("xlsx", 0),
    }


def _in_own_words(turn: Turn, text: str) -> object:
    """Ask as somebody types it: what is meant is read out first."""
    return respond(replace(turn, message=replace(turn.message, text=text)))


def _asked(
    connection: Connection, turn: Callable[[Connection], Turn], kind: Kind
) -> dict[str, float]:
    """Time a kind's answers, and after each what it had asked of the database."""
    took, sql = [], []
    # What a process does once is no part of an answer.
    kind.ask(turn(connection), kind.words[0])
    for words in kind.words:
        with _heard(connection) as statements:
            begun = time.perf_counter()
            kind.ask(turn(connection), words)
            took.append(time.perf_counter() - begun)
        sql.append(_sent_again(connection, statements))
    return {
        "ms": round(sorted(took)[int(len(took) * 0.95)] * 1000, 1),
        "median_ms": round(median(took) * 1000, 1),
        "sql_ms": round(median(sql) * 1000, 1),
        "to_sql": round(median(took) / median(sql), 1),
    }


@contextmanager
def _heard(connection: Connection) -> Iterator[list[Statement]]:
    """Note the statements that are sent meanwhile."""
    statements: list[Statement] = []

    def note(*heard: Any) -> None:
        _connection, _cursor, statement, parameters, *_ = heard
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(connection, "before_cursor_execute", note)


def _sent_again(connection: Connection, statements: Sequence[Statement]) -> float:
    """Return how long the statements take with nothing around them but the driver."""
    cursor = connection.connection.cursor()
    begun = time.perf_counter()
    for statement, parameters in statements:
        cursor.execute(statement, parameters)
        cursor.fetchall()
    return time.perf_counter() - begun


def _sums(connection: Connection, world: World) -> float:
    """Time the figures of one period as one statement over the raw answers."""
    told = {"plan": PLAN, "period": world.calendars[PLAN][-1].id}
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        connection.execute(_SUMS, told).all()
        took.append(time.perf_counter() - begun)
    return round(median(took) * 1000, 1)
