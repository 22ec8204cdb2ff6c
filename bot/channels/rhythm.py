"""How long a channel waits for what; tests wait less."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Seconds of a long poll, from one try to the next, until "typing…", and for goodbyes."""

    poll: float = 25.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    typing_after: float = 0.7
    farewell: float = 3.0

    def pauses(self) -> Iterator[float]:
        """Yield ever longer pauses between tries."""
        seconds = self.first_pause
        while True:
            yield min(seconds, self.longest_pause)
            seconds = min(seconds * 2, self.longest_pause)


async def rest(seconds: float, stopping: asyncio.Event) -> None:
    """Wait, but no longer than until everything stops."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return


async def unless(stopping: asyncio.Event, doing: Coroutine[Any, Any, T]) -> T | None:
    """Wait for something, but not when everything stops: then it is ended, and None comes back."""
    work, stopped = asyncio.ensure_future(doing), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else None
    finally:
        for task in (work, stopped):
            task.cancel()
        await asyncio.gather(work, stopped, return_exceptions=True)
