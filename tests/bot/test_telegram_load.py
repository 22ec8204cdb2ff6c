"""A thousand people report at once over a Telegram that repeats, delays, refuses and fails.

Within one chat Telegram keeps messages in order, and taps among themselves; the two kinds may
cross, chats come in any order, and what was not confirmed in time comes again, however late. So one
update in ten comes twice, at once or after later ones; one in twenty is a tap that is overtaken by
what its sender wrote next without waiting; all that waits is shuffled. A poll brings updates in
their order and confirms all before the last: there nothing overtakes, people only type ahead. They
go on by what they see, and mend it before they send.
"""

import asyncio
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.rehearsal import join
from plans.calendar import VIETNAM
from plans.pack import Pack
from plans.people import RoleKind
from plans.working_days import load_working_days
from plans.world import World
from storage.database import Database, sqlite_url
from tests.bot.six_questions import MOST, QUESTIONS, pack_of
from tests.bot.telegram_line import address_of
from tests.bot.telegram_mortal import Forks, Mortal
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_people import User
from tests.fakes.telegram_view import Shown
from tests.fakes.telegram_webhook import Pace

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]

CHATS = int(os.environ.get("TELEGRAM_CHATS", "150"))
AT_ONCE = 200
REPEATED = 0.10
# Of the figures so many are 0, which has a button; of those taps so many are overtaken: together
# one update in twenty.
ZEROS, CROSSED_ZEROS = 0.3, 0.35
# What Telegram answers once in so many sends: a refusal, a failure before or after it did it.
KINDS_OF_TROUBLE = (
    ("429", 700, 429, False),
    ("500", 190, 500, False),
    ("500 though done", 330, 500, True),
)
PATIENCE = 60.0
# A Sunday evening, on which no reminder comes in between.
EVENING = datetime(2024, 6, 9, 20, 0, tzinfo=VIETNAM)
SEED = 20240611


@dataclass(slots=True, kw_only=True)
class Weather(Fault):
    """Telegram on a bad day: it refuses now and then, fails, or fails after having done it.

    What failed once in a chat goes well the next time, or its back-off would outlast the test.
    """

    sends: int = 0
    struck: set[int] = field(default_factory=set)
    copies: Counter[int] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def strikes(self, method: str, chat: int) -> bool:
        """Return whether this request goes wrong, and how."""
        if method != "sendMessage":
            return False
        if chat in self.struck:
            self.struck.remove(chat)
            return False
        self.sends += 1
        for kind, every, status, done in KINDS_OF_TROUBLE:
            if self.sends % every == every // 2:
                self.status, self.after_effect, self.retry_after = status, done, 1
                self.struck.add(chat)
                self.seen[kind] += 1
                self.copies[chat] += done
                return True
        return False


@dataclass
class Crowd:
    """Everybody who reports, and what happened to their updates."""

    fake: FakeTelegram
    chance: random.Random
    weather: Weather
    troubles: Counter[str] = field(default_factory=Counter)

    def told(self) -> None:
        """Let the newest update come twice now and then, at once or late."""
        update = self.fake.updates[-1]
        self.troubles["updates"] += 1
        if self.chance.random() < REPEATED:
            self.troubles["repeated"] += 1
            late = self.chance.choice((0.0, 0.02, 0.5, 3.0))
            asyncio.get_running_loop().call_later(late, self.fake.repeat, update)

    def hold_up(self) -> None:
        """Let the newest update arrive only after those that follow."""
        self.troubles["typed ahead"] += 1
        waiting = self.fake.cloud.updates
        waiting.pending[-1].not_before = waiting.clock() + 0.3


@dataclass
class Reporter:
    """Somebody who reports six figures, goes on by what they see and checks before sending."""

    crowd: Crowd
    user: User
    figures: tuple[int, ...]
    did: int = 0
    said: int = 0

    async def report(self) -> None:
        await self._hears(lambda: self._says("/baocao"))
        while not (shown := self.user.view.last).text.startswith("Đã nhận lúc"):
            asked = re.search(r"Câu (\d)/6", shown.text)
            if asked:
                await self._answers(shown, int(asked[1]))
            else:
                await self._checks(shown)

    async def _answers(self, shown: Shown, place: int) -> None:
        figure, chance = self.figures[place - 1], self.crowd.chance
        if figure or "0" not in shown.labels:
            await self._hears(lambda: self._says(str(figure)))
        elif place < QUESTIONS and chance.random() < CROSSED_ZEROS:
            await self._hears(lambda: self._runs_ahead(shown, self.figures[place]))
        else:
            await self._hears(lambda: self._taps(shown, "0"))

    async def _checks(self, shown: Shown) -> None:
        found = {
            int(n): int(told) for n, told in re.findall(r"^(\d)\. [^:]*: (\d+)", shown.text, re.M)
        }
        wrong = [n for n, figure in enumerate(self.figures, start=1) if found.get(n) != figure]
        if found and not wrong:
            await self._hears(lambda: self._taps(shown, "Gửi báo cáo"))
        elif found:
            self.crowd.troubles["mended"] += 1
            place = wrong[0]
            await self._hears(lambda: self._says(f"sửa {place}: {self.figures[place - 1]}"))
        else:
            pytest.fail(f"neither a question nor a check: {shown.text}")

    def _runs_ahead(self, shown: Shown, following: int) -> None:
        """Tap, and write the answer to the next question before that is asked."""
        self._taps(shown, "0")
        self.crowd.hold_up()
        self._says(str(following))

    def _says(self, text: str) -> None:
        self.user.says(text)
        self.said += 1
        self.did += 1
        self.crowd.told()

    def _taps(self, shown: Shown, label: str) -> None:
        self.user.taps(shown, label)
        self.did += 1
        self.crowd.told()

    async def _hears(self, what: Callable[[], None]) -> None:
        """Do something and hear an answer to all that was done, with the copies that come too."""
        what()
        chat, copies = self.user.chat, self.crowd.weather.copies

        def heard() -> bool:  # by counting: reading every chat at every request takes too long
            return len(chat.messages) >= self.said + self.did + copies[self.user.id]

        await self.crowd.fake.until(heard, PATIENCE)


async def crowd_of(fake: FakeTelegram, file: Path, pack: Pack) -> list[Reporter]:
    """Let somebody of each commune have joined."""
    chance, weather = random.Random(SEED), Weather()
    fake.desk.faults.append(weather)
    crowd, users = Crowd(fake, chance, weather), [fake.user() for _ in pack.units]
    world = World(packs={pack.id: pack}, working_days=load_working_days(), secret=b"")

    def joining(connection: Connection) -> None:
        for user, unit in zip(users, pack.units, strict=True):
            user.account.started = True
            kind = RoleKind.FOCAL_POINT
            join(connection, world, address_of(user), pack.id, kind, unit.code, EVENING)

    database = Database(sqlite_url(file))
    await database.run(joining)
    await database.close()

    def figure() -> int:
        return 0 if chance.random() < ZEROS else chance.randint(1, MOST)

    return [Reporter(crowd, user, tuple(figure() for _ in range(QUESTIONS))) for user in users]


async def reported(people: list[Reporter]) -> None:
    """Let everybody report, some at a time, while what waits is shuffled again and again."""
    fake, room = people[0].crowd.fake, asyncio.Semaphore(AT_ONCE)

    async def one(person: Reporter) -> None:
        async with room:
            await person.report()

    async def shuffling() -> None:
        for seed in count():
            await asyncio.sleep(0.1)
            if fake.desk.webhook.address:
                fake.shuffle(seed)

    mixing = asyncio.create_task(shuffling())
    await asyncio.gather(*(one(person) for person in people))
    mixing.cancel()
    await asyncio.gather(mixing, return_exceptions=True)


def every_report_is_right(bot: Mortal, people: list[Reporter], pack: Pack) -> None:
    figures: dict[str, list[int]] = {unit.code: [] for unit in pack.units}
    answers = "SELECT unit, coalesce(value, 0) / 1000000 FROM reports JOIN report_answers "
    for unit, figure in bot.rows(answers + "ON report_id = reports.id ORDER BY unit, code"):
        figures[unit].append(figure)

    assert list(figures.values()) == [list(person.figures) for person in people]
    assert bot.rows("SELECT version, count(*) FROM reports") == [(1, len(people))]
    assert bot.rows("SELECT action, count(*) FROM audit") == [("report.sent", len(people))]
    assert bot.rows("SELECT id FROM drafts") == []


def every_update_was_answered_once(bot: Mortal, updates: int) -> None:
    taken = bot.rows("SELECT chat, message_id FROM inbox WHERE failed = 0")

    assert len(taken) == updates
    assert Counter(bot.rows("SELECT chat, answers FROM outbox")) == Counter(taken)
    assert set(bot.rows("SELECT state FROM outbox")) == {("sent",)}


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_every_report_of_a_crowd_is_exactly_right(
    tmp_path: Path, sqlite_file: Path, forks: Forks, mode: str
) -> None:
    pack = pack_of(tmp_path / "plans", CHATS)
    async with (
        FakeTelegram(pace=Pace(unit=0.1, longest=1.0)) as fake,
        Mortal(forks, fake, tmp_path, mode, EVENING, tmp_path / "plans") as bot,
    ):
        people = await crowd_of(fake, sqlite_file, pack)
        crowd = people[0].crowd
        bot.start()
        begun = time.perf_counter()
        await reported(people)
        seconds = time.perf_counter() - begun
        await bot.settled()
    every_report_is_right(bot, people, pack)
    every_update_was_answered_once(bot, crowd.troubles["updates"])

    rate = crowd.troubles["updates"] / seconds
    told = f"{mode}: {CHATS} chats, {seconds:.1f} s, {rate:.0f} updates a second"
    print(told, dict(crowd.troubles), dict(crowd.weather.seen))  # noqa: T201
    assert crowd.troubles["repeated"] > 0.08 * crowd.troubles["updates"]
    assert crowd.troubles["typed ahead"] > 0.04 * crowd.troubles["updates"]
    assert crowd.weather.seen.keys() == {kind for kind, *_ in KINDS_OF_TROUBLE}
