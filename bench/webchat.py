"""Fifty people send a message a second: how long until the reply, its commit included."""

import asyncio
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench.server import PLAN, ROOT, Server, environment, running, write_plan

PEOPLE, SECONDS, LIMIT_MS = 50, 30, 100.0
UNITS = ROOT / "plans" / "packs" / "lai_chau_2021_2025" / "units.csv"


def measure() -> dict[str, object]:
    """Run the load against `serve`; the peer is one bare SQLite commit on the same disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        year = datetime.now(UTC).year
        write_plan(folder / "plans", year)
        codes = [_invite(folder, unit) for unit in _communes()[:PEOPLE]]
        with running(folder, "serve") as server:
            waits = asyncio.run(_load(server, codes, f"{year}-Y"))
            resident = server.resident_mb
        commit = _quantile(_bare_commits(folder), 0.95)
    p95 = _quantile(waits, 0.95)
    return {
        "people": PEOPLE,
        "messages": len(waits),
        "p50_ms": round(_quantile(waits, 0.5), 1),
        "p95_ms": round(p95, 1),
        "max_ms": round(max(waits), 1),
        "peer": "one bare SQLite commit, synchronous=FULL, p95",
        "peer_p95_ms": round(commit, 2),
        "p95_to_limit": round(p95 / LIMIT_MS, 2),
        "p95_to_peer": round(p95 / commit, 1),
        "resident_mb": round(resident),
        "bar": f"p95 <= {LIMIT_MS} ms, <= 150 MB",
        "within_bar": p95 <= LIMIT_MS and resident <= 150,
    }


def _communes() -> list[str]:
    rows = UNITS.read_text(encoding="utf-8").splitlines()[1:]
    return [row.split(",")[0] for row in rows if ",commune," in row]


def _invite(folder: Path, unit: str) -> str:
    command = [
        sys.executable,
        "-m",
        "bot",
        "invite",
        "--plan",
        PLAN,
        "--role",
        "focal_point",
        "--unit",
        unit,
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder), check=True, capture_output=True, text=True
    )
    found = re.search(r"/start (\S+)", done.stdout)
    assert found
    return found[1]


async def _load(server: Server, codes: list[str], period: str) -> list[float]:
    waits: list[float] = []
    async with asyncio.TaskGroup() as people:
        for place, code in enumerate(codes):
            people.create_task(_person(server, code, period, place / len(codes), waits))
    return waits


async def _person(
    server: Server, code: str, period: str, offset: float, waits: list[float]
) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": origin}) as session:
        async with session.post(f"{origin}/session"):
            pass
        async with session.ws_connect(f"{origin}/ws") as socket:
            await socket.send_json({"type": "hello", "seen": 0})
            for number, text in enumerate((f"/start {code}", "Xác nhận", f"/baocao {period}")):
                await _ask(socket, f"join-{number}", text)
            await asyncio.sleep(offset)
            for second in range(SECONDS):
                begun = time.perf_counter()
                await _ask(socket, f"m-{second}", str(second % 9 + 1) if second % 2 else "sửa 1")
                waits.append((time.perf_counter() - begun) * 1000)
                await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - begun)))


async def _ask(socket: aiohttp.ClientWebSocketResponse, id: str, text: str) -> None:
    """Send a message and wait for its reply."""
    await socket.send_json({"type": "message", "id": id, "text": text})
    while True:
        frame = json.loads((await socket.receive()).data)
        if frame["type"] == "error":
            raise RuntimeError(frame)
        if frame["type"] == "reply":
            return


def _bare_commits(folder: Path) -> list[float]:
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE t (a INTEGER)")
    waits = []
    for number in range(500):
        begun = time.perf_counter()
        database.execute("INSERT INTO t VALUES (?)", (number,))
        waits.append((time.perf_counter() - begun) * 1000)
    database.close()
    return waits


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]
