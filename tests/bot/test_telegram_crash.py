"""Killed at every step of a conversation, the bot on Telegram loses nothing that it took.

The real command line, a Telegram that outlives it, and `kill -9`: before a message is taken,
within and after its transaction, before it is confirmed, and on every side of the answer.
"""

import asyncio
import csv
import io
import os
import shutil
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from bench.server import PLAN as BENCH_PLAN
from bench.server import write_plan
from bot.rehearsal import issue_code, join
from plans.load import load_all
from plans.pack import Pack
from plans.people import RoleKind
from plans.working_days import load_working_days
from plans.world import World
from storage.database import Database, sqlite_url
from storage.dead_letters import LEASE
from tests.bot.telegram_line import address_of
from tests.bot.telegram_mortal import Forks, Mortal, Step, carried_out, done
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_people import User
from tests.fakes.telegram_webhook import Pace
from tests.person import MORNING, MUI_NE, PLAN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LEAST_KILLS = 40
OFFICERS_CODE, COORDINATORS_CODE = "LC7K-2M9Q", "PQ4R-7T3W"
FIGURES = ("15", "1250", "có", "30", "25", "2", "0", "1", "4", "3")
REPORT = (
    Step(f"/start {OFFICERS_CODE}", "Mã này mời"),
    Step("[Xác nhận]", "Đã kết nối"),
    Step("/baocao", "Câu 1/10"),
    *(Step(figure, f"Câu {place}/10") for place, figure in enumerate(FIGURES[:-1], start=2)),
    Step(FIGURES[-1], "Kiểm tra trước khi gửi"),
    Step("[Gửi báo cáo]", "Đã nhận lúc"),
    Step("[Đính chính]", "Sửa câu nào?"),
    Step("sửa 1: 11", "Kiểm tra trước khi gửi đính chính"),
    Step("[Gửi đính chính]", "Lý do đính chính?"),
    Step("[Nhập nhầm]", "(lần 2)"),
)
WATCH = (
    Step(f"/start {COORDINATORS_CODE}", "Mã này mời"),
    Step("[Xác nhận]", "Đã kết nối"),
    Step("/tonghop", "trang 1/3"),
    Step("[Trang sau]", "trang 2/3"),
    Step("/bieudo", "Số liệu lúc"),
    Step("/moi tất cả", "Cấp mã mời cho"),
    Step("/moicap csv", "mã mời, mỗi mã dùng một lần"),
)
# Places of death one after the other within one step, in turn for one step after the other.
CHAINS = {
    "polling": (
        ("fetched", "sent"),
        ("written", "confirming"),
        ("committed", "answered"),
        ("idle", "confirming", "confirmed"),
        ("recording",),
        ("sending", "recorded"),
    ),
    "webhook": (
        ("written", "sent"),
        ("committed", "answered"),
        ("fetched", "recorded"),
        ("sending", "recording"),
        ("idle",),
    ),
}
# What a reminder meets on its way, and how often the person sees it then: never twice.
REMINDERS_WAY = {
    "written": ("sent", 1),
    "claimed": ("unknown", 0),
    "sending": ("unknown", 0),
    "sent": ("unknown", 1),
    "answered": ("unknown", 1),
    "recording": ("unknown", 1),
    "recorded": ("sent", 1),
}


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(pace=Pace(unit=0.05, longest=0.1)) as fake:
        yield fake


def world_of(packs: Mapping[str, Pack]) -> World:
    return World(packs=packs, working_days=load_working_days(), secret=b"town")


@pytest.fixture
async def invited(sqlite_file: Path, packs: Mapping[str, Pack]) -> Path:
    """A folder with a database in which two codes wait."""
    database = Database(sqlite_url(sqlite_file))
    world, coordinator = world_of(packs), RoleKind.COORDINATOR
    await database.run(lambda tx: issue_code(tx, world, OFFICERS_CODE, PLAN, MUI_NE, MORNING))
    await database.run(
        lambda tx: issue_code(tx, world, COORDINATORS_CODE, PLAN, "", MORNING, coordinator)
    )
    await database.close()
    return sqlite_file.parent


async def joined_long_ago(file: Path, user: User, packs: Mapping[str, Pack]) -> None:
    database, long_ago = Database(sqlite_url(file)), MORNING - timedelta(days=60)
    world, address, kind = world_of(packs), address_of(user), RoleKind.FOCAL_POINT
    await database.run(lambda tx: join(tx, world, address, PLAN, kind, MUI_NE, long_ago))
    await database.close()


async def killed_in(bot: Mortal, user: User, step: Step, chain: tuple[str, ...]) -> None:
    """Do a step while the bot dies at one place after the other; see the answer in the end."""
    if chain[0] == "idle":
        await bot.killed()
    else:
        bot.doomed(chain[0])
    seen = await done(bot.fake, user, step)
    if chain[0] != "idle":
        await bot.dies(chain[0])
    for place in chain[1:]:
        bot.doomed(place)
        bot.start()
        await bot.dies(place)
    bot.start()
    try:
        await bot.fake.until(seen, 20)
    except TimeoutError:
        pytest.fail(f"{step.does!r} was not answered after {chain}: {user.view.texts[-2:]}")


def every_update_was_answered_once(bot: Mortal, user: User, steps: int) -> None:
    taken = bot.rows("SELECT message_id, failed FROM inbox WHERE chat = ?", str(user.id))
    answers = bot.rows("SELECT answers FROM outbox WHERE chat = ?", str(user.id))

    assert len(taken) == steps
    assert not any(failed for _, failed in taken)
    assert Counter(id for (id,) in answers) == Counter(id for id, _ in taken)


def the_database_holds_the_script(bot: Mortal) -> None:
    answers = bot.rows(
        "SELECT version, code, value / 1000000 FROM reports JOIN report_answers "
        "ON report_id = reports.id ORDER BY version, code"
    )
    first = {code: value for version, code, value in answers if version == 1}
    second = {code: value for version, code, value in answers if version == 2}
    changed = {code for code in first if first[code] != second[code]}

    said = [1 if figure == "có" else int(figure) for figure in FIGURES]
    assert len(answers) == 20
    assert sorted(value or 0 for value in first.values()) == sorted(said)
    assert [(first[code], second[code]) for code in changed] == [(15, 11)]
    assert bot.rows("SELECT version, latest, reason FROM reports ORDER BY version") == [
        (1, 0, ""),
        (2, 1, "Nhập nhầm"),
    ]
    trail = dict(bot.rows("SELECT action, count(*) FROM audit GROUP BY action"))
    codes = len(bot.rows("SELECT hash FROM join_codes")) - 2
    assert trail == {"role.joined": 2, "report.sent": 2, "code.issued": codes}
    assert not bot.rows("SELECT id FROM drafts")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_killed_at_every_step_nothing_is_lost_and_only_answers_are_doubled(
    fake: FakeTelegram, forks: Forks, invited: Path, mode: str
) -> None:
    officer = fake.user(first_name="Officer", language_code="vi")
    coordinator = fake.user(first_name="Coordinator", language_code="vi")
    script = [(officer, step) for step in REPORT] + [(coordinator, step) for step in WATCH]
    async with Mortal(forks, fake, invited, mode) as bot:
        bot.start()
        for (user, step), chain in zip(script, cycle(CHAINS[mode]), strict=False):
            await killed_in(bot, user, step, chain)
        await bot.settled()

    every_update_was_answered_once(bot, officer, len(REPORT))
    every_update_was_answered_once(bot, coordinator, len(WATCH))
    the_database_holds_the_script(bot)
    states = bot.rows("SELECT state FROM outbox")
    twice = len(carried_out(fake)) - len(states)
    told = f"{mode}: {bot.kills.total()} kills, {twice} answers came twice"
    print(told, dict(bot.kills))  # noqa: T201
    assert {state for (state,) in states} == {"sent"}
    assert bot.kills.total() >= LEAST_KILLS
    assert 0 < twice <= bot.doubts.total()
    [picture] = {shown.photo for shown in coordinator.view.from_bot if shown.photo}
    [listed] = {shown.document for shown in coordinator.view.from_bot if shown.document}
    assert picture.startswith(b"\x89PNG")
    codes = list(csv.reader(io.StringIO(listed.decode("utf-8-sig"))))
    assert len(codes) - 1 == len(bot.rows("SELECT hash FROM join_codes")) - 2


async def test_a_reminder_never_comes_twice_and_is_never_lost_in_silence(
    fake: FakeTelegram, forks: Forks, sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    ends = {}
    for place in REMINDERS_WAY:
        user = fake.user(first_name="Officer", language_code="vi")
        user.account.started = True
        folder = sqlite_file.parent / place
        folder.mkdir()
        await joined_long_ago(Path(shutil.copy(sqlite_file, folder)), user, packs)
        async with Mortal(forks, fake, folder, "polling") as bot:
            bot.doomed(place)
            bot.start()
            await bot.dies(place)
            bot.start()
            await bot.asks()
            if REMINDERS_WAY[place][0] == "sent":
                await bot.sent()
            else:
                await asyncio.sleep(0.4)  # its jobs look, and its courier
            await bot.killed()
            bot.start(LEASE)
            await bot.posted()
            await bot.settled()

        [ends[place]] = [
            (state, len(user.view.from_bot)) for (state,) in bot.rows("SELECT state FROM outbox")
        ]
        assert bot.rows("SELECT count(*) FROM reminders WHERE state = 'posted'") == [(1,)]
    assert ends == REMINDERS_WAY


@asynccontextmanager
async def serving(bot: Mortal) -> AsyncIterator[Process]:
    """Run the command as a release runs it, imports, time and pace included."""
    command = (sys.executable, "-m", "bot", "serve")
    environment = {**os.environ, **bot.environment, "PLANS_DIR": str(bot.folder / "plans")}
    with bot.forks.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=log)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_the_command_itself_goes_on_in_the_other_mode_where_it_was_killed(
    fake: FakeTelegram, forks: Forks, sqlite_file: Path
) -> None:
    folder, now = sqlite_file.parent, datetime.now(UTC)
    write_plan(folder / "plans", now.year)
    world = world_of(load_all([folder / "plans"]))
    commune = next(unit.code for unit in world.packs[BENCH_PLAN].units if unit.type == "commune")
    database = Database(sqlite_url(sqlite_file))
    await database.run(lambda tx: issue_code(tx, world, OFFICERS_CODE, BENCH_PLAN, commune, now))
    await database.close()
    officer = fake.user(first_name="Officer", language_code="vi")

    async with serving(Mortal(forks, fake, folder, "polling")):
        await fake.until(
            await done(fake, officer, Step(f"/start {OFFICERS_CODE}", "Mã này mời")), 30
        )
        joined = await done(fake, officer, Step("[Xác nhận]", "Đã kết nối"))
        await fake.until(lambda: fake.called("getUpdates")[-1].status == 0)
    async with serving(Mortal(forks, fake, folder, "webhook")):
        await fake.until(joined, 30)
        asked = await done(fake, officer, Step(f"/baocao {now.year}-Y", "Câu 1/"))
        await fake.until(asked)
