"""Many conversation files beside each other, on every core that there is."""

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from bot.conversation import Conversation
from bot.replay import Known, Options, replay
from bot.replay_stage import Difference
from plans.pack import Pack
from storage.database import Database, sqlite_url


def replay_all(
    talks: Sequence[Conversation], packs: Mapping[str, Pack], options: Options
) -> list[Difference]:
    """Run conversations; return where the bot answers otherwise."""
    [found] = replay_on_each(talks, packs, [options])
    return found


def replay_on_each(
    talks: Sequence[Conversation], packs: Mapping[str, Pack], ways: Sequence[Options]
) -> list[list[Difference]]:
    """Run conversations in several ways; return the differences of each way.

    What every way is compared with is found out once.
    """
    cores = max(1, min(len(talks), os.cpu_count() or 1))
    with (
        tempfile.TemporaryDirectory(prefix="baocao-") as folder,
        ProcessPoolExecutor(cores, initializer=_read.update, initargs=(packs,)) as pool,
    ):
        empty = Path(folder) / "empty.db"
        asyncio.run(_migrate(empty))
        found = list(pool.map(partial(_replay_each, empty, ways), talks))
    return [list(chain.from_iterable(of_way)) for of_way in zip(*found, strict=True)]


# The plans of a process that runs conversations: too much to hand over with each.
_read: dict[str, Pack] = {}


async def _migrate(file: Path) -> None:
    database = Database(sqlite_url(file))
    await database.migrate()
    await database.close()


def _replay_each(
    empty: Path, ways: Sequence[Options], talk: Conversation
) -> list[list[Difference]]:
    """Run a conversation on copies of an empty database: migrating takes longer than most."""
    known: Known = {}
    return [
        asyncio.run(replay(talk, _read, replace(options, empty=empty), known)) for options in ways
    ]
