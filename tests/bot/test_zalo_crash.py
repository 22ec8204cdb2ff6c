"""Killed at every step of a conversation, a bot on Zalo loses nothing that it acknowledged.

The real command line, a Zalo that outlives it, and `kill -9`: before a message is taken, within and
after its transaction, before Zalo hears that it was, and on every side of the answer.
"""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.rehearsal import issue_code, join
from plans.messages import Address
from plans.pack import Pack
from plans.people import RoleKind
from plans.working_days import load_working_days
from plans.world import World
from storage import credentials, people
from storage.credentials import Pair
from storage.database import Database, sqlite_url
from storage.dead_letters import LEASE
from tests.bot.mortal import Forks, Step
from tests.bot.zalo_mortal import IMPATIENT, MortalAccount, MortalBot, MortalOnZalo
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import FakeZaloOA
from tests.person import MORNING, MUI_NE, PLAN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LEAST_KILLS = 25
OFFICERS_CODE, COORDINATORS_CODE = "LC7K-2M9Q", "PQ4R-7T3W"
REPORT = (
    Step(f"/start {OFFICERS_CODE}", "Mã này mời"),
    Step("[Xác nhận]", "Đã kết nối"),
    Step("/baocao", "Câu 1/10"),
    Step("15", "Câu 2/10"),
    Step("1250", "Câu 3/10"),
    Step("BC 3: có, 4: 30, 5: 25, 6: 2, 7: 0, 8: 1, 9: 4, 10: 3", "Kiểm tra trước khi gửi"),
    Step("[Gửi báo cáo]", "Đã nhận lúc"),
    Step("[Đính chính]", "Sửa câu nào?"),
    Step("sửa 1: 11", "Kiểm tra trước khi gửi đính chính"),
    Step("[Gửi đính chính]", "Lý do đính chính?"),
    Step("[Nhập nhầm]", "(lần 2)"),
)
FIGURES = (15, 1250, 1, 30, 25, 2, 0, 1, 4, 3)
WATCH = (
    Step(f"/start {COORDINATORS_CODE}", "Mã này mời"),
    Step("[Xác nhận]", "Đã kết nối"),
    Step("/tiendo", "Đã nộp 1/148"),
    Step("[Theo huyện]", "Thành phố Phan Thiết"),
)
# Places of death one after the other within one step, in turn for one step after the other.
CHAINS = (
    ("fetched", "sent"),
    ("written", "answered"),
    ("committed", "recording"),
    ("idle", "sending"),
    ("recorded",),
    ("sent", "sending", "recorded"),
)
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


def world_of(packs: Mapping[str, Pack]) -> World:
    return World(packs=packs, working_days=load_working_days(), secret=b"town")


@asynccontextmanager
async def on_zalo(kind: str, forks: Forks, folder: Path) -> AsyncIterator[MortalOnZalo]:
    """Yield a bot of one of Zalo's products, by a way for it to be told, not started yet."""
    channel, _, mode = kind.partition(" ")
    if channel == "zalo_bot":
        async with FakeZaloBot() as zalo, MortalBot(forks, zalo, folder, mode) as bot:
            yield bot
        return
    began = time.monotonic()
    clock = lambda: MORNING.timestamp() + time.monotonic() - began  # noqa: E731
    async with FakeZaloOA(habits=IMPATIENT, now=clock) as account:
        await written(folder, lambda tx: authorized(tx, account))
        async with MortalAccount(forks, account, folder, mode) as bot:
            yield bot


async def written(folder: Path, work: Any) -> None:
    database = Database(sqlite_url(folder / "baocao.db"))
    await database.run(work)
    await database.close()


def authorized(connection: Connection, account: FakeZaloOA) -> None:
    tokens, end = account.tokens, MORNING + timedelta(days=1)
    pair = Pair(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_at=end,
        renewed_at=MORNING,
    )
    credentials.keep(connection, "zalo_oa", pair)


def newcomer(bot: MortalOnZalo, name: str) -> Any:
    """Return somebody who opened the chat before anybody was told of it."""
    if isinstance(bot, MortalBot):
        user = bot.fake.user(name)
        user.chat.wrote = True
        return user
    account: Any = bot.fake
    user = account.user(name, follows=False)
    user.person.follows, user.person.interacted = True, account.clock.now()
    return user


async def killed_in(bot: MortalOnZalo, user: Any, step: Step, chain: tuple[str, ...]) -> None:
    """Do a step while the bot dies at one place after the other; see the answer in the end."""
    await bot.settled()  # else it might die of the answer before
    before, (first, *others) = len(user.view.from_bot), chain
    if first == "idle":
        await bot.killed()
        event = bot.does(user, step.does)
    else:
        bot.doomed(first)
        event = bot.does(user, step.does)
        await bot.dies(first)
    for place in others:
        bot.doomed(place)
        bot.start()
        await bot.up()
        event = await bot.repeated(user, step, event, first)
        await bot.dies(place)
    bot.start()
    await bot.up()
    await bot.repeated(user, step, event, first)
    try:
        await bot.fake.until(
            lambda: any(step.sees in shown.text for shown in user.view.from_bot[before:]), 20
        )
    except TimeoutError:
        pytest.fail(f"{step.does!r} was not answered after {chain}: {user.view.texts[-2:]}")


def the_database_holds_the_script(bot: MortalOnZalo) -> None:
    answers = bot.rows(
        "SELECT version, code, value / 1000000 FROM reports JOIN report_answers "
        "ON report_id = reports.id ORDER BY version, code"
    )
    first = {code: value for version, code, value in answers if version == 1}
    second = {code: value for version, code, value in answers if version == 2}
    changed = {code for code in first if first[code] != second[code]}

    assert len(answers) == 2 * len(FIGURES)
    assert sorted(value or 0 for value in first.values()) == sorted(FIGURES)
    assert [(first[code], second[code]) for code in changed] == [(15, 11)]
    assert bot.rows("SELECT version, latest, reason FROM reports ORDER BY version") == [
        (1, 0, ""),
        (2, 1, "Nhập nhầm"),
    ]
    trail = dict(bot.rows("SELECT action, count(*) FROM audit GROUP BY action"))
    assert trail == {"role.joined": 2, "report.sent": 2}
    assert not bot.rows("SELECT id FROM drafts")


def everything_was_answered_once(bot: MortalOnZalo, user: Any, steps: int) -> None:
    taken = bot.rows("SELECT message_id, failed FROM inbox WHERE chat = ?", user.id)
    answers = bot.rows("SELECT answers FROM outbox WHERE chat = ?", user.id)

    assert len(taken) == steps
    assert not any(failed for _, failed in taken)
    assert Counter(id for (id,) in answers) == Counter(id for id, _ in taken)


@pytest.mark.parametrize("kind", ["zalo_bot polling", "zalo_bot webhook", "zalo_oa webhook"])
async def test_killed_at_every_step_nothing_is_lost_and_only_answers_are_doubled(
    kind: str, forks: Forks, sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    folder, world, coordinates = sqlite_file.parent, world_of(packs), RoleKind.COORDINATOR
    await written(folder, lambda tx: issue_code(tx, world, OFFICERS_CODE, PLAN, MUI_NE, MORNING))
    await written(
        folder, lambda tx: issue_code(tx, world, COORDINATORS_CODE, PLAN, "", MORNING, coordinates)
    )
    async with on_zalo(kind, forks, folder) as bot:
        officer, coordinator = newcomer(bot, "Officer"), newcomer(bot, "Coordinator")
        script = [(officer, step) for step in REPORT] + [(coordinator, step) for step in WATCH]
        bot.start()
        await bot.up()
        for (user, step), chain in zip(script, cycle(CHAINS), strict=False):
            await killed_in(bot, user, step, chain)
        await bot.settled()
        came = bot.carried_out()

    everything_was_answered_once(bot, officer, len(REPORT))
    everything_was_answered_once(bot, coordinator, len(WATCH))
    the_database_holds_the_script(bot)
    states = bot.rows("SELECT state FROM outbox")
    twice, again = came - len(states), bot.again.total()
    told = f"{kind}: {bot.kills.total()} kills, {again} said again, {twice} answers came twice"
    print(told, dict(bot.kills))  # noqa: T201
    assert {state for (state,) in states} == {"sent"}
    assert bot.kills.total() >= LEAST_KILLS
    assert 0 < twice <= bot.doubts.total()
    # What may be lost is what was not committed; an account's events come again by themselves.
    assert set(bot.again) <= {"fetched", "written", "idle"}
    assert bool(again) == (kind != "zalo_oa webhook")


@pytest.mark.parametrize("kind", ["zalo_bot polling", "zalo_oa webhook"])
async def test_a_reminder_never_comes_twice_and_is_never_lost_in_silence(
    kind: str, forks: Forks, sqlite_file: Path, packs: Mapping[str, Pack]
) -> None:
    ends, world, channel = {}, world_of(packs), kind.partition(" ")[0]

    def member(connection: Connection, address: Address) -> None:
        long_ago = MORNING - timedelta(days=60)
        join(connection, world, address, PLAN, RoleKind.FOCAL_POINT, MUI_NE, long_ago)
        people.heard(connection, address, MORNING)

    for place in REMINDERS_WAY:
        folder = sqlite_file.parent / place
        folder.mkdir()
        shutil.copy(sqlite_file, folder)
        async with on_zalo(kind, forks, folder) as bot:
            user = newcomer(bot, "Officer")
            address = Address(channel=channel, chat=user.id)
            await written(folder, lambda tx, address=address: member(tx, address))
            bot.doomed(place)
            bot.start()
            await bot.dies(place)
            bot.start()
            await bot.up()
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
