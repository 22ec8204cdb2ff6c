"""Small things done beside the messages, on which nothing hangs."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger()


class Errands:
    """Errands under way; one that goes wrong is a line in the log."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, errand: Coroutine[Any, Any, None]) -> None:
        """Run an errand in the background."""
        task = asyncio.create_task(_logged(errand))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self, seconds: float) -> None:
        """Let errands end, and end those that take longer."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


async def _logged(errand: Coroutine[Any, Any, None]) -> None:
    try:
        await errand
    except Exception:
        log.exception("channel.errand_failed")
