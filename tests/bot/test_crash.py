"""Killed at any instant, the bot loses nothing that it acknowledged and says nothing twice.

The real command line on a real file, a client that keeps the web page's rules, and `kill -9`.
"""

import asyncio
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
KILLS = 20
PATIENCE = 30.0
SEED = 20240611
REPORT = ("/baocao", "15", "1250", "có", "30", "25", "2", "0", "1", "4", "3", "gửi báo cáo")
# Figures must differ from those before, or the bot asks whether that is meant.
CORRECTION = ("/dinhchinh", "sửa 1 {figure}", "gửi", "Nhập nhầm")


class Gone(Exception):
    """Say that the server hung up."""


class Officer:
    """Somebody at the web page: sends one message at a time, again until it is acknowledged."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.number = 0
        self.acknowledged: list[str] = []
        self.heard: dict[int, str] = {}
        self.seen = 0

    async def says(self, *texts: str) -> None:
        """Say some lines, and hear one reply to each."""
        for text in texts:
            self.number += 1
            frame = {"type": "message", "id": f"m{self.number}", "text": text}
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._until_answered(frame)
            except TimeoutError:
                pytest.fail(f"{frame['id']} was acknowledged or sent, and never answered: {text}")

    async def _until_answered(self, frame: dict[str, str]) -> None:
        while True:
            with suppress(Gone, OSError, aiohttp.ClientError):
                return await self._exchange(frame)
            await asyncio.sleep(0.01)

    async def _exchange(self, frame: dict[str, str]) -> None:
        async with self._line() as line:
            while not await self._hears(line, until_ready=True):
                pass
            if frame["id"] not in self.acknowledged:
                await line.send_json(frame)
            while frame["id"] not in self.acknowledged or len(self.heard) < self.number:
                await self._hears(line)

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        home = f"http://127.0.0.1:{self.port}"
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{home}/ws?persona=xa", origin=home) as line,
        ):
            await line.send_json({"type": "hello", "seen": self.seen})
            yield line

    async def _hears(
        self, line: aiohttp.ClientWebSocketResponse, *, until_ready: bool = False
    ) -> bool:
        received = await line.receive(timeout=PATIENCE)
        if received.type is not aiohttp.WSMsgType.TEXT:
            raise Gone
        frame = received.json()
        match frame["type"]:
            case "ready":
                assert frame["from"] == self.seen, "the bot forgot what it had said"
                return True
            case "ack":
                self.acknowledged.append(frame["id"])
            case "reply":
                known = self.heard.setdefault(frame["number"], frame["text"])
                assert known == frame["text"], "one number, two texts"
                self.seen = max(self.seen, frame["number"])
            case other:
                pytest.fail(f"unexpected {other}: {frame}")
        return False


class Demo:
    """The demo's server, started and killed at will."""

    def __init__(self, port: int, path: Path) -> None:
        self.arguments = ("demo", "--port", str(port), "--database", str(path))
        self.path = path
        self._forks = _python("tests/bot/demo_server.py")
        self._alone: subprocess.Popen[str] | None = None
        self._pid = 0

    def start(self) -> None:
        assert self._forks.stdin
        assert self._forks.stdout
        self._forks.stdin.write(" ".join(self.arguments) + "\n")
        self._forks.stdin.flush()
        self._pid = int(self._forks.stdout.readline())

    def start_alone(self) -> None:
        """Start as an operator would, imports and all."""
        self._alone = _python("-m", "bot", *self.arguments)
        self._pid = self._alone.pid

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self._pid = 0
        if self._alone:
            _finish(self._alone)
            self._alone = None

    def close(self) -> None:
        if self._pid:
            self.kill()
        self._forks.kill()
        _finish(self._forks)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.path) as connection:
            return connection.execute(query).fetchall()


def _python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANS_DIR": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _finish(process: subprocess.Popen[str]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def demo(port: int, sqlite_file: Path) -> Iterator[Demo]:
    demo = Demo(port, sqlite_file)
    yield demo
    demo.close()


def nothing_is_lost_or_doubled(demo: Demo, officer: Officer) -> None:
    """Compare what the officer was told with what the database holds."""
    answers = demo.rows("SELECT answers, number FROM outbox WHERE chat = 'xa' AND answers <> ''")
    taken = {id for (id,) in demo.rows("SELECT message_id FROM inbox WHERE chat = 'xa'")}
    versions = demo.rows("SELECT version FROM reports WHERE unit = '22915' AND period = '2024-Q2'")
    told = [text for _, text in sorted(officer.heard.items())]

    assert set(officer.acknowledged) == taken == {f"m{n + 1}" for n in range(officer.number)}
    assert Counter(id for id, _ in answers) == Counter(taken)
    assert set(officer.heard) == {number for _, number in answers}
    received = [text for text in told if text.startswith("Đã nhận")]
    assert sorted(number for (number,) in versions) == list(range(1, len(received) + 1))
    for version, text in enumerate(received[1:], start=2):
        assert f"(lần {version})" in text
    assert not [text for text in told if "hệ thống gặp lỗi" in text]


async def test_a_draft_and_a_receipt_survive(demo: Demo, port: int) -> None:
    officer = Officer(port)
    demo.start_alone()
    await officer.says(*REPORT[:4])
    demo.kill()
    demo.start()

    await officer.says("/baocao")
    assert "Đã ghi 3/10 câu" in officer.heard[officer.seen]
    await officer.says(*REPORT[4:])
    receipt = officer.heard[officer.seen]
    assert receipt.startswith("Đã nhận")
    demo.kill()
    demo.start()

    await officer.says("/lichsu")
    assert receipt.split("mã ")[1].split(".")[0] in officer.heard[officer.seen]
    nothing_is_lost_or_doubled(demo, officer)


async def test_killed_at_any_instant_nothing_is_lost_and_nothing_doubled(
    demo: Demo, port: int
) -> None:
    officer = Officer(port)
    chance = random.Random(SEED)
    killed_while_at_work = 0
    demo.start()
    await officer.says(*REPORT)
    for figure in range(KILLS):
        lines = [line.format(figure=20 + figure) for line in CORRECTION]
        talking = asyncio.create_task(officer.says(*lines))
        await asyncio.sleep(chance.uniform(0, 0.1))
        killed_while_at_work += not talking.done()
        demo.kill()
        demo.start()
        await talking

    assert killed_while_at_work > KILLS / 2
    await officer.says("/trangthai")
    assert f"lần {KILLS + 1}" in officer.heard[officer.seen]
    nothing_is_lost_or_doubled(demo, officer)
