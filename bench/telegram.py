"""Updates a second through a webhook: our durable bot beside two that keep nothing or a pickle.

The Telegram they are on is a fake that runs here, with whoever writes; each bot is a process of its
own, see `bench/telegram_bots.py`.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from bench.server import ROOT, environment, free_port, write_plan
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_people import User

CHATS, ROUNDS = 40, 3
MESSAGES, WARM_UP = int(os.environ.get("TELEGRAM_MESSAGES", "20")), 6
PATIENCE = 120.0
# What Telegram lets a bot send in a second: more than this nobody needs.
ENOUGH = 30.0
SAID = ("sửa 1", "7")
BOTS: dict[str, str] = {
    "ours": "SQLite, one synchronous commit an update, outbox",
    "aiogram": "aiogram's dispatcher, echoes, keeps nothing",
    "ptb": "python-telegram-bot's ConversationHandler, PicklePersistence every 60 s",
}


def measure() -> dict[str, object]:
    """Run every bot in turn, three rounds; medians, and how many times ours the others do."""
    load = os.getloadavg()[0]
    rates: dict[str, list[float]] = {name: [] for name in BOTS}
    lost = 0
    for _ in range(ROUNDS):
        for name in BOTS:
            with tempfile.TemporaryDirectory() as folder:
                rate, missing = asyncio.run(_round(name, Path(folder)))
            rates[name].append(rate)
            lost += missing
    middle = {name: median(found) for name, found in rates.items()}
    return {
        "chats": CHATS,
        "updates_a_round": CHATS * MESSAGES,
        **{f"{name}_per_second": round(rate, 1) for name, rate in middle.items()},
        **{f"{name}_rounds": [round(rate, 1) for rate in found] for name, found in rates.items()},
        "ours_to_aiogram": round(middle["ours"] / middle["aiogram"], 2),
        "ours_to_ptb": round(middle["ours"] / middle["ptb"], 2),
        "not_answered": lost,
        "load_before": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "peer": f"{BOTS['aiogram']}; {BOTS['ptb']}",
        "bar": f"every update answered, >= {ENOUGH} updates a second",
        "within_bar": not lost and middle["ours"] >= ENOUGH,
    }


async def _round(name: str, folder: Path) -> tuple[float, int]:
    """Let everybody write to a new bot, each after the reply; return the rate and what is lost."""
    year = datetime.now(UTC).year
    write_plan(folder / "plans", year)
    async with FakeTelegram() as fake:
        users = [fake.user(first_name="Officer", language_code="vi") for _ in range(CHATS)]
        env = environment(folder) | {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API": fake.url,
            "TELEGRAM_MODE": "webhook",
            "BENCH_PORT": str(free_port()),
            "BENCH_CHATS": ",".join(str(user.id) for user in users),
        }
        env["TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{env['BENCH_PORT']}"
        async with _running(name, fake, env):
            await asyncio.gather(*(_talk(fake, user, [f"/baocao {year}-Y"]) for user in users))
            await asyncio.gather(*(_talk(fake, user, _said(WARM_UP)) for user in users))
            begun = time.perf_counter()
            await asyncio.gather(*(_talk(fake, user, _said(MESSAGES)) for user in users))
            seconds = time.perf_counter() - begun
        wanted = CHATS * (1 + WARM_UP + MESSAGES)
        return CHATS * MESSAGES / seconds, wanted - sum(len(u.view.from_bot) for u in users)


def _said(number: int) -> list[str]:
    return list(islice(cycle(SAID), number))


async def _talk(fake: FakeTelegram, user: User, lines: list[str]) -> None:
    messages = user.chat.messages
    for line in lines:
        user.says(line)
        enough = len(messages) + 1

        def answered(enough: int = enough) -> bool:
            return len(messages) >= enough

        await fake.until(answered, PATIENCE)


@asynccontextmanager
async def _running(name: str, fake: FakeTelegram, env: dict[str, str]) -> AsyncIterator[None]:
    command = [sys.executable, "-m", "bench.telegram_bots", name]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=env)
    try:
        await fake.until(lambda: fake.desk.webhook.address, 60)
        yield
    finally:
        process.terminate()
        await process.wait()
