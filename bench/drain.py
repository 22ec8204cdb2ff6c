"""Thousands of reminders leave at a platform's pace: how near its limit, how often refused.

`python -m bench.drain PORT` is the platform: real HTTP in a process of its own.
"""

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from bench.server import ROOT, free_port
from bot.channels import Limits
from bot.clock import SystemClock
from bot.deliver import Courier
from plans.errors import SendError
from plans.messages import Address, Delivery, Reply, Urgency
from storage import dead_letters, outbox
from storage.database import Database, sqlite_url
from storage.outbox import State

MESSAGES = int(os.environ.get("DRAIN_MESSAGES", "5000"))
PER_SECOND = 30
# What the platform takes to answer, after it counted the message.
LATENCY = (0.055, 0.065)
ACK_EVERY_SECONDS = 2.5
LEAST_RATIO, ACK_SECONDS = 0.98, 1.0


def measure() -> dict[str, object]:
    """Drain an outbox full of reminders; the peer is the platform's limit itself."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, _platform() as port:
        told, acks, left = asyncio.run(_drain(Path(name), f"http://127.0.0.1:{port}"))
    ratio = (told["taken"] - 1) / (told["last"] - told["first"]) / PER_SECOND
    within = ratio >= LEAST_RATIO and not told["refused"] and not left
    return {
        "messages": told["taken"],
        "per_second": round(ratio * PER_SECOND, 2),
        "ratio_to_limit": round(ratio, 4),
        "refused_429": told["refused"],
        "not_sent": left,
        "acks": len(acks),
        "ack_p50_ms": round(acks[len(acks) // 2] * 1000),
        "ack_max_ms": round(acks[-1] * 1000),
        "peer": f"{PER_SECOND} in any sliding second, 429 beyond",
        "load_before": round(load, 2),
        "bar": f"ratio >= {LEAST_RATIO}, no 429, ack <= {ACK_SECONDS} s",
        "within_bar": within and acks[-1] <= ACK_SECONDS,
    }


class Client:
    """A channel to the platform."""

    name = "platform"
    limits = Limits(text_length=4096, buttons=8, files_out=False, per_second=PER_SECOND)

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.acks: dict[int, float] = {}

    async def send(self, delivery: Delivery) -> str:
        body = {"chat": delivery.address.chat, "text": delivery.reply.text}
        async with self._session.post(f"{self._url}/send", json=body) as answer:
            if answer.status == 429:
                wait = float(answer.headers["Retry-After"])
                raise SendError("too many", after=wait, everywhere=True)
            answer.raise_for_status()
            if delivery.reply.urgency is Urgency.ACKNOWLEDGEMENT:
                self.acks[delivery.number] = time.perf_counter()
            return str((await answer.json())["id"])


async def _drain(folder: Path, url: str) -> tuple[dict[str, float], list[float], int]:
    database = Database(sqlite_url(folder / "drain.db"))
    await database.migrate()
    posted, clock = asyncio.Event(), SystemClock()
    for number in range(MESSAGES):
        await _owe(database, clock, f"chat {number % (MESSAGES * 3 // 4)}", Urgency.REMINDER)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = Client(session, url)
        courier = Courier(database, {client.name: client}, clock, posted)
        running = asyncio.create_task(courier.run())
        begun: dict[int, float] = {}
        while (left := await _left(database)) > 0:
            await asyncio.sleep(ACK_EVERY_SECONDS * random.uniform(0.5, 1.5))
            if left > PER_SECOND * ACK_EVERY_SECONDS * 2:
                at = time.perf_counter()
                begun[await _owe(database, clock, "reporter", Urgency.ACKNOWLEDGEMENT)] = at
                posted.set()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        async with session.get(f"{url}/told") as answer:
            told = await answer.json()
    acks = sorted(client.acks[number] - at for number, at in begun.items())
    counts = await database.read(dead_letters.counts)
    await database.close()
    return told, acks, sum(counts.values()) - counts[State.SENT]


async def _owe(database: Database, clock: SystemClock, chat: str, urgency: Urgency) -> int:
    reply = Reply(text="Kính gửi anh/chị: báo cáo quý chưa nộp. " * 5, urgency=urgency)
    address = Address(channel=Client.name, chat=chat)
    return await database.run(lambda tx: outbox.post(tx, address, reply, clock.now(), None))


async def _left(database: Database) -> int:
    counts = await database.read(dead_letters.counts)
    return counts[State.WAITING] + counts[State.CLAIMED]


@contextmanager
def _platform() -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "bench.drain", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        process.stdout.readline()
        yield port
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()


class Platform:
    """Takes so many messages in any sliding second, and refuses the others."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=PER_SECOND)
        self._taken = self._refused = 0
        self._first = self._last = 0.0

    async def take(self, _request: web.Request) -> web.Response:
        now = time.monotonic()
        if len(self._recent) == PER_SECOND and now - self._recent[0] < 1:
            self._refused += 1
            return web.Response(status=429, headers={"Retry-After": "1"})
        self._recent.append(now)
        self._taken, self._last = self._taken + 1, now
        self._first = self._first or now
        number = self._taken
        await asyncio.sleep(random.uniform(*LATENCY))
        return web.json_response({"id": number})

    async def tell(self, _request: web.Request) -> web.Response:
        told = {
            "taken": self._taken,
            "refused": self._refused,
            "first": self._first,
            "last": self._last,
        }
        return web.json_response(told)


def _serve(port: int) -> None:
    platform, site = Platform(), web.Application()
    site.add_routes([web.post("/send", platform.take), web.get("/told", platform.tell)])
    web.run_app(site, host="127.0.0.1", port=port, print=lambda _: print("ready", flush=True))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
