"""A bot that is killed and started again, on a platform that outlives it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import connect
from typing import Any, Self

import pytest
from aiohttp.test_utils import unused_port

from tests.person import MORNING

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
SOON = timedelta(seconds=1)


class Forks:
    """The process in which `serve` is imported, and forked at every start."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("ab") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.bot.mortal_server"],
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
class Mortal(ABC):
    """`python -m bot serve`, started and killed at will."""

    forks: Forks
    fake: Any
    folder: Path
    mode: str
    moment: datetime = MORNING
    plans: Path | None = None
    kills: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.port = unused_port()
        self.environment = {
            "DATA_DIR": str(self.folder),
            "PLANS_DIR": str(self.plans or ""),
            "SECRET_KEY": "town",
            "PORT": str(self.port),
            "LOG_LEVEL": "warning",
            **self.settings(f"http://127.0.0.1:{self.port}"),
        }
        self._doom = self.folder / "doom"
        self._pid = 0
        self._ended = asyncio.Event()

    @abstractmethod
    def settings(self, url: str) -> dict[str, str]:
        """Return what the environment says of the platform, which reaches the bot at an address."""

    @abstractmethod
    def aims(self, place: str) -> bool:
        """Let it die at a place at the platform's door; return whether this is one."""

    @abstractmethod
    def carried_out(self) -> int:
        """Count every message that the platform made or changed, its answer lost or not."""

    @abstractmethod
    def pending(self) -> int:
        """Count the updates that are not confirmed."""

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

    @property
    def has_ended(self) -> bool:
        """Return whether it is dead."""
        return self._ended.is_set()

    def _has_ended(self, end: int) -> None:
        asyncio.get_running_loop().remove_reader(end)
        os.close(end)
        self._pid = 0
        self._ended.set()

    async def up(self) -> None:
        """Wait until it can be reached, or is dead again."""
        while not self._ended.is_set():
            try:
                _, wire = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                wire.close()
                return

    def kill(self) -> None:
        """Kill it at once."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)

    def doomed(self, place: str) -> None:
        """Let it die as soon as it comes to a place."""
        self.fake.heal()
        if not self.aims(place):
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
        self.doubts[place] += max(0, self.carried_out() - sent - self.doubts.total())

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

    async def posted(self) -> None:
        """Wait until something is, or ever was, owed: its jobs look on a clock of their own."""
        async with asyncio.timeout(PATIENCE):
            while not self.rows("SELECT number FROM outbox"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def sent(self) -> None:
        """Wait until something was sent, and that is on record."""
        async with asyncio.timeout(PATIENCE):
            while not self.rows("SELECT number FROM outbox WHERE state = 'sent'"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def settled(self) -> None:
        """Wait until nothing is owed and every update is confirmed."""
        owed = "SELECT number FROM outbox WHERE state IN ('waiting', 'claimed')"
        async with asyncio.timeout(PATIENCE):
            while self.rows(owed) or self.pending():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@dataclass(slots=True)
class Aim:
    """Kills the bot as one of some requests arrives."""

    kill: Callable[[], None]
    hit: bool = False

    def at(self, meant: bool) -> bool:
        """Return whether this request was the one."""
        if self.hit or not meant:
            return False
        self.hit = True
        self.kill()
        return True


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does, `[…]` being a button that they see, and what they wait to see then."""

    does: str
    sees: str
