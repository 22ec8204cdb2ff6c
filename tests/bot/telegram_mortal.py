"""A bot that is killed and started again, and people who go on by what they see."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any, Self

import pytest
from aiohttp.test_utils import unused_port

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_desk import Call
from tests.fakes.telegram_faults import Fault
from tests.fakes.telegram_people import User
from tests.person import MORNING

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
SENDS = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})
# Places at Telegram's door: a request arrives, and the bot dies. It is lost, or it is done and its
# answer is lost. All other places are inside the bot.
LOST, DONE = False, True
AT_THE_DOOR = {
    "sending": (SENDS, LOST),
    "sent": (SENDS, DONE),
    "confirming": (frozenset({"getUpdates"}), LOST),
    "confirmed": (frozenset({"getUpdates"}), DONE),
}
SOON = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Shot(Fault):
    """Kills the bot as one of some requests arrives."""

    methods: frozenset[str]
    kill: Callable[[], None]
    last: Callable[[], Call]

    def strikes(self, method: str, chat: int) -> bool:
        """Return whether this request was the one."""
        if self.happened or method not in self.methods:
            return False
        if method == "getUpdates" and not int(self.last().params.get("offset", 0)):
            return False
        self.happened += 1
        self.kill()
        return True


class Forks:
    """The process in which `serve` is imported, and forked at every start."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("ab") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.bot.telegram_server"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
            )

    def start(self, order: dict[str, Any]) -> int:
        """Start one; return its number."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks(tmp_path_factory.mktemp("forks") / "log")
    yield forks
    forks.close()


@dataclass
class Mortal:
    """`python -m bot serve`, started and killed at will."""

    forks: Forks
    fake: FakeTelegram
    folder: Path
    mode: str
    moment: datetime = MORNING
    plans: Path | None = None
    kills: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        port = unused_port()
        hook = (
            {"TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}"} if self.mode == "webhook" else {}
        )
        self.environment = {
            "DATA_DIR": str(self.folder),
            "PLANS_DIR": str(self.plans or ""),
            "SECRET_KEY": "town",
            "PORT": str(port),
            "LOG_LEVEL": "warning",
            "TELEGRAM_TOKEN": self.fake.token,
            "TELEGRAM_API": self.fake.url,
            "TELEGRAM_MODE": self.mode,
            **hook,
        }
        self._doom = self.folder / "doom"
        self._pid = 0
        self._ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pid:
            self.kill()
            await self._ended.wait()

    def start(self, after: timedelta = SOON) -> None:
        """Start it, some time later than before by its clock."""
        self.moment += after
        self._pid = self.forks.start(
            {
                "environment": self.environment,
                "moment": self.moment.isoformat(),
                "doom": str(self._doom),
            }
        )
        self._ended.clear()
        end, loop = os.pidfd_open(self._pid), asyncio.get_running_loop()
        loop.add_reader(end, self._has_ended, end)

    def _has_ended(self, end: int) -> None:
        asyncio.get_running_loop().remove_reader(end)
        os.close(end)
        self._pid = 0
        self._ended.set()

    async def asks(self) -> None:
        """Wait until it asks for updates, once it is up."""
        before = len(self.fake.called("getUpdates"))
        await self.fake.until(lambda: len(self.fake.called("getUpdates")) > before)

    def kill(self) -> None:
        """Kill it at once."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)

    def doomed(self, place: str) -> None:
        """Let it die as soon as it comes to a place."""
        self.fake.heal()
        if place in AT_THE_DOOR:
            methods, done = AT_THE_DOOR[place]
            last = lambda: self.fake.calls[-1]  # noqa: E731
            self.fake.desk.faults.append(
                Shot(methods=methods, kill=self.kill, last=last, drop=True, after_effect=done)
            )
        else:
            fresh = self._doom.with_suffix(".new")
            fresh.write_text(place)
            fresh.rename(self._doom)

    async def dies(self, place: str) -> None:
        """Wait for its death; note whether an answer had arrived that it has no record of."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._ended.wait()
        except TimeoutError:
            pytest.fail(f"it never came to {place!r}; see {self.forks.log}")
        assert not self._doom.exists(), f"it died by itself; see {self.forks.log}"
        await asyncio.sleep(0.02)  # what it wrote to its sockets before still arrives
        self.fake.heal()
        self.kills[place] += 1
        [(sent,)] = self.rows("SELECT count(*) FROM outbox WHERE state = 'sent'")
        new = len(carried_out(self.fake)) - sent - self.doubts.total()
        self.doubts[place] += max(0, new)

    async def killed(self) -> None:
        """Kill it and wait for its end."""
        self.kill()
        await self.dies("idle")

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Read the database beside the bot."""
        database = connect(self.folder / "baocao.db")
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    async def settled(self) -> None:
        """Wait until nothing is owed and every update is confirmed."""
        owed = "SELECT number FROM outbox WHERE state IN ('waiting', 'claimed')"
        async with asyncio.timeout(PATIENCE):
            while self.rows(owed) or self.fake.cloud.updates.count():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does, `[…]` being a button that they see, and what they wait to see then."""

    does: str
    sees: str


async def done(fake: FakeTelegram, user: User, step: Step) -> Callable[[], bool]:
    """Do a step; return what tells whether the person sees the answer."""
    before = {shown.id: shown.text for shown in user.view.from_bot}
    if step.does.startswith("["):
        label = step.does.strip("[]")
        await fake.until(lambda: any(label in shown.labels for shown in user.view.from_bot))
        card = next(s for s in reversed(user.view.from_bot) if label in s.labels)
        user.taps(card, label)
    else:
        user.says(step.does)
    return lambda: any(
        step.sees in shown.text and before.get(shown.id) != shown.text
        for shown in user.view.from_bot
    )


def carried_out(fake: FakeTelegram) -> list[Call]:
    """Return every message and change that Telegram made, its answer lost or not."""
    return [
        call
        for call in fake.calls
        if call.method in SENDS and isinstance(call.answer, dict) and call.answer.get("ok")
    ]
