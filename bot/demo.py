"""The demo: a province with people to play, marked synthetic figures, a clock to move."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection, func, select

from bot.app import App, Parts, build
from bot.channels.webchat_demo import Persona, demo_routes
from bot.channels.webchat_sessions import PersonaSessions
from bot.clock import MovableClock
from bot.plan_commands import pack_folders, read_packs
from bot.rehearsal import issue_code, join, send
from bot.timer import tick
from bot.web import server, web_chat
from plans.calendar import VIETNAM, Period
from plans.checks import broken_pairs
from plans.dialogue import Answer, Answers, AnswerState, Question, questions_in
from plans.messages import Address
from plans.pack import IndicatorKind, Pack
from plans.people import RoleKind
from plans.units import Unit
from plans.world import World
from scheduler.jobs import instants
from storage.database import Database, sqlite_url
from storage.drafts import Key
from storage.tables import outbox, people

PLAN = "binh_thuan_2024"
START = datetime(2024, 6, 11, 8, 0, tzinfo=VIETNAM)
STRANGERS_CODE = "DEMO-2024"
NOTE = "số liệu mô phỏng"
# A file name only; nothing secret is kept in a demo.
SECRET = b"demo"
SEED = 1227


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A persona with the role and unit that it holds."""

    persona: Persona
    kind: RoleKind | None
    unit: str


def _part(id: str, name: str, role: str, hint: str, kind: RoleKind | None, unit: str) -> Part:
    persona = Persona(id=id, name=name, role=role, hint=f"{hint} · {NOTE}")
    return Part(persona=persona, kind=kind, unit=unit)


CAST = (
    _part("xa", "Cán bộ phường Mũi Né", "Đầu mối cấp xã", "Gõ: Nhập số liệu",
          RoleKind.FOCAL_POINT, "22915"),
    _part("huyen", "Cán bộ huyện Bắc Bình", "Đầu mối cấp huyện", "Gõ: /tiendo",
          RoleKind.FOCAL_POINT, "596"),
    _part("congan", "Cán bộ Công an tỉnh", "Đầu mối sở, ngành", "Gõ: /baocao",
          RoleKind.FOCAL_POINT, "CAT"),
    _part("yte", "Cán bộ Sở Y tế", "Đầu mối sở, ngành", "Gõ: /baocao",
          RoleKind.FOCAL_POINT, "SYT"),
    _part("tonghop", "Cán bộ tổng hợp", "Điều phối cấp tỉnh", "Gõ: /tiendo hoặc /tonghop",
          RoleKind.COORDINATOR, ""),
    _part("la", "Người lạ", "Chưa kết nối", f"Gõ: xin chào, rồi /start {STRANGERS_CODE}",
          None, "22918"),
)  # fmt: skip


async def build_demo(path: Path) -> web.Application:
    """Open the demo and build its web server."""
    app, clock = await open_demo(path)
    chat = web_chat(app, PersonaSessions([part.persona.id for part in CAST]))
    personas = [part.persona for part in CAST]
    routes = demo_routes(personas, clock, Days(app, clock, chat.tell_time).pass_by)
    return server(app, [chat], routes)


async def open_demo(path: Path) -> tuple[App, MovableClock]:
    """Open the demo's database, fill it if it is new, and wire the application and its clock.

    A demo that was stopped goes on where it was: its clock never turns back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = Database(sqlite_url(path))
    await database.migrate()
    packs = read_packs(pack_folders())
    last = await database.read(lambda tx: tx.execute(select(func.max(outbox.c.posted_at))).scalar())
    clock = MovableClock(max(last or START, START).astimezone(UTC))
    parts = Parts(database=database, packs=packs, clock=clock, secret=SECRET, synthetic=True)
    app = build(parts)
    await database.run(lambda tx: fill(tx, app.world))
    return app, clock


class Days:
    """The demo's days: they pass through every instant at which something falls due."""

    def __init__(self, app: App, clock: MovableClock, tell: Callable[[datetime], None]) -> None:
        self._app = app
        self._clock = clock
        self._tell = tell
        self._passing = asyncio.Lock()

    async def pass_by(self, by: timedelta) -> datetime:
        """Let some time pass; every page is told the moment before what it brings."""
        async with self._passing:
            start = self._clock.now()
            for moment in instants(self._app.world, start, start + by):
                now = self._clock.move(max(moment - self._clock.now(), timedelta(0)))
                self._tell(now)
                await tick(self._app, now)
                await self._app.settle()
            return self._clock.now()


def fill(connection: Connection, world: World) -> None:
    """Fill an empty demo: people, a code for the stranger, other units' synthetic reports."""
    if connection.execute(select(func.count()).select_from(people)).scalar():
        return
    before = START.astimezone(UTC) - timedelta(days=30)
    for part in CAST:
        address = Address(channel="webchat", chat=part.persona.id)
        if part.kind is None:
            issue_code(connection, world, STRANGERS_CODE, PLAN, part.unit, START.astimezone(UTC))
        else:
            join(connection, world, address, PLAN, part.kind, part.unit, before)
    for key, answers, sent_at in synthetic_reports(world):
        send(connection, world, key, answers, sent_at, reason=NOTE)


def synthetic_reports(world: World) -> Iterator[tuple[Key, Answers, datetime]]:
    """Make up reports: everybody's first quarter, and about six in ten of the second."""
    pack = world.packs[PLAN]
    chance = random.Random(SEED)  # noqa: S311 - made-up figures, the same at every start
    played = {part.unit for part in CAST}
    first, second = world.calendars[PLAN][:2]
    for period, share in ((first, 1.0), (second, 0.62)):
        for unit in pack.tree:
            out = period is second and (unit.code in played or chance.random() > share)
            if period.concerns(unit) and not out:
                answers = _made_up(pack, questions_in(pack, period, unit.code), chance)
                key = Key(plan=PLAN, period=period.id, unit=unit.code)
                yield key, answers, _made_up_moment(period, unit, chance)


def _made_up_moment(period: Period, unit: Unit, chance: random.Random) -> datetime:
    latest = min(period.last_on_time, (START - timedelta(days=1)).date())
    day = latest - timedelta(days=chance.randint(0, 8))
    moment = time(chance.randint(7, 16), chance.randint(0, 59))
    return datetime.combine(day, moment, VIETNAM).astimezone(UTC)


def _made_up(pack: Pack, asked: tuple[Question, ...], chance: random.Random) -> Answers:
    answers = {question.code: _made_up_answer(question, chance) for question in asked}
    for check, part, whole in broken_pairs(pack, answers):
        answers[check.part] = Answer(state=AnswerState.VALUE, value=whole)
        answers[check.whole] = Answer(state=AnswerState.VALUE, value=part)
    return answers


def _made_up_answer(question: Question, chance: random.Random) -> Answer:
    if chance.random() < 0.03:
        return Answer(state=AnswerState.MISSING)
    if question.indicator.kind is IndicatorKind.YES_NO:
        return Answer(state=AnswerState.VALUE, value=Decimal(chance.random() < 0.7))
    most = min(question.indicator.most, 900 if question.code == "TT03" else 25)
    number = chance.randint(0, most)
    if number == 0:
        return Answer(state=AnswerState.ZERO)
    return Answer(state=AnswerState.VALUE, value=Decimal(number))
