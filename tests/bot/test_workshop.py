"""Files that take long: made after the commit, told when slow, kept through a crash."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot import workshop
from bot.app import App, Parts, build
from bot.clock import FixedClock
from bot.rehearsal import join
from bot.replay import Recorder
from handlers import making
from handlers.turn import Turn
from plans.errors import Refused
from plans.messages import Address, File, Reply, Task
from plans.pack import Pack
from plans.people import RoleKind
from storage import outbox
from storage.database import Database, sqlite_url
from storage.tables import outbox as messages
from tests.person import MORNING, PLAN

BINH = Address(channel="webchat", chat="binh")
PICTURE = File(name="a.png", media_type="image/png", content=b"PNG")


@pytest.fixture
async def app(sqlite_file: Path, packs: Mapping[str, Pack]) -> AsyncIterator[App]:
    database = Database(sqlite_url(sqlite_file))
    clock = FixedClock(MORNING)
    app = build(Parts(database=database, packs=packs, clock=clock, secret=b"town"))
    await database.run(
        lambda tx: join(tx, app.world, BINH, PLAN, RoleKind.COORDINATOR, "", MORNING)
    )
    yield app
    await database.close()


@pytest.fixture
def screen(app: App) -> Recorder:
    recorder = Recorder("webchat")
    app.add([recorder])
    return recorder


async def asked(app: App, kind: str = "picture", words: str = "quý 2") -> None:
    reply = Reply(text="Biểu đồ", task=Task(kind=kind, words=words))
    await app.database.run(lambda tx: outbox.post(tx, BINH, reply, MORNING, "1"))


def state_of(connection: Connection) -> list[str]:
    return list(connection.execute(select(messages.c.state)).scalars())


async def test_a_file_is_made_for_who_asked_and_sent_with_its_words(
    app: App, screen: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Turn] = []

    def draw(turn: Turn, words: str) -> File:
        seen.append(turn)
        return PICTURE

    monkeypatch.setattr(making, "MAKERS", {"picture": draw})
    await asked(app)
    before = await app.database.read(state_of)
    await app.settle()

    assert before == ["making"]
    [sent] = screen.sent
    assert (sent.reply.text, sent.reply.file, sent.answers) == ("Biểu đồ", PICTURE, "1")
    assert [role.kind for role in seen[0].roles] == [RoleKind.COORDINATOR]
    assert await app.database.read(state_of) == ["sent"]


async def test_while_it_is_made_others_write_and_who_waits_is_told(
    app: App, screen: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = threading.Event()

    def slow(turn: Turn, words: str) -> File:
        assert isinstance(app.clock, FixedClock)
        app.clock.set(MORNING + timedelta(seconds=4))
        assert drawn.wait(20)
        return PICTURE

    monkeypatch.setattr(making, "MAKERS", {"picture": slow})
    monkeypatch.setattr(workshop, "SLOW_SECONDS", 0.05)
    await asked(app)
    making_it = asyncio.create_task(app.workshop.drain())
    while len(await app.database.read(state_of)) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await app.courier.drain()
    told = [delivery.reply.text for delivery in screen.sent]
    drawn.set()
    await making_it
    await app.settle()

    assert [text.split(",")[0] for text in told] == ["Đang lập tệp"]
    assert screen.sent[-1].reply.file == PICTURE


async def test_nothing_is_slow_where_time_stands_still(
    app: App, screen: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A conversation file is played with such a clock: it goes the same on a busy machine.
    def slow(turn: Turn, words: str) -> File:
        time.sleep(0.1)
        return PICTURE

    monkeypatch.setattr(making, "MAKERS", {"picture": slow})
    monkeypatch.setattr(workshop, "SLOW_SECONDS", 0.01)
    await asked(app)
    await app.settle()

    assert [delivery.reply.file for delivery in screen.sent] == [PICTURE]


@pytest.mark.parametrize(
    ("fault", "words"),
    [(Refused("refused.forbidden"), "quyền"), (ValueError("a bug"), "lỗi"), (None, "quyền")],
)
async def test_what_cannot_be_made_is_said_once(
    app: App,
    screen: Recorder,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception | None,
    words: str,
) -> None:
    def fail(turn: Turn, words: str) -> File:
        assert fault
        raise fault

    monkeypatch.setattr(making, "MAKERS", {"picture": fail} if fault else {})
    await asked(app)
    await app.settle()
    await app.settle()

    [sent] = screen.sent
    assert sent.reply.file is None
    assert words in sent.reply.text
