"""Runs one instant of the bot in forks of a process that has imported it.

A line starts a fork, whose number is told; an empty one waits for it and tells how it ended.
The line says in JSON where the database, the log and the pack are, and what time it is. Whatever
a fork sends it writes durably to the log, which plays the platform: it may be killed at any time.
"""

import asyncio
import json
import os
import random
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import locales
from bot import lanes
from bot.app import Parts, build
from bot.clock import FixedClock
from bot.timer import tick
from plans.calendar import whole_calendar
from plans.load import load_all
from plans.working_days import load_working_days
from storage.database import Database, sqlite_url
from tests.scheduler.platform_log import Platform

PACKS = load_all([Path(sys.argv[1])])


def warm_up() -> None:
    """Work out once what every fork would: public holidays and the catalogs."""
    days = load_working_days()
    for pack in PACKS.values():
        whole_calendar(pack, days)
    for language in locales.LANGUAGES:
        locales.catalog(language)


async def one_instant(order: dict[str, Any]) -> None:
    """Sweep and deliver, as long as it lasts."""
    lanes.BATCH = order["batch"]
    now = datetime.fromisoformat(order["now"])
    database = Database(sqlite_url(Path(order["database"])))
    clock = FixedClock(now)
    app = build(Parts(database=database, packs=PACKS, clock=clock, secret=b"year"))
    platform = Platform(Path(order["log"]), clock, set(order["blocked"]), durable=True)
    platform.chance = random.Random(order["seed"])
    app.add([platform])
    await tick(app, now)
    await app.settle()
    await database.close()


def main() -> None:
    warm_up()
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.dup2(2, 1)  # standard output is for the numbers of processes
            asyncio.run(one_instant(json.loads(line)))
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        sys.stdin.readline()  # until then the number is the fork's, so that it may be killed by it
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


main()
